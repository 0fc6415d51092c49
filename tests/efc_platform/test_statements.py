"""What the platform says of itself, to anyone."""

from datetime import timedelta

import pytest
from django.conf import settings as deployed
from django.urls import reverse

pytestmark = pytest.mark.django_db

STATEMENTS = ["legal", "privacy", "register", "terms", "accessibility", "glossary", "who_sees_what"]
NAMED = {
    "PUBLISHER_NAME": "Réseau des deux vallées",
    "PUBLISHER_CONTACT": "bonjour@vallees.example",
    "HOST_NAME": "Hébergerie coopérative, Rennes",
    "SOURCE_URL": "https://code.vallees.example/",
}


def page(client, name):
    response = client.get(reverse(name), secure=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_open_to_strangers_and_counts_no_visit(client, name):
    response = client.get(reverse(name), secure=True)
    assert (response.status_code, response.cookies.keys()) == (200, set())


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_only_read(client, name):
    assert client.post(reverse(name), secure=True).status_code == 405


def test_instance_that_named_nobody_says_so(client, settings):
    for name in NAMED:
        setattr(settings, name, "")
    assert "n’a pas encore indiqué son nom" in page(client, "legal")
    assert "n’a pas encore indiqué d’adresse" in page(client, "privacy")
    assert "n’a pas encore indiqué d’adresse" in page(client, "accessibility")


def test_instance_names_its_publisher_its_host_and_its_source(client, settings):
    for name, value in NAMED.items():
        setattr(settings, name, value)
    written = page(client, "legal")
    assert [value for value in NAMED.values() if value not in written] == []
    assert "n’a pas encore" not in written
    assert NAMED["PUBLISHER_CONTACT"] in page(client, "privacy")
    assert NAMED["PUBLISHER_CONTACT"] in page(client, "accessibility")


def test_demonstration_says_that_all_is_invented(client, settings):
    settings.IS_DEMO = True
    assert "Ceci est une démonstration." in page(client, "legal")
    assert "Ceci est une démonstration." in page(client, "privacy")


def test_accessibility_claims_nothing_without_an_audit(client):
    written = page(client, "accessibility")
    assert "non conforme" in written
    assert "partiellement conforme" not in written
    assert "totalement conforme" not in written


def test_what_is_said_of_requests_is_what_the_platform_does(client):
    written = page(client, "privacy")
    assert "gardées 12\u00a0mois après la réponse" in written
    assert deployed.RETENTION["support_requests"] == 365
    assert deployed.CELERY_BEAT_SCHEDULE["apply-retention"]["task"] == "accounts.tasks.apply_retention"
    assert "cinq messages par heure" in written
    assert deployed.ACCOUNT_RATE_LIMITS["ask_for_support"] == "5/h/ip,30/h/key"


def test_what_is_said_of_cookies_is_what_the_platform_does(client):
    written = page(client, "privacy")
    assert "douze heures au plus" in written
    assert deployed.SESSION_COOKIE_AGE == 12 * 3600
    assert "reste un an" in written
    assert timedelta(weeks=52) <= timedelta(seconds=deployed.CSRF_COOKIE_AGE) <= timedelta(days=366)
    assert not deployed.ACCOUNT_SESSION_REMEMBER
