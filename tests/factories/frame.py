"""The frame of an accompaniment in a world: what is said in a cohort, and who pays for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Person, Role
from efc_platform.backstage.models import Organisation
from efc_platform.backstage.operations import store_file
from structures.models import Cohort, CohortMessage, FundedPart, FundingOperation, Handover, Structure
from tests.factories.files import picture_of
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.structures import AccompanimentFactory, CohortFactory


def furnish_frame(
    structure: Structure, cohort: Cohort, practitioner: Person, words: Callable[[str], str]
) -> dict[str, Any]:
    """A message in the cohort, an operation that pays for the structure, and the note of who accompanies it."""
    _present()
    accompaniment = structure.accompaniments.current().get(practitioner=practitioner)
    Handover.objects.create(accompaniment=accompaniment, note=words("handover.note"))
    Cohort.objects.filter(pk=cohort.pk).update(presentation=words("cohort.presentation"))
    CohortMessage.objects.create(cohort=cohort, author=PersonFactory(), text=words("cohort_message.text"))
    today = timezone.localdate()
    texts = {name: words(f"funding.{name}") for name in ("funder", "reference", "purpose")}
    funding = FundingOperation.objects.create(
        name=f"{words('funding.name')} {structure.pk}",
        starts_on=today - timedelta(days=90),
        ends_on=today + timedelta(days=275),
        **texts,
    )
    return {
        "cohort": cohort,
        "cohort_place": cohort.places.get(),
        "funding": funding,
        "funded_part": FundedPart.objects.create(operation=funding, structure=structure, since=funding.starts_on),
    }


def fill_frame(cohort: Cohort, funding: FundingOperation, structure: Structure, rank: int) -> None:
    """One more of each: structures that came and that left, messages, what an operation pays for."""
    day = timezone.localdate() - timedelta(days=30)
    CohortMessage.objects.create(cohort=cohort, author=PersonFactory(), text="Un message de plus")
    for until in (None, day + timedelta(days=rank + 1)):
        cohort.places.create(structure=structure, since=day, until=until)
    FundedPart.objects.create(
        operation=funding, cohort=cohort if not rank else CohortFactory(name=f"Autre promotion {rank}"), since=day
    )
    FundedPart.objects.create(operation=funding, structure=structure, since=day)
    other = FundingOperation.objects.create(
        name=f"Autre {rank}-{structure.pk}", funder="Région", starts_on=day, ends_on=day + timedelta(days=365)
    )
    FundedPart.objects.create(operation=other, structure=funding.parts.earliest("pk").structure, since=day)
    held = funding.parts.earliest("pk").structure.accompaniments.current().first()
    stand_in = AccompanimentFactory(structure=held.structure, since=day, until=day + timedelta(days=365), days=3)
    stand_in.stands_in_for = held
    stand_in.save()
    UserFactory(person=stand_in.practitioner, roles=[Role.PRACTITIONER])
    Handover.objects.create(accompaniment=stand_in, note="Une note de plus")


def _present() -> None:
    """The organisation that runs the instance, once for all worlds, with a logo."""
    organisation, made = Organisation.objects.get_or_create(pk=Organisation.ONLY, defaults={"name": "Le réseau"})
    if made:
        organisation.logo = store_file(name="logo.png", content_type="image/png", content=picture_of("PNG"))
        organisation.save()
