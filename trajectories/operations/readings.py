"""Writing a reading, dimension by dimension, then sealing it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import StructureDocument
from trajectories.evidence import MOST_EVIDENCE, NOWHERE, Linked, earliest_day
from trajectories.models import (
    Criterion,
    Dimension,
    Evidence,
    EvidenceKind,
    InterventionShare,
    Positioning,
    PositioningState,
    Reading,
    Round,
    RoundView,
    Trajectory,
    Trial,
    Viewpoint,
)
from trajectories.notifications import tell_reading
from trajectories.permissions import can_edit_reading, viewpoints_open_to
from trajectories.sharing import open_if_ready, take_its_place


@dataclass(frozen=True)
class EvidenceFacts:
    """One thing that the fact is held on; an intervention gives its own day when none is said."""

    kind: EvidenceKind
    noted_on: date
    words: str = ""
    linked: Linked = NOWHERE

    @property
    def values(self) -> dict[str, Any]:
        linked = self.linked
        where = {"share": linked.share, "trial": linked.trial, "document": linked.document}
        return {"kind": self.kind, "noted_on": self.noted_on, "words": self.words.strip(), **where}


@dataclass(frozen=True)
class PositioningFacts:
    """What is seen of one dimension, or of one criterion, and what that is held on; `state` None leaves it unread."""

    state: PositioningState | None
    level: int | None = None
    observed_fact: str = ""
    next_question: str = ""
    evidence: Sequence[EvidenceFacts] = ()


def start_reading(
    *,
    by: User,
    trajectory: Trajectory,
    viewpoint: Viewpoint,
    read_on: date,
    client_key: uuid.UUID | None = None,
    authors: Sequence[Person] = (),
) -> Reading:
    """Opens a draft from one of the points of view open to the author; sent twice, it is one draft.

    OperationRefused for another's point of view, a day ahead, a day before the trajectory began, or a view that a blind
    round waits for: it is written there, where nobody sees it before the others.
    """
    if viewpoint not in viewpoints_open_to(by, trajectory):
        raise OperationRefused("Vous ne pouvez pas écrire une lecture depuis ce point de vue.", field="viewpoint")
    _refuse_beside_round(trajectory, viewpoint)
    if not trajectory.started_on <= read_on <= timezone.localdate():
        raise OperationRefused(
            "La date d’une lecture se situe entre le début de la trajectoire et aujourd’hui.", field="read_on"
        )
    try:
        with transaction.atomic():
            reading = Reading.objects.create(
                trajectory=trajectory,
                framework_version=trajectory.framework_version,
                viewpoint=viewpoint,
                read_on=read_on,
                created_by=by.person,
                client_key=client_key,
            )
            reading.authors.set({by.person, *authors})
            return reading
    except IntegrityError:
        return Reading.objects.get(created_by=by.person_id, client_key=client_key)


def _refuse_beside_round(trajectory: Trajectory, viewpoint: str) -> None:
    waiting = RoundView.objects.filter(round__in=Round.objects.blind().filter(trajectory=trajectory))
    if waiting.filter(viewpoint=viewpoint, left_out_at__isnull=True).exists():
        raise OperationRefused(
            "Un tour de lecture est en cours et compte ce regard : écrivez-le depuis la page du tour, ou attendez "
            "qu’il s’ouvre.",
            field="viewpoint",
        )


@transaction.atomic
def position(
    *,
    by: User,
    reading: Reading,
    facts: PositioningFacts,
    dimension: Dimension | None = None,
    criterion: Criterion | None = None,
    expected_version: int | None = None,
) -> Positioning | None:
    """Writes what is seen of one dimension, or of one criterion, in a draft: a level needs the fact that founds it.
    What the fact is held on is written with it; the level of a dimension is never drawn from its criteria.

    OperationRefused once the reading is sealed, to whoever is not among its authors, for a level without a fact, for
    what another version of the référentiel asks, and for evidence that is ahead, too far back, or leads to what the
    author does not read; StaleEdit when it was written meanwhile in another tab or by a co-author (0 is the version
    of what was not written yet).
    """
    draft = _draft(by, reading)
    about = _about(draft, dimension, criterion)
    saved = draft.positionings.filter(**about).first()
    version = saved.version if saved else 0
    if expected_version not in {None, version}:
        what = "Cette dimension a été lue" if dimension else "Ce critère a été lu"
        raise StaleEdit(f"{what} entre-temps dans un autre onglet ou par une autre personne.")
    if facts.state is None:
        draft.positionings.filter(**about).delete()
        return None
    if facts.state == PositioningState.LEVEL and not (facts.level and facts.observed_fact.strip()):
        raise OperationRefused("Un repère s’appuie toujours sur un fait observé.", field="observed_fact")
    held = list(saved.evidence.select_related("share", "trial", "document")) if saved else []
    _refuse_evidence(by, draft, facts.evidence, held)
    values = {
        "state": facts.state,
        "level": facts.level if facts.state == PositioningState.LEVEL else None,
        "observed_fact": facts.observed_fact,
        "next_question": facts.next_question,
        "version": version + 1,
    }
    written = Positioning.objects.update_or_create(reading=draft, **about, defaults=values)[0]
    _hold(written, facts.evidence, held)
    return written


def _about(draft: Reading, dimension: Dimension | None, criterion: Criterion | None) -> dict[str, Any]:
    """One thing, of the version that this reading is made with."""
    of = criterion.dimension if criterion else dimension
    if of is None or (criterion and dimension):
        raise OperationRefused("Une lecture porte sur une dimension, ou sur un de ses critères.")
    if of.framework_version_id != draft.framework_version_id:
        raise OperationRefused("Cette lecture se fait avec une autre version du référentiel.")
    return {"criterion": criterion} if criterion else {"dimension": dimension}


def _refuse_evidence(by: User, draft: Reading, evidence: Sequence[EvidenceFacts], held: Sequence[Evidence]) -> None:
    if len(evidence) > MOST_EVIDENCE:
        raise OperationRefused("Trois appuis au plus\u00a0: le reste se raconte dans le fait.")
    already = {Linked.of(one) for one in held}
    earliest, today = earliest_day(draft.trajectory), timezone.localdate()
    for rank, one in enumerate(evidence, start=1):
        if not earliest <= one.noted_on <= today:
            raise OperationRefused(f"Appui {rank}\u00a0: cette date est dans le futur, ou bien avant la structure.")
        if one.linked not in already and not _leads_within(by, draft.trajectory, one.linked):
            raise OperationRefused(f"Appui {rank}\u00a0: choisissez ce qui est proposé, de cette trajectoire.")


def _leads_within(by: User, trajectory: Trajectory, linked: Linked) -> bool:
    """To what this person reads of this trajectory, or of its structure; to one thing at most."""
    if len([one for one in (linked.share, linked.trial, linked.document) if one]) > 1:
        return False
    readable = (
        (linked.share, InterventionShare.objects.readable_by(by).filter(trajectory=trajectory)),
        (linked.trial, Trial.objects.visible_to(by).filter(trajectory=trajectory)),
        (linked.document, StructureDocument.objects.visible_to(by).filter(structure=trajectory.structure_id)),
    )
    return all(one is None or rows.filter(pk=one.pk).exists() for one, rows in readable)


def _hold(written: Positioning, evidence: Sequence[EvidenceFacts], held: Sequence[Evidence]) -> None:
    """What was there and still is stays as it is: its history has nothing to tell."""
    left = list(held)
    for one in evidence:
        same = next((kept for kept in left if all(getattr(kept, key) == of for key, of in one.values.items())), None)
        if same:
            left.remove(same)
        else:
            Evidence.objects.create(positioning=written, **one.values)
    Evidence.objects.filter(pk__in=[kept.pk for kept in left]).delete()


@transaction.atomic
def seal_reading(*, by: User, reading: Reading, sealed_at: datetime | None = None) -> Reading:
    """Ends the writing: the reading never changes. Outside a round it is shown beside the others at once, and those who
    see the trajectory are told; in a round it is shown with all the others, once the round opens.

    `sealed_at` is given only for a reading made on paper and brought in afterwards: nobody is told then.

    OperationRefused when nothing was read in it, or when it is not the author's draft.
    """
    # Before the reading: of two who seal at once, the second one sees what the first one sealed.
    tour = Round.objects.select_for_update().filter(pk=reading.round_id or 0).first()
    draft = _draft(by, reading)
    if not draft.positionings.exists():
        raise OperationRefused("Cette lecture est encore vide\u00a0: lisez au moins une dimension avant de la sceller.")
    if draft.round_id is None:
        tour = None
        _refuse_beside_round(draft.trajectory, draft.viewpoint)
    draft.sealed_at = sealed_at or timezone.now()
    draft.shared_at = draft.sealed_at if tour is None or tour.is_open else None
    draft.version += 1
    draft.save(update_fields=["sealed_at", "shared_at", "version"])
    if draft.shared_at and sealed_at is None:
        tell_reading(draft, by=by.person)
    if tour:
        take_its_place(draft)
        open_if_ready(tour)
        draft.refresh_from_db()
    return draft


def _draft(by: User, reading: Reading) -> Reading:
    draft = Reading.objects.select_for_update().get(pk=reading.pk)
    if draft.is_sealed:
        raise OperationRefused(
            "Cette lecture est scellée\u00a0: elle ne change plus. Vous pouvez en commencer une autre."
        )
    if not can_edit_reading(by, draft):
        raise OperationRefused("Seules les personnes qui écrivent cette lecture peuvent la modifier.")
    return draft
