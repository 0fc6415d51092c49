"""What the levels are held on: how strong, how old, and where it may be found again by whoever reads."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from structures.models import StructureDocument
from trajectories.models import (
    Evidence,
    EvidenceKind,
    Intervention,
    InterventionShare,
    Positioning,
    Trajectory,
    Trial,
)
from trajectories.queries import months_between

# More than that belongs in the fact itself.
MOST_EVIDENCE = 3
# Three lists of them stand in the form: beyond, a few words say it as well.
OFFERED_MEETINGS, OFFERED_OTHERS = 10, 6
RECENT_MONTHS, LEFT_MONTHS = 12, 24
YEARS_BEFORE = 10

# From the least checkable to the most: kinds that may be told apart, not marks that would be added up.
_STRENGTH = list(EvidenceKind)
_IN_WORDS = {
    None: "sans appui noté",
    EvidenceKind.SAID: "sur parole",
    EvidenceKind.OBSERVED: "observé",
    EvidenceKind.DOCUMENT: "sur document",
    EvidenceKind.THIRD_PARTY: "par un tiers",
}
_RESERVED = {
    "share": "une intervention réservée",
    "trial": "un essai réservé",
    "document": "un document réservé",
}


class Freshness(models.TextChoices):
    """Three named steps: up to a year, up to two, beyond. What is old is to be looked at again, it is not wrong."""

    RECENT = "recent", "récent"
    TO_RESUME = "to_resume", "à reprendre"
    OLD = "old", "ancien"


@dataclass(frozen=True)
class HeldOn:
    """The strongest kind among what holds a level, and the age in months of the latest of that kind."""

    kind: EvidenceKind | None = None
    months: int | None = None

    @property
    def words(self) -> str:
        return _IN_WORDS[self.kind]

    @property
    def is_word_only(self) -> bool:
        return self.kind == EvidenceKind.SAID

    @property
    def freshness(self) -> Freshness | None:
        if self.months is None:
            return None
        if self.months <= RECENT_MONTHS:
            return Freshness.RECENT
        return Freshness.TO_RESUME if self.months <= LEFT_MONTHS else Freshness.OLD

    @property
    def is_old(self) -> bool:
        return self.freshness == Freshness.OLD

    @property
    def age(self) -> str:
        if self.months is None:
            return ""
        return f"il y a {self.months}\u00a0mois" if self.months else "depuis moins d’un mois"

    @property
    def said(self) -> str:
        """« sur parole, il y a 14 mois, à reprendre »; what is recent needs no other word."""
        step = self.freshness
        told = step.label if step and step != Freshness.RECENT else ""
        return ", ".join(filter(None, (self.words, self.age, told)))


def held_on(evidence: Iterable[Evidence], on: date) -> HeldOn:
    """As it was that day: what was noted of a later day held nothing yet."""
    known = [one for one in evidence if one.noted_on <= on]
    if not known:
        return HeldOn()
    strongest = max((EvidenceKind(one.kind) for one in known), key=_STRENGTH.index)
    latest = max(one.noted_on for one in known if one.kind == strongest)
    return HeldOn(strongest, months_between(latest, on))


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence as a page tells it; what it leads to has a name only for those who may read it."""

    kind: str
    noted_on: date
    words: str = ""
    link: str = ""
    url: str = ""


@dataclass(frozen=True)
class Ground:
    """What one positioning is held on, in a word and line by line."""

    held: HeldOn = field(default_factory=HeldOn)
    lines: tuple[EvidenceLine, ...] = ()


def grounds_of(
    positionings: Collection[Positioning], user: User, *, on: date | None = None, with_texts: bool = True
) -> Mapping[int, Ground]:
    """Of each of these, by its key. Without the texts, only how it is held: neither words nor links."""
    found = _of_each(positionings)
    every = [one for ones in found.values() for one in ones]
    seen = _seen(every, user) if with_texts else None
    day = on or timezone.localdate()
    return defaultdict(
        Ground,
        {
            key: Ground(held_on(ones, day), tuple(_line(one, seen) for one in ones) if seen else ())
            for key, ones in found.items()
        },
    )


