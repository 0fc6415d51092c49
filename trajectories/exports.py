"""What is taken away of interventions: one's own, the network's without anybody's name, the model of an import."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Circle, User
from efc_platform.shared.spreadsheets import Column, table_of
from efc_platform.templatetags.french import names_of
from structures.exports import model_of
from trajectories.imports import FIELDS
from trajectories.models import Intervention, InterventionShare, Modality, Trajectory
from trajectories.participants import count_participants, write_participants
from trajectories.timesheets import apportioned

AT_ONCE = 500


@dataclass(frozen=True)
class Noted:
    """What one structure keeps of an intervention, and how far whoever takes it away reads it."""

    share: InterventionShare
    event: Intervention
    is_readable: bool
    tells_who: bool

    def text(self, value: str) -> str:
        return value if self.is_readable else ""

    def part_of(self, minutes: int) -> int:
        """Preparation and travel are the whole intervention's: each structure takes its part of them."""
        shares = sorted(self.event.shares.all(), key=lambda one: one.pk)
        parts = apportioned(minutes, [one.minutes for one in shares])
        return next(part for one, part in zip(shares, parts, strict=True) if one.pk == self.share.pk)


def _of_event(heading: str, name: str) -> Column[Noted]:
    return Column(heading, lambda one: getattr(one.event, name))


# Headed as an import reads them: what one took away and brings again is all there already.
_FIRST: list[Column[Noted]] = [
    _of_event("Date", "occurred_on"),
    Column("Structure", lambda one: one.share.trajectory.structure.name),
    Column("SIRET", lambda one: one.share.trajectory.structure.siret),
    Column("Durée en minutes", lambda one: one.share.minutes),
    _of_event("Modalité", "kind"),
    Column("Titre", lambda one: one.text(one.event.title)),
    Column("Compte rendu", lambda one: one.text(one.share.account)),
    Column("Décision prise", lambda one: one.text(one.share.decision)),
    Column("Question ouverte", lambda one: one.text(one.share.open_question)),
    Column("Lieu", lambda one: one.event.get_place_display()),
    Column("Où", lambda one: one.text(one.event.location)),
]
_LAST: list[Column[Noted]] = [
    Column("Nombre de personnes", lambda one: count_participants(one.event.participations.all())),
    Column("Préparation en minutes", lambda one: one.part_of(one.event.preparation_minutes)),
    Column("Trajet en minutes", lambda one: one.part_of(one.event.travel_minutes)),
    Column("Dimensions travaillées", lambda one: ", ".join(each.short_name for each in one.share.dimensions.all())),
    Column("Qui peut lire", lambda one: one.share.get_circle_display()),
]
# Nobody is set beside anybody: who led what is on each page, not in a table of the network.
NETWORK = [*_FIRST, *_LAST]
OWN: list[Column[Noted]] = [
    *_FIRST,
    Column("Menée par", lambda one: names_of(one.event.practitioners.all())),
    Column("Avec qui", lambda one: write_participants(one.event.participations.all()) if one.tells_who else ""),
    *_LAST,
]


def own_interventions(user: User, start: date, end: date) -> Iterator[list[Any]]:
    """Those one led, as far as one reads them today."""
    led = InterventionShare.objects.filter(intervention__practitioners=user.person_id)
    return table_of(OWN, _noted(user, led, start, end))


def network_interventions(user: User, start: date, end: date) -> Iterator[list[Any]]:
    """That they took place; a text only where one reads it, which coordination does for the time of an opening."""
    return table_of(NETWORK, _noted(user, InterventionShare.objects.all(), start, end))


def _noted(user: User, shares: QuerySet[InterventionShare], start: date, end: date) -> Iterator[Noted]:
    readable = InterventionShare.objects.readable_by(user)
    # Who was in an exchange space is told to those who were, even where another structure shares the event.
    hidden = InterventionShare.objects.filter(intervention=OuterRef("intervention"), circle=Circle.PARTICIPANTS)
    rows = (
        shares.filter(trajectory__in=Trajectory.objects.visible_to(user), intervention__occurred_on__range=(start, end))
        .annotate(
            is_readable=Exists(readable.filter(pk=OuterRef("pk"))),
            is_between_others=Exists(hidden.exclude(pk__in=readable.values("pk"))),
        )
        .select_related("intervention", "trajectory__structure")
        .prefetch_related(
            "dimensions", "intervention__practitioners", "intervention__participations__person", "intervention__shares"
        )
        .order_by("-intervention__occurred_on", "-pk")
    )
    for share in rows.iterator(chunk_size=AT_ONCE):
        tells_who = share.is_readable and not share.is_between_others
        yield Noted(share, share.intervention, share.is_readable, tells_who)


EXAMPLE = {
    "occurred_on": "17/03/2024",
    "structure": "La Ressourcerie des Trois Rives",
    "minutes": "1 h 30",
    "modality": Modality.WORK_ORGANISATION.label,
    "account": "Tour de l’atelier avec l’équipe\u00a0: le tri se fait désormais à deux.",
    "place": "sur place",
    "staff": 4,
    "volunteers": 6,
    "travel_minutes": "45 min",
}


def model_file() -> Iterator[list[Any]]:
    """The headings that are recognised, and a line of each modality, to be replaced."""
    others = [EXAMPLE | {"modality": one.label} for one in Modality if one != Modality.WORK_ORGANISATION]
    yield from model_of([one for one in FIELDS if not one.name.endswith("_alone")], EXAMPLE, *others)
