"""One's own account page."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role, User
from structures.models import LocalRole, Structure
from tests.factories.people import PersonFactory, UserFactory, give_factor


@pytest.fixture
def nadia(db) -> User:
    return UserFactory(email="nadia@rives.example", person=PersonFactory(first_name="Nadia"))


def take_part(user: User, name: str) -> None:
    structure = Structure.objects.create(name=name)
    structure.memberships.create(person=user.person, role=LocalRole.LEADER, since=date(2025, 1, 6))
    structure.accompaniments.create(practitioner=user.person, since=date(2024, 9, 1), until=date(2025, 9, 1))


def test_account_says_who_in_what_capacity_where_and_since_when(client, nadia):
    nadia.role_grants.create(role=Role.PRACTITIONER, since=date(2024, 9, 1))
    give_factor(nadia)
    take_part(nadia, "La Ressourcerie")
    client.force_login(nadia)
    page = client.get(reverse("my_account")).content.decode()
    for said in [
        "nadia@rives.example",
        "depuis le 1er\u00a0septembre 2024",
        "Dirigeance",
        "depuis le 6\u00a0janvier 2025",
        "du 1er\u00a0septembre 2024 au 1er\u00a0septembre 2025",
    ]:
        assert said in page


def test_account_shows_nobody_else(client, nadia):
    other = UserFactory(email="autre@rives.example", person=PersonFactory(first_name="Autre"))
    take_part(other, "Ailleurs")
    client.force_login(nadia)
    page = client.get(reverse("my_account")).content.decode()
    assert "Ailleurs" not in page
    assert "Vous n’êtes encore dans aucune structure." in page


@pytest.mark.parametrize("structures", [1, 3])
def test_account_costs_as_many_queries_whatever_the_number_of_structures(
    client, nadia, django_assert_num_queries, structures
):
    for rank in range(structures):
        take_part(nadia, f"Structure {rank}")
    client.force_login(nadia)
    with django_assert_num_queries(6):
        client.get(reverse("my_account"))
