"""Structures, memberships, accompaniments."""

from datetime import date

import factory

from efc_platform.backstage.operations import store_file
from efc_platform.shared.uploads import FileKind
from structures.models import (
    Accompaniment,
    AccompanimentRequest,
    Cohort,
    CohortPlace,
    Commune,
    Department,
    LocalRole,
    Membership,
    Region,
    Structure,
    StructureDocument,
    place_key,
)
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


DOCUMENT = {f"document.{name}" for name in ("title", "about", "file_name", "content")}


class DocumentFactory(factory.django.DjangoModelFactory):
    """A text of a few bytes, really stored."""

    class Meta:
        model = StructureDocument

    structure = factory.SubFactory(StructureFactory)
    title = factory.Sequence(lambda n: f"Document {n}")
    kind = FileKind.TEXT
    added_by = factory.SubFactory(PersonFactory)
    file = factory.LazyAttribute(
        lambda one: store_file(name=f"{one.title}.txt", content_type=FileKind.TEXT.content_type, content=b"Bonjour")
    )


class CommuneFactory(factory.django.DjangoModelFactory):
    """`CommuneFactory(code=…, name=…, department__name=…)`: found by its name and postcodes as the real ones are."""

    class Meta:
        model = Commune

    code = factory.Sequence(lambda n: f"{n:05}")
    name = factory.Sequence(lambda n: f"Commune {n}")
    key = factory.LazyAttribute(lambda one: place_key(one.name))
    postcode_list = ""
    department = factory.SubFactory("tests.factories.structures.DepartmentFactory")


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"{n % 1000:03}")
    name = factory.Sequence(lambda n: f"Département {n}")
    region = factory.SubFactory("tests.factories.structures.RegionFactory")


class RegionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "32"
    name = "Hauts-de-France"
