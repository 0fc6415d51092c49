"""Somebody with an account, and how they sign in."""

import pytest
from django.urls import reverse

from accounts import terms
from accounts.models import Person, User
from accounts.operations import accept_terms

PASSWORD = "le chemin passe par la rive"


@pytest.fixture
def nadia(db) -> User:
    person = Person.objects.create(first_name="Nadia", last_name="Roussel", email="nadia@rives.example")
    user = User.objects.create_user(email="nadia@rives.example", person=person, password=PASSWORD)
    accept_terms(by=user, number=terms.current().number)
    return user


@pytest.fixture
def sign_in(client):
    """Sends the sign-in form; answers the response."""

    def send(email: str = "nadia@rives.example", password: str = PASSWORD, **more):
        return client.post(reverse("account_login"), {"login": email, "password": password, **more})

    return send
