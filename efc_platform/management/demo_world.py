"""Builds the demonstration from its YAML files, through the same operations as the pages."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from accounts.models import Person, Role, User
from accounts.operations import grant_role, open_account
from structures import operations as structures
from structures.models import LocalRole, Structure
from trajectories import operations as trajectories
from trajectories.framework import load_framework
from trajectories.models import (
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

DATA = Path(__file__).parent / "demo"
# Every invented identifier comes from one name, so that two demonstrations are alike.
_NAMESPACE = uuid.UUID("6f1d0b3e-2f57-4d53-9d8e-7a4c0f6f2a11")
_SHEET = ["name", "acronym", "legal_form", "sector", "functional_sphere", "territory_of_action", "presentation"]


def months_ago(number: int, today: date) -> date:
    """The same day so many months before, or the last one that month has."""
    month = today.year * 12 + today.month - 1 - number
    day = today.replace(day=1, year=month // 12, month=month % 12 + 1)
    following = (day + timedelta(days=31)).replace(day=1)
    return min(day.replace(day=min(today.day, 28)), following - timedelta(days=1))


def _evening_of(day: date) -> datetime:
    return min(timezone.make_aware(datetime.combine(day, time(18, 15))), timezone.now())


@dataclass
class World:
    """Who has been created so far, by key."""

    password: str
    today: date = field(default_factory=timezone.localdate)
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def user(self, key: str) -> User:
        return self.users[key]

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def build_world(password: str, say: Callable[[str], None] = print) -> ProgressReport:
    """Creates the whole demonstration in an empty database; returns the report that is already finished."""
    load_framework()
    world = World(password)
    people = yaml.safe_load((DATA / "people.yaml").read_text())
    _coordinator(world, people["coordinator"])
    for row in people["practitioners"]:
        _practitioner(world, row)
    made = {}
    for path in sorted((DATA / "structures").glob("*.yaml")):
        row = yaml.safe_load(path.read_text())
        made[row["slug"]] = (_structure(world, row), row)
        say(row["name"])
    _cohort(world, people["cohort"], made)
    return _first_report(world)


def _account(world: World, key: str, person: Person | None = None, **identity: Any) -> User:
    user = open_account(person=person, password=world.password, **identity)
    world.users[key], world.people[key] = user, user.person
    return user


def _identity(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("first_name", "last_name", "gender", "email") if name in row}


def _coordinator(world: World, row: dict[str, Any]) -> None:
    user = _account(world, "coordination", **_identity(row))
    grant_role(by=None, user=user, role=Role.COORDINATOR, since=months_ago(36, world.today))


def _practitioner(world: World, row: dict[str, Any]) -> None:
    user = _account(world, row["key"], **_identity(row))
    since = months_ago(30, world.today)
    grant_role(by=world.user("coordination"), user=user, role=Role.PRACTITIONER, since=since)
    grant_role(by=world.user("coordination"), user=user, role=Role.MEMBER, since=since)


def _structure(world: World, row: dict[str, Any]) -> Structure:
    by, commune = world.user("coordination"), row["commune"]
    sheet = {name: row[name] for name in _SHEET if name in row}
    structure = structures.open_structure(
        by=by,
        **sheet,
        founded_in=row["created_year"],
        commune_name=commune["name"],
        commune_code=str(commune["insee_code"]),
        postcode=str(commune["postcode"]),
        department=commune["department"],
        region=commune["region"],
    )
    structures.record_yearly_figures(
        by=by, structure=structure, year=world.today.year, employees=row["employees"], volunteers=row["volunteers"]
    )
    _members(world, structure, row)
    _accompaniments(world, structure, row["accompaniments"])
    _trajectory(world, structure, row)
    return structure


def _members(world: World, structure: Structure, row: dict[str, Any]) -> None:
    since = months_ago(row["trajectory"]["started_months_ago"] + 6, world.today)
    for member in row["members"]:
        place = structures.add_member(
            by=world.user("coordination"),
            structure=structure,
            role=LocalRole(member["role"]),
            function=member.get("function", ""),
            since=since,
            **_identity(member),
        )
        world.people[member["key"]] = place.person
        if member.get("email"):
            _account(world, member["key"], person=place.person, email=member["email"])


def _accompaniments(world: World, structure: Structure, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        structures.appoint_practitioner(
            by=world.user("coordination"),
            structure=structure,
            practitioner=world.people[row["practitioner"]],
            is_lead=row["lead"],
            since=months_ago(row["from_months_ago"], world.today),
        )


def _trajectory(world: World, structure: Structure, row: dict[str, Any]) -> None:
    told = row["trajectory"]
    lead = next(world.user(one["practitioner"]) for one in row["accompaniments"] if one["lead"])
    trajectory = trajectories.open_trajectory(
        by=lead, structure=structure, started_on=months_ago(told["started_months_ago"], world.today)
    )
    trajectories.edit_words(
        by=lead,
        trajectory=trajectory,
        expected_version=trajectory.version,
        starting_words=told["starting_words"],
        starting_words_by=world.people[told["starting_words_by"]],
        aim=told.get("aim", ""),
        working_question=told.get("working_question", ""),
        lead_words=row.get("narrative_lead", ""),
    )
    for rank, reading in enumerate(row["readings"]):
        _reading(world, trajectory, reading, lead, rank)
    for rank, one in enumerate(row["interventions"]):
        _intervention(world, trajectory, one, f"{row['slug']}:{rank}")
    for one in row["trials"]:
        _trial(world, trajectory, one, lead)
    for one in row["appointments"]:
        _appointment(world, trajectory, one, lead)


def _reading(world: World, trajectory: Trajectory, row: dict[str, Any], lead: User, rank: int) -> None:
    """Written by whichever author may write from this point of view: the team's and partners' readings
    by the practitioner who leads, with the others as authors."""
    by = next((world.users[key] for key in row["authors"] if key in world.users), lead)
    read_on = max(months_ago(row["months_ago"], world.today), trajectory.started_on)
    reading = trajectories.start_reading(
        by=by,
        trajectory=trajectory,
        viewpoint=Viewpoint(row["viewpoint"]),
        read_on=read_on,
        authors=[world.people[key] for key in row["authors"]],
    )
    dimensions = {dimension.code: dimension for dimension in trajectory.framework_version.dimensions.all()}
    for one in row["positionings"]:
        facts = PositioningFacts(
            PositioningState(one["state"]), one.get("level"), one.get("observed_fact", ""), one.get("next_question", "")
        )
        trajectories.position(by=by, reading=reading, dimension=dimensions[one["dimension"]], facts=facts)
    trajectories.seal_reading(by=by, reading=reading, sealed_at=_evening_of(read_on))


def _intervention(world: World, trajectory: Trajectory, row: dict[str, Any], name: str) -> None:
    by, occurred_on = world.user(row["practitioners"][0]), world.ago(row["days_ago"])
    counted = [some(ParticipantKind(kind), count) for kind, count in row["participants"]["counts"].items()]
    named = [Participant(person=world.people[key]) for key in row["participants"]["members"]]
    facts = InterventionFacts(
        occurred_on=occurred_on,
        minutes=row["minutes"],
        modality=Modality(row["modality"]),
        preparation_minutes=row.get("preparation_minutes", 0),
        travel_minutes=row.get("travel_minutes", 0),
        title=row["title"],
        place=Place(row["place"]),
        participants=named + counted,
    )
    share = ShareFacts(
        trajectory=trajectory,
        minutes=row["minutes"],
        account=row["account"],
        decision=row.get("decision", ""),
        open_question=row.get("open_question", ""),
        dimensions=list(trajectory.framework_version.dimensions.filter(code__in=row["dimensions"])),
    )
    practitioners = [world.people[key] for key in row["practitioners"]]
    made, _is_new = trajectories.log_intervention(
        by=by, client_key=uuid.uuid5(_NAMESPACE, name), facts=facts, shares=[share], practitioners=practitioners
    )
    if step := row.get("next_step"):
        _next_step(world, trajectory, step, by, made)
    if journal := row.get("journal"):
        text = JournalText(journal.get("facts", ""), journal.get("feelings", ""), journal.get("interpretations", ""))
        author = world.user(journal["author"])
        trajectories.write_journal_entry(by=author, text=text, written_on=occurred_on, intervention=made)


def _next_step(world: World, trajectory: Trajectory, row: dict[str, Any], by: User, intervention: Any) -> None:
    step = trajectories.add_next_step(
        by=by,
        trajectory=trajectory,
        text=row["text"],
        due_on=world.ago(-row["due_in_days"]),
        owner=world.people[row["owner"]],
        intervention=intervention,
    )
    if row["done"]:
        kept_on = min(step.due_on or world.today, world.ago(1))
        trajectories.complete_next_step(by=by, step=step, done_at=_evening_of(kept_on))


def _trial(world: World, trajectory: Trajectory, row: dict[str, Any], by: User) -> None:
    state = TrialState(row["state"])
    ends = state in {TrialState.KEPT, TrialState.DROPPED}
    dimension = trajectory.framework_version.dimensions.filter(code=row.get("dimension")).first()
    trial = trajectories.start_trial(
        by=by,
        trajectory=trajectory,
        title=row["title"],
        question=row["question"],
        dimension=dimension,
        state=TrialState.RUNNING if ends else state,
        started_on=None if state == TrialState.PLANNED else world.ago(row["started_days_ago"]),
    )
    if ends:
        ended_on = world.ago(row["ended_days_ago"])
        trajectories.change_trial(
            by=by, trial=trial, state=state, expected_version=trial.version, learnt=row["learnt"], ended_on=ended_on
        )


def _appointment(world: World, trajectory: Trajectory, row: dict[str, Any], by: User) -> None:
    hour, minute = (int(part) for part in str(row["at"]).split(":"))
    starts_at = timezone.make_aware(datetime.combine(world.ago(-row["in_days"]), time(hour, minute)))
    place = Place(row["place"]).label if row["place"] in Place.values else row["place"]
    trajectories.plan_appointment(
        by=by, trajectory=trajectory, starts_at=starts_at, minutes=row["minutes"], subject=row["subject"], place=place
    )


def _cohort(world: World, row: dict[str, Any], made: dict[str, tuple[Structure, dict[str, Any]]]) -> None:
    by, starts_on = world.user("coordination"), months_ago(row["started_months_ago"], world.today)
    cohort = structures.open_cohort(by=by, name=row["name"], starts_on=starts_on)
    for slug in row["structures"]:
        structure, told = made[slug]
        joined = max(starts_on, months_ago(told["trajectory"]["started_months_ago"], world.today))
        structures.join_cohort(by=by, cohort=cohort, structure=structure, since=joined)


def _first_report(world: World) -> ProgressReport:
    """Asked for by the leader of the first structure; the command that loads the world has it printed."""
    leader = User.objects.get(email="dirigeance@demo.example")
    trajectory = Trajectory.objects.get(structure__memberships__person=leader.person)
    return trajectories.request_progress_report(
        by=leader, trajectory=trajectory, period_start=trajectory.started_on, period_end=world.today
    )
