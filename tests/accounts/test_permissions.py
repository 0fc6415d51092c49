"""What the roles held today give."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from accounts.models import Role
from accounts.permissions import PERMISSIONS, ROLE_PERMISSIONS, is_permitted


def give(user, role: Role, *, since: date | None = None, until: date | None = None) -> None:
    user.role_grants.create(role=role, since=since or localdate(), until=until)


def test_every_role_stands_in_the_table():
    assert set(ROLE_PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_role_gives_what_the_table_says_and_nothing_else(nadia, role):
    give(nadia, role)
    assert {permission for permission in PERMISSIONS if is_permitted(nadia, permission)} == ROLE_PERMISSIONS[role]


def test_several_roles_add_up(nadia):
    give(nadia, Role.COORDINATOR)
    give(nadia, Role.PRACTITIONER)
    assert is_permitted(nadia, "see_every_structure")
    assert is_permitted(nadia, "keep_journal")


def test_role_that_ended_gives_nothing(nadia):
    give(nadia, Role.COORDINATOR, since=localdate() - timedelta(days=30), until=localdate())
    assert not is_permitted(nadia, "see_every_structure")


def test_role_to_come_gives_nothing_yet(nadia):
    give(nadia, Role.COORDINATOR, since=localdate() + timedelta(days=1))
    assert not is_permitted(nadia, "see_every_structure")


def test_coordination_reads_no_journal(nadia):
    give(nadia, Role.COORDINATOR)
    assert not is_permitted(nadia, "keep_journal")


def test_misspelt_permission_is_an_error_rather_than_a_refusal(nadia):
    with pytest.raises(ValueError, match="see_everything"):
        is_permitted(nadia, "see_everything")
