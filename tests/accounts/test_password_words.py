"""A password is taken as it was typed, whole, whatever it is made of."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.cast import Cast

FORMER = "une phrase de passe"
WORDS = [
    pytest.param("  entre deux espaces  ", id="spaces at both ends"),
    pytest.param("sans capitale ni chiffre", id="small letters only"),
    pytest.param("ÀÉÎÕÜ çœæß ’«» 心 🌱", id="letters of every kind"),
    pytest.param("Une Phrase Qui A Des Capitales", id="capitals"),
    pytest.param("0123456789abcdef-ghij " * 3, id="66 signs"),
    pytest.param("une très longue phrase, " * 5 + "et sa fin", id="129 signs"),
]


def change(client: Client, words: str) -> int:
    form = {"oldpassword": FORMER, "password1": words, "password2": words}
    return client.post(reverse("account_change_password"), form).status_code


def opens(user: User, words: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": words})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("words", WORDS)
def test_password_is_taken_as_it_was_typed(cast: Cast, signed_in, words):
    user = cast.leader
    user.set_password(FORMER)
    user.save()
    assert change(signed_in(user), words) == 302
    assert opens(user, words)
    almost = {words[:-1], words[1:], words.swapcase(), words.strip(), words[:64]} - {words}
    assert [other for other in almost if opens(user, other)] == []
