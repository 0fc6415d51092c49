"""What pages and reports read of a trajectory: crossed readings, figures, last time."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import AccessAct, AccessEvent, Circle, SupportSignIn, User
from structures.models import Structure, ties_of
from structures.worked import Stay
from trajectories.framework import Framework, published_level
from trajectories.models import (
    Appointment,
    Dimension,
    FrameworkVersion,
    Intervention,
    InterventionShare,
    JournalEntry,
    NextStep,
    Outcome,
    Positioning,
    PositioningState,
    ProgressReport,
    Reading,
    Settlement,
    TextOpening,
    Trajectory,
    Trial,
    TrialState,
    Viewpoint,
    in_force,
)
from trajectories.rereading import Seen, band_of, kin_of, seen_with

# From two levels apart the gap is worth a debate; one apart is a nuance.
DEBATED_FROM = 2
_READS_OTHERWISE = {
    Viewpoint.DIRECTION: "la direction lit autrement",
    Viewpoint.TEAM: "l’équipe lit autrement",
    Viewpoint.ACCOMPANIMENT: "l’accompagnement lit autrement",
    Viewpoint.PARTNER: "le partenaire lit autrement",
}


@dataclass(frozen=True)
class Crossing:
    """One dimension as each point of view last read it, beside the start; never merged into one level."""

    dimension: Dimension
    start: Seen | None
    voices: dict[str, Seen]

    @property
    def levels(self) -> dict[str, int]:
        """Those that are known: what was carried over from another version may be several, and is none."""
        return {viewpoint: one.level for viewpoint, one in self.voices.items() if one.level is not None}

    @property
    def is_debated(self) -> bool:
        """Whatever the level that each of them may be, two are far apart."""
        lows = [one.low for one in self.voices.values() if one.low is not None]
        highs = [one.high for one in self.voices.values() if one.high is not None]
        return bool(lows) and max(lows) - min(highs) >= DEBATED_FROM

    @property
    def gap(self) -> str:
        """The gap in words, as a question for whoever reads."""
        if self.is_debated:
            return "à mettre en débat"
        if not self.voices:
            return "pas encore lue"
        if any(band_of(one) for one in self.voices.values()):
            return "lue avec une autre version"
        if len(self.levels) < 2:
            return "une seule voix" if len(self.voices) == 1 else "à compléter"
        return self._nuance()

    def _nuance(self) -> str:
        found = list(self.levels.values())
        if len(set(found)) == 1:
            return "même lecture"
        alone = [viewpoint for viewpoint, level in self.levels.items() if found.count(level) == 1]
        return _READS_OTHERWISE[Viewpoint(alone[0])] if len(alone) == 1 and len(found) > 2 else "lectures voisines"


@dataclass(frozen=True)
class Crossings:
    """All dimensions crossed, and where the trajectory began."""

    framework: Framework
    rows: tuple[Crossing, ...]
    start: Reading | None
    viewpoints: tuple[Viewpoint, ...]

    @property
    def is_empty(self) -> bool:
        return self.start is None


def crossings_of(
    trajectory: Trajectory, *, until: date | None = None, version: FrameworkVersion | None = None
) -> Crossings:
    """Each point of view's latest shared word on each dimension, up to a day included; partial
    readings are ordinary, so the latest word may come from different readings. In the words of a version of the
    référentiel, that of the trajectory unless another is given: what was read with others is carried over."""
    framework = Framework.of(version or trajectory.framework_version)
    shared = Positioning.objects.filter(in_force(), reading__trajectory=trajectory)
    if until:
        shared = shared.filter(reading__read_on__lte=until)
    found = list(
        shared.filter(dimension__isnull=False)
        .select_related("reading", "dimension")
        .order_by("reading__read_on", "reading__sealed_at", "pk")
    )
    start = found[0].reading if found else None
    starts = seen_with(framework.version, [one for one in found if start is not None and one.reading_id == start.pk])
    spoken = {one.reading.viewpoint for one in found}
    viewpoints = tuple(viewpoint for viewpoint in Viewpoint if viewpoint in spoken)
    seen = {
        viewpoint.value: seen_with(framework.version, [one for one in found if one.reading.viewpoint == viewpoint])
        for viewpoint in viewpoints
    }
    rows = tuple(
        Crossing(
            dimension,
            starts.get(dimension.key),
            {viewpoint: said[dimension.key] for viewpoint, said in seen.items() if dimension.key in said},
        )
        for dimension in framework.dimensions
    )
    return Crossings(framework, rows, start, viewpoints)


def level_in_words(positioning: Seen | None, framework: Framework) -> str:
    """« Expérimentation », « sans objet », « pas assez d’éléments » or « pas encore lue »: never zero. Carried over
    from another version, it may lie between two."""
    if positioning is None:
        return "pas encore lue"
    if positioning.low is not None and positioning.high is not None and positioning.low < positioning.high:
        return f"entre {framework.level_name(positioning.low)} et {framework.level_name(positioning.high)}"
    if positioning.state == PositioningState.LEVEL and positioning.level is not None:
        return framework.level_name(positioning.level)
    return positioning.get_state_display()


def outcome_in_words(one: Settlement, framework: Framework) -> str:
    """« Un regard se déplace (direction), vers « Structuration » », with the level's name when they met."""
    name = f"«\u00a0{_name_then(one.level, one.dimension, framework)}\u00a0»" if one.level else ""
    if one.outcome == Outcome.MOVED:
        return f"Un regard se déplace ({Viewpoint(one.viewpoint).label.lower()}), vers {name}"
    if one.outcome == Outcome.AGREED:
        return f"On s’accorde, sur {name}" if name else "On s’accorde"
    return "Nous gardons le désaccord"


