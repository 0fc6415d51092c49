"""Gathers what a progress report prints: only what the structure and its practitioners share."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from efc_platform.shared.duration import write_duration
from efc_platform.templatetags.french import month
from trajectories.evidence import HeldOn, held_of
from trajectories.evolution import evolution_of
from trajectories.models import (
    PRINTED_CIRCLES,
    Intervention,
    InterventionShare,
    NextStep,
    Positioning,
    ProgressReport,
    Resource,
    ResourceNote,
    Trajectory,
    Trial,
    TrialState,
    UsefulEffect,
    Verbatim,
    Viewpoint,
    in_force,
)
from trajectories.moves import Move, moves_between
from trajectories.participants import write_participants
from trajectories.queries import (
    Crossing,
    Crossings,
    crossings_of,
    level_in_words,
    level_then,
    months_between,
    outcome_in_words,
    settlements_of,
)
from trajectories.reports import (
    LEVEL_MEANINGS,
    Cell,
    DimensionLine,
    EffectLine,
    Fact,
    Figure,
    InterventionLine,
    LevelLine,
    MoveLine,
    PastLevel,
    ProgressReportContent,
    Quote,
    ResourceLine,
    SettlementLine,
    StepLine,
    StoryMoment,
    TrialLine,
    VerbatimLine,
    ViewpointLine,
)
from trajectories.rereading import Seen, band_of, kin_of
from trajectories.story import Moment, Period, story_of


def progress_report_content(report: ProgressReport) -> ProgressReportContent:
    """The report over its period, as all those who may open it read it: leaders, board and practitioners,
    whoever asked. No journal is opened; accounts that practitioners keep among themselves, or of an exchange
    space, stay out."""
    trajectory, viewer = report.trajectory, report.requested_by
    period = Period(report.period_start, report.period_end)
    crossings = crossings_of(trajectory, until=report.period_end)
    kin = kin_of(trajectory, crossings.framework.version)
    told = _over_time(report, crossings)
    shares = _shares(report)
    place = trajectory.structure.cohort_places.select_related("cohort").order_by("-since").first()
    return ProgressReportContent(
        structure_name=trajectory.structure.name,
        started_on=trajectory.started_on,
        period_start=report.period_start,
        period_end=report.period_end,
        established_on=timezone.localdate(),
        practitioners=_practitioners(trajectory),
        cohort_name=place.cohort.name if place else None,
        lead=trajectory.lead_words,
        quote=_quote(trajectory),
        figures=_figures(report, shares),
        story=tuple(
            StoryMoment(moment.on, _told(moment), moment.summary, moment.is_milestone)
            for moment in reversed(story_of(trajectory, viewer, period, in_report=True))
        ),
        viewpoints=tuple(ViewpointLine(one.value, one.label) for one in crossings.viewpoints),
        levels=tuple(LevelLine(level.name, LEVEL_MEANINGS[level.key]) for level in crossings.framework.levels),
        dimensions=tuple(
            replace(_dimension(row, crossings, report, kin.get(row.dimension.key, ())), **told[row.dimension.pk])
            for row in crossings.rows
        ),
        interventions=tuple(_intervention(share) for share in shares),
        trials=tuple(_trials(report)),
        next_steps=tuple(_steps(report)),
        verbatims=tuple(_verbatims(report)),
        effects=tuple(_effects(report)),
        resources=tuple(_resources(report)),
        settlements=tuple(_settlements(report, crossings)),
        open_questions=tuple(share.open_question for share in shares if share.open_question and not _is_apart(share)),
    )


def _told(moment: Moment) -> str:
    """A reading says whose voices it holds; the rest is told further on in the report."""
    return f"{moment.title}\u00a0: {moment.detail}" if moment.kind == "reading" else moment.title


def _shares(report: ProgressReport) -> list[InterventionShare]:
    """Oldest first, within the period: that they took place is told whatever the circle of their account."""
    period = (report.period_start, report.period_end)
    return list(
        InterventionShare.objects.filter(trajectory=report.trajectory, occurred_on__range=period)
        .select_related("intervention")
        .prefetch_related("dimensions", "intervention__practitioners", "intervention__participations__person")
        .order_by("occurred_on", "pk")
    )


def _is_apart(share: InterventionShare) -> bool:
    return share.circle not in PRINTED_CIRCLES


def _practitioners(trajectory: Trajectory) -> tuple[str, ...]:
    current = trajectory.structure.accompaniments.current().select_related("practitioner")
    return tuple(one.practitioner.display_name for one in current)


def _quote(trajectory: Trajectory) -> Quote | None:
    if not trajectory.starting_words:
        return None
    by = trajectory.starting_words_by
    return Quote(trajectory.starting_words, f"{by.display_name}, au départ" if by else "Au départ")


def _figures(report: ProgressReport, shares: list[InterventionShare]) -> tuple[Figure, ...]:
    """Lengths of time and numbers of meetings: what was done, not what it is worth."""
    months = months_between(report.trajectory.started_on, report.period_end)
    minutes = sum(share.minutes for share in shares)
    states = [trial.state for trial in _begun(report)]
    running, kept = states.count(TrialState.RUNNING), states.count(TrialState.KEPT)
    meetings = "intervention" if len(shares) < 2 else "interventions"
    return (
        Figure(f"{months}\u00a0mois", "de trajectoire"),
        Figure(str(len(shares)), f"{meetings}, {write_duration(minutes)}"),
        Figure(f"{running} sur {len(states)}", f"essais en cours, {kept} {'gardé' if kept < 2 else 'gardés'}"),
    )


def _dimension(row: Crossing, crossings: Crossings, report: ProgressReport, kin: Collection[int]) -> DimensionLine:
    history = _history(row, report, kin)
    held = held_of(history, report.period_end)
    return DimensionLine(
        code=row.dimension.code,
        name=row.dimension.name,
        short_name=row.dimension.short_name,
        spoke_name=row.dimension.spoke_name,
        start_level=row.start.level if row.start else None,
        cells=tuple(_cell(row.voices.get(viewpoint), crossings, held) for viewpoint in crossings.viewpoints),
        is_debated=row.is_debated,
        facts=tuple(_fact(one, crossings, held) for one in history if one.reading.read_on >= report.period_start),
        past_levels=tuple(
            PastLevel(one.reading.viewpoint, one.reading.read_on, one.level)
            for one in history
            if one.level is not None and one.dimension_id == row.dimension.pk
        ),
    )


def _over_time(report: ProgressReport, crossings: Crossings) -> dict[int, dict[str, Any]]:
    """Of each dimension, by its key: what was said from the start, and what moved over the period, its first day with
    it. The facts are printed in their own place."""
    evolution = evolution_of(report.trajectory, crossings.framework, until=report.period_end)
    told = moves_between(evolution, report.period_start - timedelta(days=1), report.period_end)
    return {
        one.dimension.pk: {
            "words": tuple(word for words in line.voices.values() for word in words),
            "moves": tuple(_moved(move) for move in one.moves),
            "still": one.still,
        }
        for line, one in zip(evolution.lines, told, strict=True)
    }


def _moved(move: Move) -> MoveLine:
    return MoveLine(ViewpointLine(move.viewpoint, Viewpoint(move.viewpoint).label), move.what, move.way)


def _history(row: Crossing, report: ProgressReport, kin: Collection[int]) -> list[Positioning]:
    """Of the dimension, of its `kin` in other versions and of its criteria, the dimension first on a same day."""
    return list(
        Positioning.objects.filter(
            Q(dimension__in={row.dimension.pk, *kin}) | Q(criterion__dimension=row.dimension),
            in_force(),
            reading__trajectory=report.trajectory,
            reading__read_on__lte=report.period_end,
        )
        .select_related("reading__framework_version", "criterion", "dimension")
        .order_by("reading__read_on", "reading", F("criterion__position").asc(nulls_first=True), "pk")
    )


def _cell(positioning: Seen | None, crossings: Crossings, held: Mapping[int, HeldOn]) -> Cell:
    if positioning is None:
        return Cell()
    on = held.get(positioning.pk)
    is_held = on is not None and bool(on.kind)
    return Cell(
        positioning.level,
        level_in_words(positioning, crossings.framework),
        band=band_of(positioning),
        held=on.said if on and is_held else "",
        is_word_only=on is not None and on.is_word_only,
        is_old=on is not None and on.is_old,
    )


def _fact(one: Positioning, crossings: Crossings, held: Mapping[int, HeldOn]) -> Fact:
    viewpoint = ViewpointLine(one.reading.viewpoint, one.reading.get_viewpoint_display())
    words = level_then(one, crossings.framework)
    return Fact(
        viewpoint,
        one.reading.read_on,
        words,
        one.observed_fact,
        one.next_question,
        held=held[one.pk].said if one.level and held[one.pk].kind else "",
        criterion=one.criterion.text if one.criterion else "",
    )


def _intervention(share: InterventionShare) -> InterventionLine:
    event, is_told = share.intervention, not _is_apart(share)
    return InterventionLine(
        on=event.occurred_on,
        heading=event.heading if is_told else event.kind,
        modality=event.kind if event.title and is_told else "",
        minutes=share.minutes,
        place=_place(event) if is_told else event.get_place_display(),
        practitioners=tuple(one.display_name for one in event.practitioners.all()),
        with_whom=write_participants(list(event.participations.all())) if is_told else "",
        dimensions=tuple(one.short_name for one in share.dimensions.all()) if is_told else (),
        account=share.account if is_told else "",
        decision=share.decision if is_told else "",
        open_question=share.open_question if is_told else "",
    )


_ORDER = [
    TrialState.RUNNING,
    TrialState.SUSPENDED,
    TrialState.KEPT,
    TrialState.ADAPTED,
    TrialState.DROPPED,
    TrialState.PLANNED,
]


def _place(event: Intervention) -> str:
    where = event.get_place_display()
    return f"{where} ({event.location})" if event.location else where


def _trials(report: ProgressReport) -> list[TrialLine]:
    """Those begun by the end of the period, in the state they have the day the report is made."""
    trials = sorted(_begun(report), key=lambda one: _ORDER.index(TrialState(one.state)))
    return [_trial(one) for one in trials]


def _trial(one: Trial) -> TrialLine:
    since = f"depuis {month(one.started_on)}" if one.started_on else ""
    return TrialLine(
        one.title,
        one.get_state_display(),
        one.question,
        one.learnt,
        gap=one.gap,
        watched=one.watched,
        days=f"{month(one.started_on)} à {month(one.ended_on)}" if one.started_on and one.ended_on else since,
    )


def _begun(report: ProgressReport) -> list[Trial]:
    begun = Q(started_on__isnull=True) | Q(started_on__lte=report.period_end)
    return list(report.trajectory.trials.filter(begun))


def _verbatims(report: ProgressReport) -> Iterator[VerbatimLine]:
    """Of the period, those that may leave the structure."""
    said = Verbatim.objects.printed().filter(
        trajectory=report.trajectory, said_on__range=(report.period_start, report.period_end)
    )
    for one in said.order_by("said_on", "pk"):
        yield VerbatimLine(str(one.public_id), one.said_on, one.words, one.named_as)


def _effects(report: ProgressReport) -> Iterator[EffectLine]:
    """Those seen by the end of the period, the oldest first: an effect that began before it may still last."""
    seen = UsefulEffect.objects.visible_to(report.requested_by).filter(
        trajectory=report.trajectory, since_on__lte=report.period_end
    )
    for one in seen.order_by("since_on", "pk"):
        told = one.get_confidence_display()
        yield EffectLine(one.title, one.for_whom, one.since_on, one.fact, told, territory=one.territory)


def _resources(report: ProgressReport) -> Iterator[ResourceLine]:
    """Of the period, resource after resource, the oldest first in each; no direction is set off against another."""
    noted = ResourceNote.objects.visible_to(report.requested_by).filter(
        trajectory=report.trajectory, noted_on__range=(report.period_start, report.period_end)
    )
    order = Resource.values
    for one in sorted(noted.order_by("noted_on", "pk"), key=lambda note: order.index(note.resource)):
        yield ResourceLine(one.noted_on, one.direction, one.label, one.situation, one.among)


def _settlements(report: ProgressReport, crossings: Crossings) -> Iterator[SettlementLine]:
    """Of the period, the oldest first: an outcome that another followed is told all the same."""
    noted = settlements_of(report.trajectory, report.requested_by)
    for one in noted.filter(settled_on__range=(report.period_start, report.period_end)):
        voices = tuple((voice.get_viewpoint_display(), voice.words) for voice in one.voices.all())
        outcome = outcome_in_words(one, crossings.framework)
        yield SettlementLine(one.settled_on, one.dimension.short_name, outcome, one.words, voices)


def _steps(report: ProgressReport) -> list[StepLine]:
    """Promises open the day the report is made, neither late nor made where the report does not listen."""
    visible = NextStep.objects.visible_to(report.requested_by).filter(trajectory=report.trajectory).open().in_time()
    apart = report.trajectory.shares.exclude(circle__in=PRINTED_CIRCLES).values("intervention")
    told = visible.filter(Q(intervention__isnull=True) | ~Q(intervention__in=apart)).select_related("owner")
    return [StepLine(one.text, one.due_on, one.owner_name) for one in told]
