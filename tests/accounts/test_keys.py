"""Changing the secret key signs nobody out, as long as the former one is kept behind it."""

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

NEW = "another-key-made-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz"  # pragma: allowlist secret


@pytest.fixture
def client(cast, signed_in):
    client = signed_in(cast.leader)
    assert client.get(reverse("my_account")).status_code == 200
    return client


def test_session_outlives_a_change_of_key_and_the_withdrawal_of_the_former_one(client, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert client.get(reverse("my_account")).status_code == 200
    # Seen once since, it is signed with the new key.
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(reverse("my_account")).status_code == 200


def test_session_signed_with_a_key_that_was_dropped_opens_nothing(client, settings):
    settings.SECRET_KEY = NEW
    assert client.get(reverse("my_account")).status_code == 302


def test_link_sent_before_a_change_of_key_still_works_and_no_longer_once_it_was_dropped(cast, settings):
    token, former = default_token_generator.make_token(cast.leader), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [former]
    assert default_token_generator.__class__().check_token(cast.leader, token)
    settings.SECRET_KEY_FALLBACKS = []
    assert not default_token_generator.__class__().check_token(cast.leader, token)


def test_session_identifier_cannot_be_guessed(cast, signed_in, settings):
    keys = [signed_in(cast.leader).cookies[settings.SESSION_COOKIE_NAME].value for _ in range(20)]
    assert len(set(keys)) == 20
    # Thirty-two of thirty-six signs, drawn by the operating system: more than 165 bits.
    assert all(len(key) == 32 and key.isalnum() for key in keys)
    assert len(set("".join(keys))) == 36
