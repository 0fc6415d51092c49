"""Persons, users and the roles they hold from a day to another."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person, Role, RoleGrant, User
from tests.factories.people import PersonFactory, UserFactory

TODAY = date(2024, 11, 20)


@pytest.fixture
def hugo(db) -> User:
    return UserFactory(person=PersonFactory(first_name="Hugo", last_name="Lemaire"), email="hugo@essai.example")


@pytest.fixture
def frozen():
    with time_machine.travel("2024-11-20T23:30:00+01:00", tick=False):
        yield


def grant(user: User, since: date, until: date | None = None, role: Role = Role.PRACTITIONER) -> RoleGrant:
    return RoleGrant.objects.create(user=user, role=role, since=since, until=until)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [("Hugo", "Lemaire", "Hugo Lemaire"), ("Hugo", "", "Hugo")],
)
def test_person_is_called_by_the_names_they_gave(first, last, shown):
    person = Person(first_name=first, last_name=last)
    assert (person.display_name, str(person)) == (shown, shown)


def test_people_are_listed_by_name_whatever_the_case(db):
    names = [("ana", "zorn"), ("Bea", "Auber"), ("ada", "auber")]
    for first, last in names:
        PersonFactory(first_name=first, last_name=last)
    assert [person.display_name for person in Person.objects.all()] == ["ada auber", "Bea Auber", "ana zorn"]


def test_address_is_kept_in_lower_case_and_the_password_is_hashed(db):
    user = User.objects.create_user(email="Hugo@Essai.Example", person=PersonFactory(), password="une longue phrase")
    assert (user.email, str(user)) == ("hugo@essai.example", "hugo@essai.example")
    assert user.password.startswith("argon2")
    assert user.check_password("une longue phrase")


def test_account_without_a_password_opens_to_no_word(db):
    user = User.objects.create_user(email="hugo@essai.example", person=PersonFactory())
    assert not user.has_usable_password()


def test_address_is_unique_whatever_the_case(hugo):
    with pytest.raises(IntegrityError, match="user_email_unique_whatever_the_case"):
        UserFactory(email="HUGO@essai.example")


def test_person_has_one_account_at_most(hugo):
    with pytest.raises(IntegrityError):
        UserFactory(person=hugo.person)


def test_person_comes_with_the_user_in_one_query(hugo, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert User.objects.get().person.first_name == "Hugo"


@pytest.mark.parametrize(
    ("since", "until", "is_held"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (date(2020, 1, 1), TODAY + timedelta(days=1), True),
        (date(2020, 1, 1), TODAY, False),
    ],
)
def test_role_is_held_from_its_first_day_until_the_eve_of_its_last(frozen, hugo, since, until, is_held):
    kept = grant(hugo, since, until)
    assert list(RoleGrant.objects.current()) == ([kept] if is_held else [])
    assert hugo.roles == ({Role.PRACTITIONER} if is_held else frozenset())


def test_roles_of_another_day_can_be_asked(frozen, hugo):
    past = grant(hugo, date(2020, 1, 1), date(2021, 1, 1))
    assert list(RoleGrant.objects.current(date(2020, 12, 31))) == [past]
    assert list(RoleGrant.objects.current(date(2021, 1, 1))) == []


def test_roles_are_read_once(hugo, django_assert_num_queries):
    grant(hugo, date(2020, 1, 1))
    grant(hugo, date(2020, 1, 1), role=Role.MEMBER)
    with django_assert_num_queries(1):
        assert hugo.roles == hugo.roles == {Role.PRACTITIONER, Role.MEMBER}


def test_role_of_another_is_not_ones_own(hugo):
    other = UserFactory(roles=[Role.COORDINATOR])
    assert (hugo.roles, other.roles) == (frozenset(), {Role.COORDINATOR})


def test_role_is_held_once_at_a_time_and_again_after_it_ended(hugo):
    ended = grant(hugo, date(2020, 1, 1), date(2021, 1, 1))
    grant(hugo, date(2022, 1, 1))
    with pytest.raises(IntegrityError, match="role_granted_once_at_a_time"), transaction.atomic():
        grant(hugo, date(2023, 1, 1))
    assert hugo.role_grants.count() == 2
    assert str(ended) == "hugo@essai.example · Accompagnement"


def test_role_does_not_end_before_it_begins(hugo):
    with pytest.raises(IntegrityError, match="role_grant_ends_after_it_begins"):
        grant(hugo, date(2024, 1, 2), date(2024, 1, 1))


def test_history_keeps_the_address_but_neither_the_password_nor_the_last_visit(hugo):
    User.objects.filter(pk=hugo.pk).update(email="lemaire@essai.example", last_login=timezone.now())
    events = User.pgh_event_model
    assert list(events.objects.order_by("pgh_id").values_list("email", flat=True)) == [
        "hugo@essai.example",
        "lemaire@essai.example",
    ]
    columns = {field.name for field in events._meta.get_fields()}
    assert columns & {"password", "last_login"} == set()
