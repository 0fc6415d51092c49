"""How many queries each page asks, whether it lists one row or three."""

from datetime import date
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Circle, Role
from structures.models import Cohort, LocalRole
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.structures import (
    AccompanimentFactory,
    AccompanimentRequestFactory,
    MembershipFactory,
    StructureFactory,
)
from tests.factories.trajectories import (
    AppointmentFactory,
    InterventionFactory,
    NextStepFactory,
    ReadingFactory,
    TrajectoryFactory,
    TrialFactory,
)
from tests.factories.world import World, furnish, give_passwords
from trajectories.models import Intervention, InterventionShare, Participation, Trajectory, Viewpoint
from trajectories.operations import JournalText, request_progress_report, write_journal_entry

CODES = ["D1", "D2", "D3"]
# Each page as whoever sees most of it, the shared ones as others too: so many queries.
COUNTS = {
    ("accessibility", None, "nobody"): 3,
    ("account_change_password", None, "nobody"): 3,
    ("account_inactive", None, "nobody"): 3,
    ("account_logout", None, "nobody"): 3,
    ("account_reauthenticate", None, "nobody"): 3,
    ("account_reset_password", None, "nobody"): 3,
    ("account_reset_password_done", None, "nobody"): 3,
    ("account_reset_password_from_key", "key", "nobody"): 3,
    ("account_reset_password_from_key_done", None, "nobody"): 3,
    ("appointment_new", "trajectory", "practitioner"): 5,
    ("ask_for_support", None, "nobody"): 3,
    ("components", None, "nobody"): 3,
    ("dimension", "dimension", "practitioner"): 13,
    ("glossary", None, "nobody"): 3,
    ("healthz", None, "nobody"): 0,
    ("home", None, "coordinator"): 10,
    ("home", None, "nobody"): 5,
    ("home", None, "practitioner"): 11,
    ("intervention", "intervention", "coordinator"): 13,
    ("intervention", "intervention", "leader"): 13,
    ("intervention", "intervention", "practitioner"): 14,
    ("intervention_edit", "intervention", "practitioner"): 16,
    ("intervention_new", None, "practitioner"): 10,
    ("interventions", "trajectory", "coordinator"): 9,
    ("interventions", "trajectory", "practitioner"): 9,
    ("journal", None, "practitioner"): 5,
    ("journal_entry", "page", "practitioner"): 4,
    ("journal_new", None, "practitioner"): 3,
    ("legal", None, "nobody"): 3,
    ("member_add", "structure", "practitioner"): 5,
    ("my_account", None, "coordinator"): 6,
    ("my_account", None, "nobody"): 6,
    ("my_account", None, "practitioner"): 6,
    ("network", None, "coordinator"): 10,
    ("next_steps", "trajectory", "practitioner"): 8,
    ("positioning", "draft_line", "practitioner"): 10,
    ("practitioner_add", "structure", "coordinator"): 5,
    ("privacy", None, "nobody"): 3,
    ("public_sessions", None, "nobody"): 4,
    ("reading", "draft", "practitioner"): 9,
    ("reading", "sealed", "practitioner"): 9,
    ("reading_new", "trajectory", "practitioner"): 6,
    ("readings", "trajectory", "practitioner"): 9,
    # A connection of its own, that of the request asks nothing.
    ("readyz", None, "nobody"): 0,
    ("report", "report", "leader"): 5,
    ("report_file", "report", "leader"): 4,
    ("reports", "trajectory", "leader"): 8,
    ("request", "past_request", "coordinator"): 4,
    ("request", "request", "coordinator"): 4,
    ("requests", None, "coordinator"): 5,
    ("story", "trajectory", "practitioner"): 9,
    ("structure", "structure", "coordinator"): 9,
    ("structure", "structure", "practitioner"): 10,
    ("structure_edit", "structure", "practitioner"): 5,
    ("structure_new", None, "coordinator"): 3,
    ("structures", None, "coordinator"): 6,
    ("structures", None, "practitioner"): 6,
    ("support_asked", None, "nobody"): 3,
    ("trajectory", "trajectory", "coordinator"): 19,
    ("trajectory", "trajectory", "leader"): 21,
    ("trajectory", "trajectory", "practitioner"): 23,
    ("trajectory_open", "structure", "practitioner"): 5,
    ("trial", "trial", "practitioner"): 5,
    ("trials", "trajectory", "practitioner"): 10,
    ("words", "trajectory", "practitioner"): 5,
}
# The form that comes from a structure's page also tells what happened last time.
LAST_TIME = 14
MOST, USUAL = 25, 15
# For the signed out, or shown by a demonstration alone.
NOT_COUNTED = {"account_login", "account_signup", "mail", "mailbox"}


@pytest.fixture(params=[1, 3])
def rows(request) -> int:
    return request.param


