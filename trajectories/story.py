"""The story of a trajectory: dated moments gathered from all that took place, lower apps and higher."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.duration import write_duration
from efc_platform.shared.once import once
from efc_platform.shared.registry import Registry
from trajectories.agreed import agreement_of
from trajectories.carrying import lineage_of
from trajectories.endings import around, ending_of
from trajectories.models import (
    CONCLUDED,
    Dimension,
    Intervention,
    InterventionShare,
    Modality,
    Outcome,
    OwnMoment,
    Positioning,
    Reading,
    ResourceNote,
    Settlement,
    SharedDiagnosis,
    Trajectory,
    TrialMove,
    TrialState,
    UsefulEffect,
    Verbatim,
    Viewpoint,
    Workshop,
    WorkshopQuestion,
    resource_in_words,
)
from trajectories.permissions import can_keep_moments, can_read_texts, can_see_agreement


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `summary` is empty for whoever may know of it without reading it. `dimension` is said
    when one dimension is asked for: a source that knows of dimensions tells of that one only."""

    on: date
    kind: str
    title: str
    detail: str = ""
    summary: str = ""
    url: str = ""
    is_milestone: bool = False
    is_quoted: bool = False
    dimension: str = ""


@dataclass(frozen=True)
class Period:
    """Both days included; None leaves a side open."""

    start: date | None = None
    end: date | None = None

    def holds(self, on: date) -> bool:
        return (self.start is None or on >= self.start) and (self.end is None or on <= self.end)


@dataclass(frozen=True)
class Reader:
    """For whom the story is told. In a report it is told to all who may open it, so what the
    practitioners keep among themselves, or was said in an exchange space, stays out even when one of them asks.

    `dimension` narrows it, for the sources that know of one. `most` is how many moments are shown: whatever may be
    long (the interventions of ten years) gives its newest ones only.
    """

    user: User
    reads_texts: bool
    in_report: bool = False
    dimension: Dimension | None = None
    most: int | None = None

    @property
    def asked(self) -> str:
        return self.dimension.code if self.dimension else ""

    @cached_property
    def lineage(self) -> frozenset[int]:
        """What is told of the dimension was often tied to the one it comes from, in an earlier version."""
        return lineage_of(self.dimension) if self.dimension else frozenset()


@dataclass(frozen=True)
class Filter:
    """Some kinds of moments, by the words that a page offers them with; without kinds, the great moments."""

    label: str
    kinds: frozenset[str] = frozenset()

    def keeps(self, moment: Moment) -> bool:
        return moment.kind in self.kinds if self.kinds else moment.is_milestone


# What a page offers to show apart; whoever tells of another kind adds its own.
FILTERS: Registry[Filter] = Registry("filter of the story")
Source = Callable[[Trajectory, Reader, Period], Iterable[Moment]]
SOURCES: Registry[Source] = Registry("story source")


def story_of(
    trajectory: Trajectory,
    viewer: User,
    period: Period = Period(),
    *,
    in_report: bool = False,
    most: int | None = None,
    kinds: Filter | None = None,
    dimension: Dimension | None = None,
) -> list[Moment]:
    """The moments this viewer may know of within the period, newest first; within a day a milestone
    comes before the rest, and the start closes it. With `most`, that many of the newest."""
    reader = Reader(viewer, can_read_texts(viewer, trajectory), in_report, dimension, most)
    told = (moment for source in SOURCES for moment in source(trajectory, reader, period))
    moments = [
        one
        for one in told
        if period.holds(one.on) and one.dimension == reader.asked and (kinds is None or kinds.keeps(one))
    ]
    moments.sort(key=lambda moment: (moment.on, moment.kind != "start", moment.is_milestone), reverse=True)
    return moments[:most]


