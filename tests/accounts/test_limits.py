"""How many tries somebody has, on the cache that production uses, and what an answer gives away."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import PASSWORD
from tests.accounts.test_signing_in import HASHES, CountingHasher

WRONG = "autre chose que le bon"
# Where somebody who is not signed in gives an address, and with which fields.
DOORS = {
    "account_login": lambda email: {"login": email, "password": WRONG},
    "account_reset_password": lambda email: {"email": email},
    "account_request_login_code": lambda email: {"email": email},
}


def try_in(email: str, password: str, **headers: str):
    return Client().post(reverse("account_login"), {"login": email, "password": password}, headers=headers)


def test_sixth_try_in_five_minutes_is_refused_even_right(nadia):
    for _ in range(5):
        try_in(nadia.email, WRONG)
    assert try_in(nadia.email, PASSWORD).status_code == 200


def test_thirty_first_try_in_a_minute_from_one_place_is_told_to_wait(db):
    answers = [try_in(f"personne{rank}@rives.example", WRONG).status_code for rank in range(31)]
    assert (set(answers[:30]), answers[30]) == ({200}, 429)


def test_forged_forwarded_address_resets_neither_count(nadia):
    for rank in range(30):
        try_in(f"personne{rank}@rives.example", WRONG, **{"X-Forwarded-For": f"203.0.113.{rank}"})
    assert try_in(nadia.email, PASSWORD, **{"X-Forwarded-For": "203.0.113.99"}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_hundred_tries_at_once_let_a_dozen_through_at_most(nadia, settings):
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.CountingHasher"]
    HASHES.clear()

    def one(_rank: int) -> int:
        try:
            return try_in(nadia.email, WRONG).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=20) as pool:
        answers = list(pool.map(one, range(100)))
    assert set(answers) <= {200, 429}
    assert 1 <= len(HASHES) <= 12


def normalised(response) -> str:
    """The page, without what differs from one form to the next: the address typed and the token against forgery."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"[\w.]+@rives\.example", "", body)


@pytest.mark.parametrize("door", DOORS)
def test_nothing_tells_a_known_address_from_an_unknown_one(nadia, settings, door, mailoutbox):
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.CountingHasher"]
    told = []
    for email in (nadia.email, "personne@rives.example"):
        HASHES.clear()
        response = Client().post(reverse(door), DOORS[door](email), follow=True)
        told.append((response.status_code, response.redirect_chain, normalised(response), len(HASHES)))
    assert told[0] == told[1]


def test_opening_an_account_oneself_is_closed_whatever_the_address(nadia):
    answers = [
        Client().post(reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD})
        for email in (nadia.email, "personne@rives.example")
    ]
    assert normalised(answers[0]) == normalised(answers[1])


def test_fourth_code_asked_in_a_minute_is_not_sent(nadia, mailoutbox):
    for _ in range(4):
        Client().post(reverse("account_request_login_code"), {"email": nadia.email})
    assert len(mailoutbox) == 3


def test_code_is_refused_after_three_wrong_ones(nadia, mailoutbox):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": nadia.email})
    code = re.search(r"^([0-9A-Z-]{4,12})$", mailoutbox[0].body, re.MULTILINE)[1]
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "FAUX-CODE"})
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert not get_user(client).is_authenticated


def test_code_opens_a_session(nadia, mailoutbox):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": nadia.email})
    code = re.search(r"^([0-9A-Z-]{4,12})$", mailoutbox[0].body, re.MULTILINE)[1]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert get_user(client) == nadia
