"""The story of a trajectory: dated moments gathered from all that took place, lower apps and higher."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.duration import write_duration
from efc_platform.shared.once import once
from efc_platform.shared.registry import Registry
from trajectories.agreed import agreement_of
from trajectories.endings import around, ending_of
from trajectories.models import (
    Intervention,
    InterventionShare,
    Modality,
    Reading,
    SharedDiagnosis,
    Trajectory,
    TrialState,
    Viewpoint,
)
from trajectories.permissions import can_read_texts, can_see_agreement


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `summary` is empty for whoever may know of it without reading it."""

    on: date
    kind: str
    title: str
    detail: str = ""
    summary: str = ""
    url: str = ""
    is_milestone: bool = False


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
    practitioners keep among themselves, or was said in an exchange space, stays out even when one of them asks."""

    user: User
    reads_texts: bool
    in_report: bool = False


Source = Callable[[Trajectory, Reader, Period], Iterable[Moment]]
SOURCES: Registry[Source] = Registry("story source")


def story_of(
    trajectory: Trajectory,
    viewer: User,
    period: Period = Period(),
    *,
    in_report: bool = False,
) -> list[Moment]:
    """The moments this viewer may know of within the period, newest first; within a day a milestone
    comes before the rest, and the start closes it."""
    reader = Reader(viewer, can_read_texts(viewer, trajectory), in_report)
    moments = [moment for source in SOURCES for moment in source(trajectory, reader, period) if period.holds(moment.on)]
    return sorted(moments, key=lambda moment: (moment.on, moment.kind != "start", moment.is_milestone), reverse=True)


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
    shares = InterventionShare.objects.readable_by(reader.user).filter(trajectory=trajectory)
    readable = set((shares.printed() if reader.in_report else shares).values_list("pk", flat=True))
    for share in trajectory.shares.select_related("intervention"):
        yield _told(share) if share.pk in readable else _untold(share)


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
    for reading in filter(lambda one: period.holds(one.read_on), trajectory.readings.sealed()):
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
        )


def _trials(trajectory: Trajectory, reader: Reader, period: Period) -> Iterable[Moment]:
    for trial in trajectory.trials.all() if reader.reads_texts else []:
        if trial.ended_on and trial.state in {TrialState.KEPT, TrialState.DROPPED}:
            kept = "Essai gardé" if trial.state == TrialState.KEPT else "Essai arrêté"
            yield Moment(trial.ended_on, "trial", f"{kept}\u00a0: {trial.title}", summary=trial.learnt)


def register_own_sources() -> None:
    SOURCES.register("beginning", _beginning)
    SOURCES.register("ending", _ending)
    SOURCES.register("agreements", _agreements)
    SOURCES.register("diagnoses", _diagnoses)
    SOURCES.register("interventions", _interventions)
    SOURCES.register("readings", _readings)
    SOURCES.register("trials", _trials)
