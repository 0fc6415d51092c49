"""Structures, memberships, accompaniments."""

from datetime import date

import factory

from structures.models import Accompaniment, AccompanimentRequest, LocalRole, Membership, Structure
from tests.factories.people import PersonFactory


class StructureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Structure

    name = factory.Sequence(lambda n: f"Structure {n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    structure = factory.SubFactory(StructureFactory)
    person = factory.SubFactory(PersonFactory)
    role = LocalRole.STAFF
    since = date(2020, 1, 1)


class AccompanimentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Accompaniment

    structure = factory.SubFactory(StructureFactory)
    practitioner = factory.SubFactory(PersonFactory)
    since = date(2020, 1, 1)


class AccompanimentRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccompanimentRequest

    person_name = factory.Sequence(lambda n: f"Quelqu’un {n}")
    message = "Nous voudrions en parler."
    email = factory.Sequence(lambda n: f"demande{n}@essai.example")