def settlements_of(trajectory: Trajectory, user: User) -> QuerySet[Settlement]:
    """What the meetings of a trajectory came to, for whoever reads its texts; the oldest first."""
    found = Settlement.objects.visible_to(user).filter(round__trajectory=trajectory)
    return found.select_related("round", "dimension", "settled_by").prefetch_related("voices")


@dataclass(frozen=True)
class Figures:
    """Counts and durations of a trajectory, none of them a score."""

    months: int
    interventions: int
    minutes: int
    trials_running: int
    trials: int
    next_appointment: Appointment | None


def months_between(start: date, end: date) -> int:
    """Whole months elapsed; none before the start, which may lie ahead."""
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


def _of_each(rows: QuerySet[Any], what: Count | Sum) -> Coalesce:
    """What is counted of a trajectory's rows, beside others in one question."""
    found = rows.filter(trajectory=OuterRef("pk")).values("trajectory").annotate(counted=what).values("counted")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


def _name_then(level: int, dimension: Dimension, framework: Framework) -> str:
    """A level's name in the version of its dimension, which may not be the one the page speaks with."""
    version = dimension.framework_version_id
    return framework.level_name(level) if version == framework.version.pk else published_level(version, level)


def level_then(one: Positioning, framework: Framework) -> str:
    """What was read, in the words of the version it was read with: when it is not the one the page speaks with, it is
    named, with what the dimension was called there."""
    version, dimension = one.reading.framework_version, one.dimension
    if version.pk == framework.version.pk:
        return level_in_words(one, framework)
    said = published_level(version.pk, one.level) if one.level else one.get_state_display()
    called = f" («\u00a0{dimension.short_name}\u00a0»)" if dimension else ""
    return f"{said}, avec la version {version.number}{called}"


def figures_of(trajectory: Trajectory) -> Figures:
    trials = Trial.objects.order_by()
    counted = Trajectory.objects.filter(pk=trajectory.pk).values(
        meetings=_of_each(InterventionShare.objects.order_by(), Count("pk")),
        spent=_of_each(InterventionShare.objects.order_by(), Sum("minutes")),
        tried=_of_each(trials, Count("pk")),
        running=_of_each(trials.filter(state=TrialState.RUNNING), Count("pk")),
    )
    numbers = counted.get()
    return Figures(
        months=months_between(trajectory.started_on, trajectory.closed_on or timezone.localdate()),
        interventions=numbers["meetings"],
        minutes=numbers["spent"],
        trials_running=numbers["running"],
        trials=numbers["tried"],
        next_appointment=Appointment.objects.filter(trajectory=trajectory).upcoming().first(),
    )


