"""Signing in and out as a person meets it."""

import pytest
import time_machine
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils.timezone import now, timedelta

from accounts.hashers import SizedArgon2PasswordHasher

HASHES: list[str] = []


class CountingHasher(SizedArgon2PasswordHasher):
    """The same hasher, which notes each time it works."""

    def encode(self, password, salt):
        HASHES.append("encode")
        return super().encode(password, salt)

    def verify(self, password, encoded):
        HASHES.append("verify")
        return super().verify(password, encoded)


def is_signed_in(client) -> bool:
    return get_user(client).is_authenticated


def errors_of(response) -> list[str]:
    return [error for errors in response.context["form"].errors.values() for error in errors]


def test_right_password_opens_a_session(client, nadia, sign_in):
    response = sign_in()
    assert response.status_code == 302
    assert response.url == reverse("home")
    assert get_user(client) == nadia


def test_address_is_recognised_whatever_its_case(client, nadia, sign_in):
    sign_in("Nadia@Rives.EXAMPLE")
    assert is_signed_in(client)


def test_wrong_password_opens_nothing_and_keeps_the_address(client, nadia, sign_in):
    response = sign_in(password="autre chose")
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert 'value="nadia@rives.example"' in response.content.decode()
    assert "autre chose" not in response.content.decode()


def test_unknown_address_is_answered_like_a_wrong_password(nadia, sign_in):
    assert errors_of(sign_in("personne@rives.example")) == errors_of(sign_in(password="autre chose"))


@pytest.mark.parametrize("is_active", [True, False])
def test_as_many_hashes_are_computed_whether_or_not_the_account_exists(nadia, sign_in, settings, is_active):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    nadia.is_active = is_active
    nadia.save()
    counts = []
    for email in ["nadia@rives.example", "personne@rives.example"]:
        HASHES.clear()
        sign_in(email, "autre chose")
        counts.append(len(HASHES))
    assert counts == [1, 1]


def test_closed_account_is_told_so_and_stays_out(client, nadia, sign_in):
    nadia.is_active = False
    nadia.save()
    response = sign_in()
    assert response.url == reverse("account_inactive")
    assert not is_signed_in(client)
    assert "Ce compte est fermé" in client.get(response.url).content.decode()


def test_closing_an_account_ends_its_open_session(client, nadia, sign_in):
    sign_in()
    nadia.is_active = False
    nadia.save()
    assert not is_signed_in(client)


def test_sixth_try_is_refused_even_right_until_five_minutes_have_passed(client, nadia, sign_in):
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(5):
            sign_in(password="autre chose")
        assert errors_of(sign_in()) == [
            "Trop d’essais de suite\u00a0: attendez cinq minutes, ou changez de mot de passe."
        ]
        clock.shift(timedelta(minutes=5, seconds=1))
        sign_in()
    assert is_signed_in(client)


def test_forged_forwarded_address_does_not_reset_the_count(client, nadia):
    for rank in range(5):
        client.post(
            reverse("account_login"),
            {"login": nadia.email, "password": "autre chose"},
            headers={"X-Forwarded-For": f"203.0.113.{rank}"},
        )
    response = client.post(
        reverse("account_login"),
        {"login": nadia.email, "password": "le chemin passe par la rive"},
        headers={"X-Forwarded-For": "203.0.113.99"},
    )
    assert response.status_code == 200
    assert not is_signed_in(client)


def test_next_page_of_ours_is_followed(nadia, sign_in):
    assert sign_in(next="/mot-de-passe/changer/").url == "/mot-de-passe/changer/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil"])
def test_next_page_elsewhere_is_not_followed(nadia, sign_in, elsewhere):
    assert sign_in(next=elsewhere).url == reverse("home")


def test_session_identifier_changes_at_sign_in(client, nadia, sign_in, settings):
    session = client.session
    session["seen"] = True
    session.save()
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    sign_in()
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_signing_out_asks_first_then_happens_by_post(client, nadia, sign_in):
    sign_in()
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_signed_in(client)
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert not is_signed_in(client)


def test_signing_up_explains_that_accounts_open_by_invitation(client, db):
    for response in [
        client.get(reverse("account_signup")),
        client.post(reverse("account_signup"), {"email": "a@b.fr"}),
    ]:
        assert "s’ouvrent sur invitation" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "field", "token"),
    [
        ("account_login", "login", "username"),
        ("account_login", "password", "current-password"),
        ("account_reset_password", "email", "email"),
    ],
)
def test_fields_say_what_they_hold_to_the_browser(client, db, name, field, token):
    widget = client.get(reverse(name)).context["form"].fields[field].widget
    assert widget.attrs["autocomplete"] == token
    assert "placeholder" not in widget.attrs


def test_demonstration_lists_whose_place_to_take_without_a_password(client, nadia, settings):
    settings.IS_DEMO, settings.DEMO_PASSWORD = True, "mot-de-passe-de-la-demo"
    page = client.get(reverse("account_login")).content.decode()
    assert "nadia@rives.example" in page
    assert "mot-de-passe-de-la-demo" not in page


def test_outside_a_demonstration_nobody_is_listed(client, nadia):
    assert "nadia@rives.example" not in client.get(reverse("account_login")).content.decode()
