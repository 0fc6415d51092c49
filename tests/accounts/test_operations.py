"""Opening an account and giving a role."""

from datetime import date

import pytest
import time_machine

from accounts.models import Gender, Person, Role, RoleGrant, User
from accounts.operations import grant_role, open_account
from efc_platform.shared.errors import OperationRefused
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
HUGO = {"email": "hugo@essai.example", "first_name": "Hugo", "last_name": "Lemaire", "gender": Gender.MASCULINE}


def test_account_of_somebody_new_writes_the_person_down():
    user = open_account(**HUGO, password="une longue phrase")
    assert {name: getattr(user.person, name) for name in HUGO} == HUGO
    assert (user.email, user.check_password("une longue phrase")) == ("hugo@essai.example", True)


def test_account_of_somebody_already_written_down_is_theirs():
    person = PersonFactory()
    assert open_account(email="hugo@essai.example", person=person).person == person
    assert Person.objects.count() == 1


def test_account_without_a_password_waits_for_its_owner_to_choose_one():
    assert not open_account(**HUGO).has_usable_password()


@pytest.mark.parametrize("address", ["hugo@essai.example", "Hugo@ESSAI.example"])
def test_address_already_taken_is_refused_and_leaves_no_person(address):
    open_account(**HUGO)
    with pytest.raises(OperationRefused, match="Un compte existe déjà pour cette adresse") as refusal:
        open_account(**HUGO | {"email": address})
    assert (refusal.value.field, User.objects.count(), Person.objects.count()) == ("email", 1, 1)


@time_machine.travel("2024-11-20T09:00:00+01:00", tick=False)
def test_role_is_given_from_today_or_from_the_day_one_says():
    by, user = UserFactory(roles=[Role.COORDINATOR]), UserFactory()
    today = grant_role(by=by, user=user, role=Role.PRACTITIONER)
    earlier = grant_role(by=by, user=user, role=Role.MEMBER, since=date(2024, 1, 1))
    assert [(one.since, one.until, one.granted_by) for one in (today, earlier)] == [
        (date(2024, 11, 20), None, by),
        (date(2024, 1, 1), None, by),
    ]


def test_first_role_is_given_by_nobody():
    assert grant_role(by=None, user=UserFactory(), role=Role.COORDINATOR).granted_by is None


def test_role_already_held_is_refused_by_the_name_of_the_person():
    user = UserFactory(person=PersonFactory(first_name="Hugo", last_name="Lemaire"))
    grant_role(by=None, user=user, role=Role.MEMBER)
    with pytest.raises(OperationRefused, match="Hugo Lemaire a déjà ce rôle"):
        grant_role(by=None, user=user, role=Role.MEMBER)
    assert RoleGrant.objects.count() == 1
