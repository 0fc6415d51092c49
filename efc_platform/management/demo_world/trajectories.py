"""What happened along each trajectory: readings, interventions, journals, trials, appointments, a first report."""

from typing import Any

from accounts.models import Circle, User
from efc_platform.management.demo_world.evidence import facts_of, held_of
from efc_platform.management.demo_world.frame import make_earlier
from efc_platform.management.demo_world.world import World, evening_of, key_for, moment, months_ago
from trajectories import operations
from trajectories.models import (
    CONCLUDED,
    Criterion,
    Intervention,
    Modality,
    ParticipantKind,
    Place,
    PositioningState,
    ProgressReport,
    Trajectory,
    TrialState,
    Viewpoint,
)
from trajectories.operations import InterventionFacts, JournalText, PositioningFacts, ShareFacts
from trajectories.participants import Participant, some


def lead_of(world: World, row: dict[str, Any]) -> User:
    return next(world.user(one["practitioner"]) for one in row["accompaniments"] if one["lead"])


def make_trajectory(world: World, row: dict[str, Any]) -> None:
    lead = lead_of(world, row)
    if earlier := row.get("earlier"):
        make_earlier(world, world.structures[row["slug"]], earlier, lead)
    trajectory = _open(world, row, lead)
    for rank, one in enumerate(row["interventions"]):
        _intervention(world, trajectory, one, f"{row['slug']}:{rank}")
    for one in row["trials"]:
        _trial(world, trajectory, one, lead)
    # After what their facts are held on.
    for one in row["readings"]:
        _reading(world, trajectory, one | {"beside": held_of(row["slug"], one)}, lead)
    for one in row["appointments"]:
        _appointment(world, trajectory, one, lead)


def _open(world: World, row: dict[str, Any], lead: User) -> Trajectory:
    told, structure = row["trajectory"], world.structures[row["slug"]]
    started_on = months_ago(told["started_months_ago"], world.today)
    trajectory = operations.open_trajectory(by=lead, structure=structure, started_on=started_on)
    return operations.edit_words(
        by=lead,
        trajectory=trajectory,
        expected_version=trajectory.version,
        starting_words=told["starting_words"],
        starting_words_by=world.people[told["starting_words_by"]],
        aim=told.get("aim", ""),
        working_question=told.get("working_question", ""),
        lead_words=row.get("narrative_lead", ""),
    )


def _reading(world: World, trajectory: Trajectory, row: dict[str, Any], lead: User) -> None:
    """Written by the first of its authors who has an account, by the practitioner who leads when none has."""
    by = next((world.users[key] for key in row["authors"] if key in world.users), lead)
    read_on = max(months_ago(row["months_ago"], world.today), trajectory.started_on)
    reading = operations.start_reading(
        by=by,
        trajectory=trajectory,
        viewpoint=Viewpoint(row["viewpoint"]),
        read_on=read_on,
        authors=world.named(row["authors"]),
    )
    version, held = trajectory.framework_version, row["beside"].get("held", {})
    dimensions = {dimension.code: dimension for dimension in version.dimensions.all()}
    for one in row["positionings"]:
        facts = positioned(world, trajectory, one | {"evidence": held.get(one["dimension"], [])})
        operations.position(by=by, reading=reading, dimension=dimensions[one["dimension"]], facts=facts)
    for one in row["beside"].get("criteria", []):
        criterion = Criterion.objects.get(dimension__framework_version=version, code=one["criterion"])
        operations.position(by=by, reading=reading, criterion=criterion, facts=positioned(world, trajectory, one))
    operations.seal_reading(by=by, reading=reading, sealed_at=evening_of(read_on))


def positioned(world: World, trajectory: Trajectory, row: dict[str, Any]) -> PositioningFacts:
    return PositioningFacts(
        PositioningState(row["state"]),
        row.get("level"),
        row.get("observed_fact", ""),
        row.get("next_question", ""),
        facts_of(world, trajectory, row.get("evidence", [])),
    )


