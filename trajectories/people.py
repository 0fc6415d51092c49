"""Whom one may name along a trajectory: the people of the structure and those who accompany it, today."""

from django.db.models import Q, QuerySet

from accounts.models import Person
from structures.models import Accompaniment, Membership, Structure


def people_of(structure: Structure) -> QuerySet[Person]:
    """With or without an account, by their names."""
    belong = Membership.objects.current().filter(structure=structure).values("person")
    accompany = Accompaniment.objects.current().filter(structure=structure).values("practitioner")
    return Person.objects.filter(Q(pk__in=belong) | Q(pk__in=accompany)).order_by("first_name", "last_name", "pk")
