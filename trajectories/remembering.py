"""What to have in mind before meeting again, and what the form of an intervention already knows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from efc_platform.shared.duration import write_duration
from trajectories.models import Intervention, InterventionShare, NextStep, Place, Trajectory

MOST = 5
# Among so many of one's last interventions, what comes back is a habit.
LOOKED_AT = 60
HABITS = 3


@dataclass(frozen=True)
class LastTime:
    """The last account, what was promised and what became of it, and what stays open over the year."""

    share: InterventionShare | None
    promises: list[NextStep]
    kept: list[NextStep]
    open_questions: list[InterventionShare]
    decisions: list[InterventionShare]

    @property
    def is_empty(self) -> bool:
        return self.share is None and not self.promises


def last_time(trajectory: Trajectory, viewer: User) -> LastTime:
    """Of what the person reads: the last intervention, the promises not kept yet (late ones first) and those kept
    since it, then the open questions and the decisions of the year before it."""
    readable = InterventionShare.objects.readable_by(viewer).filter(trajectory=trajectory)
    year = readable.filter(occurred_on__gte=_a_year_ago())
    told = list(
        year.exclude(open_question="", decision="")
        .select_related("intervention")
        .order_by("-occurred_on", "-pk")[: 4 * MOST]
    )
    last = readable.select_related("intervention").order_by("-occurred_on", "-pk").first()
    steps = _steps(trajectory, viewer, last.intervention.occurred_on if last else trajectory.started_on)
    return LastTime(
        share=last,
        promises=[one for one in steps if one.is_open][:MOST],
        kept=[one for one in steps if one.done_at][:MOST],
        open_questions=[one for one in told if one.open_question][:MOST],
        decisions=[one for one in told if one.decision and (last is None or one.pk != last.pk)][:MOST],
    )


def _a_year_ago() -> date:
    """From the first of its month: the year is counted as people do."""
    today = timezone.localdate().replace(day=1)
    return today.replace(year=today.year - 1)


def _steps(trajectory: Trajectory, viewer: User, since: date) -> list[NextStep]:
    """The promises still open, and those kept since."""
    steps = NextStep.objects.visible_to(viewer).filter(trajectory=trajectory).select_related("owner")
    return list(
        steps.filter(Q(done_at__isnull=True, set_aside_at__isnull=True) | Q(done_at__date__gte=since))[: 4 * MOST]
    )


@dataclass(frozen=True)
class Habit:
    """A length, a modality and a place that often come together: one tap fills them in."""

    label: str
    query: str


def recent_ones(user: User) -> list[Intervention]:
    """The last interventions that one noted, the newest first: where habits and last values are read."""
    return list(Intervention.objects.filter(created_by=user.person_id).order_by("-pk")[:LOOKED_AT])


def habits_among(recent: Sequence[Intervention]) -> list[Habit]:
    """What comes back among them, the most frequent first."""
    alike: dict[tuple[str, int, str], Intervention] = {}
    seen: Counter[tuple[str, int, str]] = Counter()
    for one in recent:
        key = (one.code, one.minutes, one.place)
        seen[key] += 1
        alike.setdefault(key, one)
    return [_habit(alike[key]) for key, times in seen.most_common(HABITS) if times > 1]


def _habit(one: Intervention) -> Habit:
    label = f"{write_duration(one.minutes)}, {one.kind.lower()}, {Place(one.place).label}"
    return Habit(label, urlencode({"modalite": one.code, "duree": str(one.minutes), "lieu": str(one.place)}))


def as_it_was(intervention: Intervention, share: InterventionShare, version: int) -> Mapping[str, Any]:
    """The columns of both as they stood at a version, from their history; nothing when it is not known. What a form
    began from tells what its author changed from what somebody else did."""
    events = apps.get_model("trajectories", "InterventionEvent")._base_manager
    of_event = events.filter(pgh_obj_id=intervention.pk).order_by("-pgh_id")
    event, overtaking = of_event.filter(version=version).first(), of_event.filter(version=version + 1).first()
    if event is None or overtaking is None:
        return {}
    # An edit writes both in one transaction, hence at one time: what came before it is what it overtook.
    shares = apps.get_model("trajectories", "InterventionShareEvent")._base_manager
    earlier = shares.filter(pgh_obj_id=share.pk, pgh_created_at__lt=overtaking.pgh_created_at)
    then = earlier.order_by("-pgh_id").first()
    columns = ("occurred_on", "minutes", "preparation_minutes", "travel_minutes", "title", "place", "location")
    noted = Intervention(modality=event.modality, added_modality_id=event.added_modality_id)
    known = {name: getattr(event, name) for name in columns} | {"modality": noted.code}
    if then:
        known |= {name: getattr(then, name) for name in ("account", "circle", "decision", "open_question")}
        known["share_minutes"] = then.minutes
    return known