@pytest.fixture
def world(cast: Cast, rows: int) -> World:
    """So many rows of all that a page lists, and each of them with as many of its own."""
    me, nobody = cast.practitioner, cast.nobody
    made = furnish(cast.trajectory_a, practitioner=me.person, drafted_by=me.person, journal_of=me, leader=cast.leader)
    give_passwords(cast.users.values())
    for rank in range(rows):
        neighbour = StructureFactory()
        MembershipFactory(structure=neighbour, person=nobody.person)
        MembershipFactory(
            structure=made.structure, person=nobody.person, role=LocalRole.STAFF, until=date(2024, rank + 1, 1)
        )
        MembershipFactory(structure=made.structure)
        cast.coordinator.role_grants.create(role=Role.MEMBER, since=date(2020, 1, 1), until=date(2024, rank + 1, 1))
        Cohort.objects.create(name=f"Promotion {rank}", starts_on=date(2024, 1, 1)).places.create(
            structure=made.structure, since=date(2024, 1, 1)
        )
        UserFactory(roles=[Role.PRACTITIONER])
        AccompanimentFactory(structure=made.structure)
        AccompanimentRequestFactory()
        accompanied = StructureFactory()
        for person in (me.person, PersonFactory()):
            AccompanimentFactory(structure=accompanied, practitioner=person)
        fill(TrajectoryFactory(structure=accompanied), cast, rank, rows)
        fill(made.trajectory, cast, rank, rows)
        fill_one(made, cast, rank)
    return made


def fill(trajectory: Trajectory, cast: Cast, rank: int, rows: int) -> None:
    """One more of each thing that a trajectory holds."""
    me = cast.practitioner.person
    intervention = _intervention(trajectory, cast, rows)
    for done_at in (None, timezone.now()):
        NextStepFactory(
            trajectory=trajectory, intervention=intervention, owner=PersonFactory(), done_at=done_at, done_by=me
        )
    TrialFactory(trajectory=trajectory, dimension=_dimensions(trajectory, 1)[0])
    AppointmentFactory(trajectory=trajectory, created_by=me)
    for viewpoint in (Viewpoint.DIRECTION, Viewpoint.TEAM):
        for sealed in (True, False):
            reading = ReadingFactory(
                trajectory=trajectory,
                viewpoint=viewpoint,
                created_by=me,
                read_on=date(2024, 6, rank + 1),
                levels={code: 2 for code in CODES[:rows]},
                sealed=sealed,
            )
            reading.authors.set([me, PersonFactory()])
    write_journal_entry(
        by=cast.practitioner, text=JournalText("Faits"), written_on=date(2025, 1, 1), intervention=intervention
    )


def _dimensions(trajectory: Trajectory, number: int) -> list:
    return list(trajectory.framework_version.dimensions.filter(code__in=CODES[:number]))


def _intervention(trajectory: Trajectory, cast: Cast, rows: int) -> Intervention:
    led_by = [cast.practitioner.person, *(PersonFactory() for _ in range(rows))]
    made = InterventionFactory(created_by=cast.practitioner.person, practitioners=led_by)
    _share(made, trajectory, rows)
    _people(made, rows)
    return made


def _share(intervention: Intervention, trajectory: Trajectory, rows: int) -> None:
    share = InterventionShare.objects.create(
        intervention=intervention, trajectory=trajectory, minutes=60, account="Un compte rendu.", open_question="?"
    )
    share.dimensions.set(_dimensions(trajectory, rows))


def _people(intervention: Intervention, rows: int) -> None:
    Participation.objects.bulk_create(
        Participation(intervention=intervention, person=PersonFactory()) for _ in range(rows)
    )


def fill_one(world: World, cast: Cast, rank: int) -> None:
    """One more row around the object of each detail page."""
    intervention = world.interventions[Circle.STRUCTURE]
    _people(intervention, 1)
    intervention.practitioners.add(PersonFactory())
    NextStepFactory(trajectory=world.trajectory, intervention=intervention, owner=PersonFactory())
    intervention.shares.get(trajectory=world.trajectory).dimensions.add(_dimensions(world.trajectory, 3)[rank])
    other = TrajectoryFactory(structure=AccompanimentFactory(practitioner=cast.practitioner.person).structure)
    _share(intervention, other, 1)
    request_progress_report(
        by=cast.leader,
        trajectory=world.trajectory,
        period_start=date(2024, rank + 1, 1),
        period_end=timezone.localdate(),
    )


def queries_of(address: str, client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        list(response)
    assert response.status_code == 200, address
    assert [one["sql"] for one in asked if not one["sql"].startswith(("SELECT", "DECLARE"))] == [], "a GET never writes"
    return len(asked)


def test_pages_ask_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in):
    asked = {
        (name, about, who): queries_of(reverse(name, kwargs=kwargs_of(about, world)), signed_in(cast.users[who]))
        for name, about, who in COUNTS
    }
    assert asked == COUNTS


def test_last_time_is_told_in_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in):
    address = f"{reverse('intervention_new')}?trajectoire={world.trajectory.public_id}"
    assert queries_of(address, signed_in(cast.practitioner)) == LAST_TIME


def test_no_page_asks_more_than_its_share():
    assert {page: number for page, number in COUNTS.items() if number > MOST} == {}
    assert median(COUNTS.values()) <= USUAL


def test_every_page_is_counted():
    shown = {line.address for line in MATRIX if line.method == "GET" and 200 in line.statuses.values()}
    assert {name for name, _about, _who in COUNTS} == shown - NOT_COUNTED
