"""What some structures tell of themselves: phases, moments, words said, trials told whole."""

from typing import Any

from efc_platform.management.demo_world.world import World
from structures.models import StructureDocument
from trajectories import operations
from trajectories.models import (
    Criterion,
    Intervention,
    PhaseKind,
    Trajectory,
    Trial,
    TrialState,
    VerbatimCircle,
)
from trajectories.operations import TrialFacts


def make_stories(world: World, rows: dict[str, Any]) -> None:
    makers = {
        "phases": _phase,
        "moments": _moment,
        "verbatims": _verbatim,
        "told": _trial,
        "adapted": _adapted,
        "set_aside": _set_aside,
    }
    for part, make in makers.items():
        for row in rows[part]:
            make(world, world.structures[row["structure"]].trajectories.open().get(), row)


def _phase(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    operations.write_phase(
        by=world.user(row["by"]),
        trajectory=trajectory,
        kind=PhaseKind(row["kind"]),
        name=row.get("name", ""),
        starts_on=world.ago(row["from_days_ago"]),
        ends_on=world.ago(row["to_days_ago"]) if "to_days_ago" in row else None,
    )


def _moment(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    operations.tell_moment(
        by=world.user(row["by"]),
        trajectory=trajectory,
        happened_on=world.ago(row["days_ago"]),
        title=row["title"],
        words=row.get("words", ""),
        is_milestone=row.get("is_milestone", False),
    )


def _verbatim(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    by = world.user(row["noted_by"])
    noted = operations.note_verbatim(
        by=by,
        trajectory=trajectory,
        said_on=world.ago(row["days_ago"]),
        words=row["words"],
        named_as=row["named_as"],
        said_by=world.people[row["said_by"]] if "said_by" in row else None,
    )
    if "circle" in row:
        operations.agree_verbatim(
            by=by,
            verbatim=noted,
            expected_version=noted.version,
            circle=VerbatimCircle(row["circle"]),
            agreed_on=world.ago(row["agreed_days_ago"]),
        )


def _trial(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    by, trial = world.user(row["by"]), trajectory.trials.get(title=row["trial"])
    facts = TrialFacts(
        title=trial.title,
        question=trial.question,
        gap=row["gap"],
        watched=row["watched"],
        criterion=Criterion.objects.get(dimension__framework_version=world.framework, code=row["criterion"]),
        started_on=trial.started_on,
        until_on=world.ago(-row["until_in_days"]),
        people=world.named(row["people"]),
        with_words=row["with_words"],
    )
    trial = operations.edit_trial(by=by, trial=trial, expected_version=trial.version, facts=facts)
    shared = Intervention.objects.filter(shares__trajectory=trajectory, shares__circle="structure")
    for one in shared.order_by("-occurred_on", "-pk")[: row["interventions"]]:
        operations.tie_trial(by=by, trial=trial, intervention=one)
    document = StructureDocument.objects.get(structure=trajectory.structure, title=row["document"])
    operations.tie_evidence(by=by, trial=trial, document=document)
    _pause(world, trial, row)


def _pause(world: World, trial: Trial, row: dict[str, Any]) -> None:
    by, told = world.user(row["by"]), row["suspended"]
    trial = operations.change_trial(
        by=by,
        trial=trial,
        state=TrialState.SUSPENDED,
        expected_version=trial.version,
        learnt=trial.learnt,
        on=world.ago(told["from_days_ago"]),
        why=told["why"],
    )
    operations.change_trial(
        by=by,
        trial=trial,
        state=TrialState.RUNNING,
        expected_version=trial.version,
        learnt=trial.learnt,
        on=world.ago(told["to_days_ago"]),
    )


def _adapted(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    by = world.user(row["by"])
    dimension = world.dimensions([row["dimension"]])[0]
    trial = operations.start_trial(
        by=by,
        trajectory=trajectory,
        title=row["title"],
        question=row["question"],
        dimension=dimension,
        started_on=world.ago(row["started_days_ago"]),
    )
    trial = operations.change_trial(
        by=by,
        trial=trial,
        state=TrialState.ADAPTED,
        expected_version=trial.version,
        learnt=row["learnt"],
        on=world.ago(row["ended_days_ago"]),
    )
    operations.start_trial(
        by=by,
        trajectory=trajectory,
        title=row["following"],
        dimension=dimension,
        started_on=world.ago(row["ended_days_ago"]),
        continues=trial,
    )


def _set_aside(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    by = world.user(row["by"])
    step = operations.add_next_step(
        by=by, trajectory=trajectory, text=row["text"], owner_words=row["owner_words"], due_on=world.ago(45)
    )
    operations.set_aside_next_step(by=by, step=step, expected_version=step.version, why=row["why"])
