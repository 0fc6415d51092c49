"""What the pages of structures read."""

from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Invitation, User
from efc_platform.shared.search import FEW, Hit
from structures.models import (
    Accompaniment,
    FundedPart,
    FundingOperation,
    Handover,
    ImportState,
    Membership,
    PeriodQuerySet,
    Structure,
    StructureImport,
)


def listed(structures: QuerySet[Structure]) -> QuerySet[Structure]:
    """With who accompanies each of them today."""
    current = Accompaniment.objects.current().select_related("practitioner")
    return structures.prefetch_related(Prefetch("accompaniments", queryset=current, to_attr="current_accompaniments"))


def around(structure: Structure) -> PeriodQuerySet:
    """Who accompanies it today, or will, with whom they replace or follow and whether they left a note."""
    known = structure.accompaniments.unended().annotate(
        has_note=Exists(Handover.objects.filter(accompaniment=OuterRef("pk")))
    )
    return known.select_related("practitioner", "stands_in_for__practitioner", "takes_over_from__practitioner")


def current_members(structure: Structure) -> QuerySet[Membership]:
    """Leaders first, then board (who presides before the others), staff and volunteers, each by name."""
    places = [
        When(role=role, then=Value(place)) for place, role in enumerate(["leader", "board", "staff", "volunteer"])
    ]
    order = Case(*places, output_field=IntegerField())
    has_account = Exists(User.objects.filter(person=OuterRef("person")))
    waiting = Invitation.objects.waiting().filter(membership_offer__structure=structure)
    current: QuerySet[Membership] = structure.memberships.current().select_related("person")
    is_invited = Exists(waiting.filter(person=OuterRef("person")))
    return current.annotate(has_account=has_account, is_invited=is_invited).order_by(
        order, "-presides", Lower("person__last_name"), Lower("person__first_name")
    )


def find_structures(user: User, words: str) -> list[Hit]:
    """By any of their words, as the directory does."""
    found = Structure.objects.visible_to(user).met_today().matching(words).in_french_order()
    return [Hit(one.name, one.get_absolute_url(), one.sector or one.place) for one in found[:FEW]]


def room_taken(structure: Structure) -> int:
    """What its documents weigh together."""
    return structure.documents.aggregate(all=Sum("file__size"))["all"] or 0


def provenance_of(structure: Structure) -> StructureImport | None:
    """The import by which the sheet came, if it came by one."""
    line = structure.import_lines.filter(changed__isnull=True, import_of__state=ImportState.WRITTEN)
    found = line.select_related("import_of").first()
    return found.import_of if found else None


def sheet_kept_instead(public_id: UUID) -> Structure | None:
    """Of a sheet that was made one with another, the one that stays today; None for any other."""
    found = Structure.with_merged.select_related("merged_into").filter(public_id=public_id).first()
    while found and found.merged_into:
        found = found.merged_into
    return found if found and found.public_id != public_id else None


def funding_of(structure: Structure) -> list[FundingOperation]:
    """The operations that pay today for what is done with it, itself or the cohorts it travels with."""
    today = timezone.localdate()
    cohorts = structure.cohort_places.current().values("cohort")
    parts = FundedPart.objects.current().filter(Q(structure=structure) | Q(cohort__in=cohorts))
    found = FundingOperation.objects.filter(pk__in=parts.values("operation"), starts_on__lte=today, ends_on__gte=today)
    return list(found.order_by("name"))
