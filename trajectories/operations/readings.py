"""Writing a reading, dimension by dimension, then sealing it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import (
    Dimension,
    Positioning,
    PositioningState,
    Reading,
    Round,
    RoundView,
    Trajectory,
    Viewpoint,
)
from trajectories.notifications import tell_reading
from trajectories.permissions import can_edit_reading, viewpoints_open_to
from trajectories.sharing import open_if_ready, take_its_place


@dataclass(frozen=True)
class PositioningFacts:
    """What is seen of one dimension; `state` None leaves it unread."""

    state: PositioningState | None
    level: int | None = None
    observed_fact: str = ""
    next_question: str = ""


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
    *, by: User, reading: Reading, dimension: Dimension, facts: PositioningFacts, expected_version: int | None = None
) -> Positioning | None:
    """Writes what is seen of one dimension in a draft: a level needs the fact that founds it.

    OperationRefused once the reading is sealed, to whoever is not among its authors, and for a level
    without a fact; StaleEdit when it was written meanwhile in another tab or by a co-author (0 is the
    version of what was not written yet).
    """
    draft = _draft(by, reading)
    saved = draft.positionings.filter(dimension=dimension).first()
    version = saved.version if saved else 0
    if expected_version not in {None, version}:
        raise StaleEdit("Cette dimension a été lue entre-temps dans un autre onglet ou par une autre personne.")
    if facts.state is None:
        draft.positionings.filter(dimension=dimension).delete()
        return None
    if facts.state == PositioningState.LEVEL and not (facts.level and facts.observed_fact.strip()):
        raise OperationRefused("Un repère s’appuie toujours sur un fait observé.", field="observed_fact")
    values = {
        "state": facts.state,
        "level": facts.level if facts.state == PositioningState.LEVEL else None,
        "observed_fact": facts.observed_fact,
        "next_question": facts.next_question,
        "version": version + 1,
    }
    return Positioning.objects.update_or_create(reading=draft, dimension=dimension, defaults=values)[0]


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