def accompanied_trajectories(user: User) -> QuerySet[Trajectory]:
    """A practitioner's open trajectories, those heard of longest ago first, with what their home shows."""

    shares = InterventionShare.objects.filter(trajectory=OuterRef("pk")).order_by("-occurred_on", "-pk")
    # A title is a text: that of an exchange space is told to those who were there.
    readable = InterventionShare.objects.readable_by(user).filter(pk=OuterRef("pk"))
    title = Case(When(Exists(readable), then=F("intervention__title")), default=Value(""))
    upcoming = Appointment.objects.filter(trajectory=OuterRef("pk")).upcoming()
    open_steps = (
        NextStep.objects.open()
        .filter(trajectory=OuterRef("pk"))
        .order_by()
        .values("trajectory")
        .annotate(number=Count("pk"))
    )
    return (
        Trajectory.objects.open()
        .filter(structure__in=ties_of(user).accompanied)
        .select_related("structure")
        .annotate(
            last_on=Subquery(shares.values("occurred_on")[:1]),
            last_title=Subquery(shares.annotate(told=title).values("told")[:1]),
            next_at=Subquery(upcoming.values("starts_at")[:1]),
            open_steps=Subquery(open_steps.values("number")[:1], output_field=IntegerField()),
        )
        .order_by(F("last_on").asc(nulls_first=True), "pk")
    )


def steps_due(user: User, *, within_structures: Collection[int] | None = None) -> QuerySet[NextStep]:
    """Open promises one may see: those one is to keep, then the others, each the most pressing first."""
    steps = NextStep.objects.visible_to(user).open().mine_first(user).select_related("trajectory__structure", "owner")
    return steps.filter(trajectory__structure__in=within_structures) if within_structures is not None else steps


def history_of(dimension: Dimension, trajectory: Trajectory) -> list[Positioning]:
    """All that was ever read of one dimension of a trajectory and may be seen, newest first, with what says something
    of it in other versions; a reading that another took up since stays among them."""
    kin = kin_of(trajectory, trajectory.framework_version).get(dimension.key, set())
    return list(
        Positioning.objects.filter(
            reading__trajectory=trajectory, reading__shared_at__isnull=False, dimension__in={dimension.pk, *kin}
        )
        .select_related("reading__framework_version", "reading__taken_up_by", "dimension")
        .prefetch_related("reading__authors")
        .order_by("-reading__read_on", "-pk")
    )


def criteria_of(dimensions: Iterable[Dimension], trajectory: Trajectory) -> dict[int, list[Positioning]]:
    """Each point of view's latest sealed word on each criterion of these dimensions, by the criterion's key. Nothing is
    said of a dimension by it."""
    found = (
        Positioning.objects.filter(
            reading__in=trajectory.readings.in_force().order_by().values("pk"),
            criterion__dimension__in=[one.pk for one in dimensions],
        )
        .select_related("reading", "criterion")
        .order_by("reading__read_on", "reading__sealed_at", "pk")
    )
    latest: dict[int, dict[str, Positioning]] = {}
    for one in found:
        latest.setdefault(one.criterion_id or 0, {})[one.reading.viewpoint] = one
    return {key: [voices[one] for one in Viewpoint if one in voices] for key, voices in latest.items()}


def network_figures() -> dict[str, int]:
    """Coordination's counts of the network this year: what was done, never how structures compare."""
    year = timezone.localdate().replace(month=1, day=1)
    done = Intervention.objects.filter(occurred_on__gte=year).aggregate(
        # Of rows rather than of keys, which the index of days does not hold.
        number=Count("*"),
        minutes=Sum("minutes", default=0),
    )
    open_trajectories = Trajectory.objects.open()
    return {
        "trajectories": open_trajectories.count(),
        "interventions": done["number"],
        "minutes": done["minutes"],
        "readings": Reading.objects.shared().filter(read_on__gte=year).count(),
    }


def silent_trajectories(*, days: int = 60, most: int) -> QuerySet[Trajectory]:
    """Open trajectories without an intervention for that long: somebody to call, not a fault. The longest silence
    first, and no more than so many; only these are read whole."""
    limit = timezone.localdate() - timedelta(days=days)
    shares = InterventionShare.objects.filter(trajectory=OuterRef("pk")).order_by("-occurred_on", "-pk")
    dated = Trajectory.objects.annotate(last_on=Subquery(shares.values("occurred_on")[:1]))
    in_order = dated.order_by(F("last_on").asc(nulls_first=True), "pk")
    found = in_order.open().filter(~Exists(shares.filter(occurred_on__gte=limit)))
    return in_order.filter(pk__in=found.values("pk")[:most]).select_related("structure")


