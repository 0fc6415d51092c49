"""Structures, memberships, accompaniments."""

from datetime import date

import factory

from structures.models import Accompaniment, AccompanimentRequest, Cohort, CohortPlace, LocalRole, Membership, Structure
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


class CohortFactory(factory.django.DjangoModelFactory):
    """`structures=[…]` travel in it since its beginning."""

    class Meta:
        model = Cohort
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Promotion {n}")
    starts_on = date(2024, 1, 1)

    @factory.post_generation
    def structures(self, create, extracted, **kwargs):
        for structure in extracted or []:
            CohortPlace.objects.create(cohort=self, structure=structure, since=self.starts_on)