def _beginning(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    words = f"«\u00a0{trajectory.starting_words}\u00a0»" if reader.reads_texts and trajectory.starting_words else ""
    before = around(trajectory).before
    again, url = ("à la suite d’une première trajectoire", before.get_absolute_url()) if before else ("", "")
    yield Moment(trajectory.started_on, "start", "Point de départ", again, words, url, is_milestone=True)


def _ending(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """Its day and its reason are seen with the trajectory; its review, and the news since, are texts."""
    if trajectory.closed_on is None:
        return
    ending, reads = ending_of(trajectory), reader.reads_texts
    reason, review = (ending.get_reason_display(), ending.review if reads else "") if ending else ("", "")
    yield Moment(trajectory.closed_on, "end", "Fin de l’accompagnement", reason, review, is_milestone=True)
    for one in ending.follow_ups.all() if ending else []:
        if one.heard_on:
            after = f"{one.months}\u00a0mois après"
            yield Moment(one.heard_on, "news", "Nouvelles de la structure", after, one.words if reads else "")


def _agreements(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """That it was signed is no secret; what it says has its own readers."""
    found = agreement_of(trajectory)
    if found is None:
        return
    url = found.get_absolute_url() if can_see_agreement(reader.user, trajectory) else ""
    if found.signed_on:
        yield Moment(found.signed_on, "agreement", "Convention signée", url=url, is_milestone=True)
    for one in found.amendments.all():
        if one.signed_on:
            yield Moment(one.signed_on, "agreement", f"Avenant n°\u00a0{one.number} signé", url=url)


def diagnoses_seen(trajectory: Trajectory, user: User) -> list[SharedDiagnosis]:
    """The versions that the person reads, the newest first; read once for a page."""
    visible = SharedDiagnosis.objects.visible_to(user).filter(trajectory=trajectory)
    return once(("diagnoses", trajectory.pk, user.pk), lambda: list(visible))


def _diagnoses(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """Told once it is validated, to those who read it."""
    url = reverse("diagnosis", args=[trajectory.public_id])
    for one in diagnoses_seen(trajectory, reader.user):
        if one.validated_at:
            on, version = timezone.localdate(one.validated_at), f"version\u00a0{one.number}"
            detail = version if one.number > 1 else ""
            yield Moment(on, "diagnosis", "Diagnostic partagé validé", detail, one.question, url, is_milestone=True)


def _interventions(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """Outside its circle an intervention is a date, a length and a modality: even its title is a text."""
    readable = InterventionShare.objects.readable_by(reader.user).filter(trajectory=trajectory)
    told = (readable.printed() if reader.in_report else readable).filter(pk=OuterRef("pk"))
    shares = trajectory.shares.filter(**_within("occurred_on", period)).select_related("intervention")
    if reader.dimension:
        # Which dimensions were worked is part of the account.
        worked = InterventionShare.dimensions.through.objects.filter(interventionshare=OuterRef("pk"))
        shares = shares.filter(Exists(told), Exists(worked.filter(dimension__in=reader.lineage)))
    newest = shares.annotate(is_told=Exists(told)).order_by("-occurred_on", "-pk")[: reader.most]
    for share in newest:
        moment = _told(share) if share.is_told else _untold(share)
        yield replace(moment, dimension=reader.asked)


def _within(column: str, period: Period) -> dict[str, date]:
    """The days of a period, asked of the database."""
    sides = {f"{column}__gte": period.start, f"{column}__lte": period.end}
    return {name: day for name, day in sides.items() if day}


def _told(share: InterventionShare) -> Moment:
    one: Intervention = share.intervention
    label = f"{one.kind}, " if one.title and (one.modality != Modality.OTHER or one.added_modality_id) else ""
    summary = (share.decision and f"Décision\u00a0: {share.decision}") or share.account
    detail = f"{label}{write_duration(share.minutes)}"
    return Moment(one.occurred_on, "intervention", one.heading, detail, summary, one.get_absolute_url())


def _untold(share: InterventionShare) -> Moment:
    one: Intervention = share.intervention
    detail = write_duration(share.minutes)
    return Moment(one.occurred_on, "intervention", one.kind, detail, url=one.get_absolute_url())


_VOICES = {1: "Nouvelle lecture", 2: "Lecture à deux voix", 3: "Lecture à trois voix", 4: "Lecture à quatre voix"}


def _readings(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """Readings made the same month by different points of view are one moment: a round."""
    rounds: dict[tuple[int, int], list[Reading]] = {}
    shared = trajectory.readings.shared().filter(**_within("read_on", period))
    if reader.dimension:
        of_it = Q(dimension__in=reader.lineage) | Q(criterion__dimension__in=reader.lineage)
        shared = shared.filter(pk__in=Positioning.objects.filter(of_it).values("reading"))
    for reading in shared:
        rounds.setdefault((reading.read_on.year, reading.read_on.month), []).append(reading)
    for readings in rounds.values():
        voices = [
            viewpoint.label.lower() for viewpoint in Viewpoint if any(one.viewpoint == viewpoint for one in readings)
        ]
        last = readings[-1]
        yield Moment(
            last.read_on,
            "reading",
            _VOICES[len(voices)],
            detail=", ".join(voices),
            url=last.get_absolute_url(),
            is_milestone=True,
            dimension=reader.asked,
        )


def _workshops_on(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """Of one dimension; the others are told with what people tell, in the same question."""
    if reader.dimension is None or not reader.reads_texts:
        return
    asked = WorkshopQuestion.objects.filter(workshop=OuterRef("pk"), dimension__in=reader.lineage)
    for one in _held(trajectory).filter(Exists(asked)):
        yield _workshop(one.held_on, one.public_id, reader.asked)


def _held(trajectory: Trajectory) -> QuerySet[Workshop]:
    return Workshop.objects.filter(trajectory=trajectory, ended_at__isnull=False).order_by()


def _workshop(on: date, public_id: UUID, dimension: str = "") -> Moment:
    """Held, and over; what the room answered is read on its own page."""
    url = reverse("workshop", args=[public_id])
    return Moment(on, "workshop", "Atelier de lecture de l’équipe", url=url, dimension=dimension)


_TRIALS = {
    TrialState.RUNNING: "Essai commencé",
    TrialState.SUSPENDED: "Essai suspendu",
    TrialState.KEPT: "Essai gardé",
    TrialState.ADAPTED: "Essai adapté",
    TrialState.DROPPED: "Essai abandonné",
}


def _trials(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """Begun, suspended, concluded, each on its day; what was only proposed is told once it begins."""
    if not reader.reads_texts:
        return
    begun: set[int] = set()
    moves = TrialMove.objects.filter(trial__trajectory=trajectory).select_related("trial")
    for move in moves.filter(trial__dimension__in=reader.lineage) if reader.dimension else moves:
        if move.state in _TRIALS:
            words = move.trial.learnt if move.state in CONCLUDED and move.state == move.trial.state else move.words
            again = move.state == TrialState.RUNNING and move.trial_id in begun
            begun.add(move.trial_id)
            what = "Essai repris" if again else _TRIALS[TrialState(move.state)]
            title = f"{what}\u00a0: {move.trial.title}"
            url = move.trial.get_absolute_url()
            yield Moment(move.moved_on, "trial", title, summary=words, url=url, dimension=reader.asked)


def _told_by_people(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    """The structure's own moments, the workshops held, the words that somebody said, useful effects and what becomes of
    resources, in one question for all. Words are told once whoever said them agreed; a report prints these, the effects
    and the resources in their own place."""
    if not reader.reads_texts:
        return
    own, workshops, *others = _written(trajectory, reader.user)
    found = own.union(workshops, *([] if reader.in_report else others), all=True)
    keeps, page = can_keep_moments(reader.user, trajectory), reverse("effects", args=[trajectory.public_id])
    for kind, on, title, detail, text, is_milestone, public_id in found:
        if kind == "moment":
            url = reverse("own_moment", args=[public_id]) if keeps else ""
            yield Moment(on, kind, title, detail, text, url, is_milestone)
        elif kind == "workshop":
            yield _workshop(on, public_id)
        elif kind == "verbatim":
            url = reverse("verbatim", args=[public_id])
            yield Moment(on, kind, title[:1].upper() + title[1:], detail, text, url, is_quoted=True)
        elif kind == "effect":
            yield Moment(on, kind, f"Effet utile\u00a0: {title}", detail, text, f"{page}#effet-{public_id}")
        elif kind == "meeting":
            yield _met(on, public_id, title, detail, text)
        else:
            said = resource_in_words(*title.split())
            yield Moment(on, kind, said, detail, text, f"{page}#ressource-{public_id}")


def _met(on: date, public_id: UUID, dimension: str, outcome: str, words: str) -> Moment:
    """What a meeting came to on one dimension; both texts of a disagreement are read on its page."""
    url = reverse("meeting", args=[public_id])
    return Moment(on, "meeting", f"Rencontre\u00a0: {dimension}", Outcome(outcome).label, words, url)


def _written(trajectory: Trajectory, user: User) -> list[QuerySet]:
    """In the same columns: kind, day, title, detail, text, whether it is a great moment, key."""
    said = Verbatim.objects.visible_to(user).agreed().filter(trajectory=trajectory)
    of = {model: model.objects.visible_to(user) for model in (OwnMoment, UsefulEffect, ResourceNote)}
    own, effects, notes = (rows.filter(trajectory=trajectory) for rows in of.values())
    told = (F("dimension__short_name"), F("outcome"), F("words"))
    met = Settlement.objects.visible_to(user).filter(round__trajectory=trajectory)
    called = Concat(F("resource"), Value(" "), F("direction"))
    nothing = Value("", output_field=TextField())
    return [
        _columns(own, "moment", F("happened_on"), F("title"), Value(""), F("words"), F("is_milestone")),
        _columns(_held(trajectory), "workshop", F("held_on"), nothing, nothing, nothing, Value(False)),
        _columns(said, "verbatim", F("said_on"), F("named_as"), Value(""), F("words"), Value(False)),
        _columns(effects, "effect", F("since_on"), F("title"), F("for_whom"), F("fact"), Value(False)),
        _columns(notes, "resource", F("noted_on"), called, F("among"), F("situation"), Value(False)),
        _columns(met, "meeting", F("settled_on"), *told, Value(False), key="round__public_id"),
    ]


def _columns(rows: QuerySet, kind: str, *columns: Combinable, key: str = "public_id") -> QuerySet:
    names = ("told_kind", "told_on", "told_title", "told_detail", "told_text", "told_great")
    told = dict(zip(names, (Value(kind), *columns), strict=True))
    return rows.order_by().annotate(**told).values_list(*names, key)


_FILTERS = {
    "jalons": Filter("les grands moments"),
    "interventions": Filter("les interventions", frozenset({"intervention"})),
    "lectures": Filter("les lectures", frozenset({"reading", "workshop", "meeting"})),
    "essais": Filter("les essais", frozenset({"trial"})),
    "moments": Filter("ce que la structure raconte", frozenset({"moment"})),
    "effets": Filter("les effets et ressources", frozenset({"effect", "resource"})),
    "paroles": Filter("les paroles", frozenset({"verbatim"})),
    "cadre": Filter("le cadre", frozenset({"start", "end", "news", "agreement", "diagnosis"})),
}


def register_own_sources() -> None:
    SOURCES.register("beginning", _beginning)
    SOURCES.register("ending", _ending)
    SOURCES.register("agreements", _agreements)
    SOURCES.register("diagnoses", _diagnoses)
    SOURCES.register("interventions", _interventions)
    SOURCES.register("readings", _readings)
    SOURCES.register("told_by_people", _told_by_people)
    SOURCES.register("trials", _trials)
    SOURCES.register("workshops", _workshops_on)
    for name, one in _FILTERS.items():
        FILTERS.register(name, one)
