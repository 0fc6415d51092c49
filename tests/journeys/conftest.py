"""Visitors: each of the cast before the pages, with names one can tell apart."""

from collections.abc import Callable

import pytest

from accounts.models import Person
from tests.factories.cast import Cast
from tests.visitor import Visitor

NAMES = {
    "practitioner": ("Inès", "Carrel"),
    "other_practitioner": ("Hugo", "Lemaire"),
    "leader": ("Nadia", "Roussel"),
    "coordinator": ("Claire", "Aubin"),
}


@pytest.fixture
def visits(cast: Cast, signed_in) -> Callable[[str], Visitor]:
    """The visitor who is this one of the cast."""
    for name, (first, last) in NAMES.items():
        Person.objects.filter(user=cast.users[name]).update(first_name=first, last_name=last)
    return lambda name: Visitor(signed_in(cast.users[name]))