def _intervention(world: World, trajectory: Trajectory, row: dict[str, Any], name: str) -> None:
    by = world.user(row["practitioners"][0])
    made, _is_new = operations.log_intervention(
        by=by,
        client_key=key_for(name),
        facts=_facts(world, row),
        shares=[_share(world, trajectory, row)],
        practitioners=world.named(row["practitioners"]),
    )
    if step := row.get("next_step"):
        _next_step(world, trajectory, step, by, made)
    if journal := row.get("journal"):
        _journal(world, journal, made)


def _facts(world: World, row: dict[str, Any]) -> InterventionFacts:
    told = row["participants"]
    named = [Participant(person=person) for person in world.named(told["members"])]
    counted = [some(ParticipantKind(kind), count) for kind, count in told["counts"].items()]
    return InterventionFacts(
        occurred_on=world.ago(row["days_ago"]),
        minutes=row["minutes"],
        modality=Modality(row["modality"]),
        preparation_minutes=row.get("preparation_minutes", 0),
        travel_minutes=row.get("travel_minutes", 0),
        title=row["title"],
        place=Place(row["place"]),
        participants=named + counted,
    )


def _share(world: World, trajectory: Trajectory, row: dict[str, Any]) -> ShareFacts:
    return ShareFacts(
        trajectory=trajectory,
        minutes=row["minutes"],
        account=row["account"],
        decision=row.get("decision", ""),
        open_question=row.get("open_question", ""),
        circle=Circle(row.get("circle", Circle.STRUCTURE)),
        dimensions=world.dimensions(row["dimensions"]),
    )


def _journal(world: World, row: dict[str, Any], intervention: Intervention) -> None:
    text = JournalText(row.get("facts", ""), row.get("feelings", ""), row.get("interpretations", ""))
    operations.write_journal_entry(
        by=world.user(row["author"]), text=text, written_on=intervention.occurred_on, intervention=intervention
    )


def _next_step(world: World, trajectory: Trajectory, row: dict[str, Any], by: User, intervention: Intervention) -> None:
    step = operations.add_next_step(
        by=by,
        trajectory=trajectory,
        text=row["text"],
        due_on=world.ago(-row["due_in_days"]),
        owner=world.people[row["owner"]],
        intervention=intervention,
    )
    if row["done"]:
        kept_on = min(step.due_on or world.today, world.ago(1))
        operations.complete_next_step(by=by, step=step, done_at=evening_of(kept_on))


def _trial(world: World, trajectory: Trajectory, row: dict[str, Any], by: User) -> None:
    state = TrialState(row["state"])
    ends = state in CONCLUDED
    dimension = trajectory.framework_version.dimensions.filter(code=row.get("dimension")).first()
    trial = operations.start_trial(
        by=by,
        trajectory=trajectory,
        title=row["title"],
        question=row["question"],
        dimension=dimension,
        state=TrialState.RUNNING if ends else state,
        started_on=None if state == TrialState.PLANNED else world.ago(row["started_days_ago"]),
    )
    if ends:
        operations.change_trial(
            by=by,
            trial=trial,
            state=state,
            expected_version=trial.version,
            learnt=row["learnt"],
            on=world.ago(row["ended_days_ago"]),
        )


def _appointment(world: World, trajectory: Trajectory, row: dict[str, Any], by: User) -> None:
    starts_at = moment(world.ago(-row["in_days"]), row["at"])
    place = Place(row["place"]).label if row["place"] in Place.values else row["place"]
    operations.plan_appointment(
        by=by, trajectory=trajectory, starts_at=starts_at, minutes=row["minutes"], subject=row["subject"], place=place
    )


def ask_for_first_report(world: World) -> ProgressReport:
    """Asked for by the leader of the first structure; the command that loads the world has it printed."""
    leader, trajectory = world.user("nadia"), world.structures["ressourcerie-trois-rives"].trajectories.get()
    return operations.request_progress_report(
        by=leader, trajectory=trajectory, period_start=trajectory.started_on, period_end=world.today
    )