def journal_pages_by_key() -> Counter[str]:
    """How many journal pages stand under each key; nothing of them is read."""
    counted = JournalEntry.objects.order_by().values("key_id").annotate(number=Count("pk"))
    return Counter({row["key_id"]: row["number"] for row in counted})


def openable_reports(user: User, trajectory: Trajectory) -> QuerySet[ProgressReport]:
    """Those that are made and that the user does not read."""
    readable = ProgressReport.objects.visible_to(user).values("pk")
    return trajectory.reports.filter(file__isnull=False).exclude(pk__in=readable)


def openable_accounts(user: User, intervention: Intervention) -> QuerySet[InterventionShare]:
    """What its trajectories keep of it and the user does not read; what was said among those present stays theirs."""
    readable = InterventionShare.objects.readable_by(user).values("pk")
    shares = intervention.shares.exclude(pk__in=readable).exclude(circle=Circle.PARTICIPANTS)
    return shares.select_related("trajectory__structure", "intervention")


@dataclass(frozen=True)
class Look:
    """Somebody from outside looked: who, what they did, and for an opening why."""

    event: AccessEvent
    what: str
    reason: str = ""


def looks_of(events: Iterable[AccessEvent]) -> list[Look]:
    """In words; the openings and the supports are read at once for the whole page."""
    found = list(events)
    about = [one.about for one in found if one.about]
    openings = TextOpening.objects.filter(public_id__in=about).select_related("share__intervention", "report")
    supports = SupportSignIn.objects.filter(public_id__in=about).select_related("concerned__person")
    opened, supported = {one.public_id: one for one in openings}, {one.public_id: one for one in supports}
    return [_in_words(one, opened.get(one.about), supported.get(one.about)) for one in found]


def _in_words(event: AccessEvent, opening: TextOpening | None, support: SupportSignIn | None) -> Look:
    if event.act == AccessAct.OPENED_TEXT and opening:
        return Look(event, f"a ouvert {opening.heading}", opening.reason)
    if event.act == AccessAct.SIGNED_IN_AS and support:
        return Look(
            event, f"a pris la place de {support.concerned.person.display_name}, avec son accord", support.reason
        )
    return Look(event, str(event.get_act_display()))


def minutes_worked(stays: Collection[Stay]) -> dict[int, int]:
    """Of the interventions that took place during each stay, the part of its structure; neither preparation nor
    travel."""
    during = Q(pk__in=[])
    for one in stays:
        days = Q(occurred_on__gte=one.since, occurred_on__lt=one.until)
        during |= Q(trajectory__structure=one.structure) & days
    shares = InterventionShare.objects.filter(during).order_by().values("trajectory__structure")
    return dict(shares.annotate(spent=Sum("minutes")).values_list("trajectory__structure", "spent"))


def minutes_spent(people: Collection[int], since: date) -> dict[int, int]:
    """Of each of those who led interventions since a day, their whole time, preparation and travel with it."""
    led = Intervention.objects.filter(practitioners__in=people, occurred_on__gte=since).order_by()
    spent = Sum(F("minutes") + F("preparation_minutes") + F("travel_minutes"))
    return dict(led.values("practitioners").annotate(spent=spent).values_list("practitioners", "spent"))


def still_travelling(structure: Structure) -> str:
    """Why it may not be archived yet."""
    if not Trajectory.objects.open().filter(structure=structure).exists():
        return ""
    return "Sa trajectoire est encore ouverte\u00a0: elle se termine d’abord, avec ses derniers mots."


def both_travel(kept: Structure, merged: Structure) -> str:
    """Why two sheets may not be made one yet: a structure has one open trajectory at most."""
    travelling = Trajectory.objects.filter(structure__in=[kept, merged], closed_on__isnull=True)
    if travelling.count() < 2:
        return ""
    return (
        "Les deux fiches ont chacune une trajectoire ouverte, et une structure n’en a qu’une à la fois\u00a0: qui "
        "accompagne celle des deux qui doit s’arrêter la clôt d’abord, depuis sa page («\u00a0Clore cette "
        "trajectoire\u00a0»)."
    )