def _of_each(positionings: Collection[Positioning]) -> dict[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = defaultdict(list)
    noted = Evidence.objects.filter(positioning__in=[one.pk for one in positionings])
    for one in noted.select_related("share__intervention", "trial", "document"):
        found[one.positioning_id].append(one)
    return found


def held_of(positionings: Collection[Positioning], on: date) -> Mapping[int, HeldOn]:
    """Without anybody's eyes: for what is printed."""
    return defaultdict(HeldOn, {key: held_on(ones, on) for key, ones in _of_each(positionings).items()})


@dataclass(frozen=True)
class _Seen:
    shares: frozenset[int]
    trials: frozenset[int]
    documents: frozenset[int]


def _seen(evidence: Iterable[Evidence], user: User) -> _Seen:
    """Among what is linked, what this person may read."""
    linked = list(evidence)
    readable = (
        InterventionShare.objects.readable_by(user).filter(pk__in=[one.share_id for one in linked if one.share_id]),
        Trial.objects.visible_to(user).filter(pk__in=[one.trial_id for one in linked if one.trial_id]),
        StructureDocument.objects.visible_to(user).filter(
            pk__in=[one.document_id for one in linked if one.document_id]
        ),
    )
    return _Seen(*(frozenset(rows.values_list("pk", flat=True)) for rows in readable))


def _line(one: Evidence, seen: _Seen) -> EvidenceLine:
    link, url = _link(one, seen)
    return EvidenceLine(str(one.get_kind_display()), one.noted_on, one.words, link, url)


def _link(one: Evidence, seen: _Seen) -> tuple[str, str]:
    if one.share:
        return _named(one.share.intervention, one.share_id in seen.shares, "share")
    if one.trial:
        return _named(one.trial, one.trial_id in seen.trials, "trial")
    if one.document:
        return _named(one.document, one.document_id in seen.documents, "document")
    return "", ""


def _named(row: Intervention | Trial | StructureDocument, is_seen: bool, kind: str) -> tuple[str, str]:
    return (str(row), row.get_absolute_url()) if is_seen else (_RESERVED[kind], "")


@dataclass(frozen=True)
class Linked:
    """Where evidence leads: one of the three at most."""

    share: InterventionShare | None = None
    trial: Trial | None = None
    document: StructureDocument | None = None

    @classmethod
    def of(cls, one: Evidence) -> "Linked":
        return cls(one.share, one.trial, one.document)

    @property
    def is_empty(self) -> bool:
        return self == NOWHERE


NOWHERE = Linked()


@dataclass(frozen=True)
class Linkable:
    """What a form offers to lead to: choices in groups, and what each of them is."""

    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    by_value: Mapping[str, Linked]


NO_LINKS = Linkable((), {})


def link_to(intervention: Intervention) -> str:
    """The choice of an intervention in the form."""
    return f"intervention-{intervention.public_id}"


def linkable(trajectory: Trajectory, user: User, saved: Collection[Evidence] = ()) -> Linkable:
    """The latest that this person may read, and what the evidence led to already: that stays chosen, under its name
    only if they may read it."""
    groups, by_value = [], dict[str, Linked]()
    for heading, rows in (
        ("Interventions", _interventions(trajectory, user)),
        ("Essais", [(f"essai-{one.public_id}", str(one), Linked(trial=one)) for one in _trials(trajectory, user)]),
        (
            "Documents",
            [(f"document-{one.public_id}", str(one), Linked(document=one)) for one in _documents(trajectory, user)],
        ),
    ):
        by_value |= {value: linked for value, _label, linked in rows}
        groups.append((heading, tuple((value, label) for value, label, _linked in rows)))
    offered = {linked: value for value, linked in by_value.items()}
    kept = [one for one in saved if not Linked.of(one).is_empty and Linked.of(one) not in offered]
    if kept:
        seen = _seen(kept, user)
        groups.insert(0, ("Déjà relié", tuple((kept_value(one), _link(one, seen)[0]) for one in kept)))
        by_value |= {kept_value(one): Linked.of(one) for one in kept}
    return Linkable(tuple(group for group in groups if group[1]), by_value)


def kept_value(one: Evidence) -> str:
    """A choice that says nothing of where it leads."""
    return f"appui-{one.public_id}"


def _interventions(trajectory: Trajectory, user: User) -> list[tuple[str, str, Linked]]:
    shares = InterventionShare.objects.readable_by(user).filter(trajectory=trajectory).select_related("intervention")
    return [
        (link_to(one.intervention), f"{date_format(one.occurred_on)}, {one.intervention}", Linked(share=one))
        for one in shares.order_by("-occurred_on", "-pk")[:OFFERED_MEETINGS]
    ]


def _trials(trajectory: Trajectory, user: User) -> Any:
    return Trial.objects.visible_to(user).filter(trajectory=trajectory).order_by("-pk")[:OFFERED_OTHERS]


def _documents(trajectory: Trajectory, user: User) -> Any:
    return StructureDocument.objects.visible_to(user).filter(structure=trajectory.structure_id)[:OFFERED_OTHERS]


def earliest_day(trajectory: Trajectory) -> date:
    """Ten years before the structure's life, as far as it is known: a founder's memory, not a slip of the year."""
    structure = trajectory.structure
    born = structure.founded_on or (date(structure.founded_in, 1, 1) if structure.founded_in else None)
    start = min(filter(None, (born, trajectory.started_on)))
    return start.replace(year=max(start.year - YEARS_BEFORE, 1), day=min(start.day, 28))
