"""How many queries each page asks, whether it lists one row or three."""

from datetime import date, timedelta
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Circle, Role
from structures.models import Cohort, JoinRequest, LocalRole, SilencePause, Structure
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.factories.calibration import fill_calibrations
from tests.factories.cast import Cast
from tests.factories.community import (
    AnswerFactory,
    ContributionFactory,
    ReportFactory,
    ResourceFactory,
    tell_step,
)
from tests.factories.ecosystem import fill_ecosystem
from tests.factories.filling import fill_proofs, fill_talk, fill_trainings
from tests.factories.frame import fill_frame
from tests.factories.framework import fill_framework
from tests.factories.joining import make_invitation, offer_place
from tests.factories.notices import NoticeFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.rounds import fill_rounds
from tests.factories.security import fill_security
from tests.factories.story import fill_story
from tests.factories.structures import (
    AccompanimentFactory,
    AccompanimentRequestFactory,
    MembershipFactory,
    StructureFactory,
)
from tests.factories.trainings import (
    SessionFactory,
)
from tests.factories.trajectories import (
    AppointmentFactory,
    InterventionFactory,
    NextStepFactory,
    ReadingFactory,
    TrajectoryFactory,
    TrialFactory,
)
from tests.factories.workshops import fill_workshops
from tests.factories.world import World, furnish, give_passwords
from tests.queries_of_pages import COUNTS
from trajectories.models import Intervention, InterventionShare, Participation, Trajectory, Viewpoint
from trajectories.operations import JournalText, request_progress_report, write_journal_entry

CODES = ["D1", "D2", "D3"]
# The form that comes from a structure's page also tells what happened last time.
LAST_TIME = 19
A_MONTH = 8
# The search box asks each app, whatever it finds.
FOUND = 11
MOST, USUAL = 25, 15
READING = ("SELECT", "DECLARE", 'INSERT INTO "accounts_accessevent"')
# For the signed out, or shown by a demonstration alone.
NOT_COUNTED = {"account_login", "account_request_login_code", "account_signup", "invitation", "mail", "mailbox"}


@pytest.fixture(params=[1, 3])
def rows(request) -> int:
    return request.param


@pytest.fixture
def world(cast: Cast, rows: int) -> World:
    """So many rows of all that a page lists, and each of them with as many of its own."""
    me, nobody = cast.practitioner, cast.nobody
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    made = furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)
    give_passwords(cast.users.values())
    for rank in range(rows):
        neighbour = StructureFactory()
        MembershipFactory(structure=neighbour, person=nobody.person)
        MembershipFactory(
            structure=made.structure, person=nobody.person, role=LocalRole.STAFF, until=date(2024, rank + 1, 1)
        )
        MembershipFactory(structure=made.structure)
        cast.coordinator.role_grants.create(role=Role.MEMBER, since=date(2020, 1, 1), until=date(2024, rank + 1, 1))
        Cohort.objects.create(name=f"Promotion de plus {rank}", starts_on=date(2024, 1, 1)).places.create(
            structure=made.structure, since=date(2024, 1, 1)
        )
        UserFactory(roles=[Role.PRACTITIONER])
        AccompanimentFactory(structure=made.structure)
        AccompanimentRequestFactory()
        make_invitation(cast.coordinator, f"attendue-{rank}@essai.example", role=Role.MEMBER)
        offer_place(made.structure, cast.leader, f"equipe-{rank}@essai.example")
        JoinRequest.objects.create(
            structure=made.structure, first_name="Léa", email=f"demande-{rank}@essai.example", role=LocalRole.STAFF
        )
        made.grant.user.role_grants.create(role=Role.TRAINER, since=date(2020, 1, 1), until=date(2024, rank + 1, 1))
        MembershipFactory(person=made.grant.user.person)
        fill_talk(made, cast)
        fill_ecosystem(made.relation, rank)
        SessionFactory(is_public=True)
        accompanied = StructureFactory()
        SilencePause.objects.create(structure=accompanied, until=timezone.localdate(), reason="Une saison creuse")
        long_ago = StructureFactory()
        Structure.objects.filter(pk=long_ago.pk).update(created_at=timezone.now() - timedelta(days=200))
        AccompanimentFactory(structure=long_ago, practitioner=me.person)
        for person in (me.person, PersonFactory()):
            AccompanimentFactory(structure=accompanied, practitioner=person)
        fill(TrajectoryFactory(structure=accompanied), cast, rank, rows)
        fill(made.trajectory, cast, rank, rows)
        fill_one(made, cast, rank)
        fill_community(made, cast, rank)
        fill_calibrations(made.calibrations, me.person, rank)
        fill_trainings(made, cast, rank)
        fill_frame(made.cohort, made.funding, accompanied, rank)
        fill_security(made.lost_factor, cast.leader, cast.practitioner)
        fill_proofs(made, cast, rank)
        fill_framework(rank)
        fill_story(made, me.person)
        fill_workshops(**made.workshops)
        fill_rounds(made.rounds["met"], made.rounds["blind"], me.person, rank)
        NoticeFactory(recipient=cast.leader, about=made.structure)
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
    planned = AppointmentFactory(trajectory=trajectory, created_by=me)
    for person in (me, cast.leader.person, PersonFactory()):
        planned.guests.create(person=person)
    past = AppointmentFactory(trajectory=trajectory, starts_at=timezone.now() - timedelta(days=2))
    past.guests.create(person=me)
    for viewpoint in (Viewpoint.DIRECTION, Viewpoint.TEAM):
        for sealed in (True, False):
            ReadingFactory(
                trajectory=trajectory,
                viewpoint=viewpoint,
                authors=[me, PersonFactory()],
                created_by=me,
                read_on=date(2024, 6, rank + 1),
                levels={code: 2 for code in CODES[:rows]},
                held=True,
                sealed=sealed,
            )
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


def fill_community(world: World, cast: Cast, rank: int) -> None:
    """One more of each thing that the community lists, and around each of its objects."""
    me, peer = cast.practitioner.person, UserFactory(roles=[Role.MEMBER]).person
    sheet = ResourceFactory(authors=[me, PersonFactory()])
    tagged = {"dimensions": _dimensions(world.trajectory, rank + 1), "resources": [sheet, world.resource]}
    shared = ReportFactory(shared=True, created_by=me, authors=[me, peer], structure=world.structure, **tagged)
    ReportFactory(created_by=me)
    tell_step(world.trajectory.framework_version.dimensions.get(code="D1"), cut_on=date(2026, 1 + 3 * rank, 1))
    for report in (world.shared_report, shared):
        leaning = {"linked_report": shared, "linked_resource": world.resource} if report != shared else {}
        disagreement = ContributionFactory(report=report, kind="disagreement", author=peer, **leaning)
        AnswerFactory(answers_to=ContributionFactory(report=report, **leaning), author=me)
        AnswerFactory(answers_to=disagreement, author=peer)
    world.shared_report.authors.add(PersonFactory())
    for one, text in ((world.resource, "limits"), (world.contribution, "text")):
        setattr(one, text, f"Un texte de plus, {rank}")
        one.save()


# What a page asks the browser to answer is kept in the session until it does.
KEPT_IN_SESSION = ("SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "django_session"')


def queries_of(address: str, client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        list(response)
    assert response.status_code == 200, address
    asking = [one["sql"] for one in asked if not one["sql"].startswith(KEPT_IN_SESSION)]
    assert [sql for sql in asking if not sql.lstrip("(").startswith(READING)] == [], (
        "a GET writes nothing but that somebody looked"
    )
    return len(asking)


def test_pages_ask_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in):
    asked = {
        (name, about, who): queries_of(reverse(name, kwargs=kwargs_of(about, world)), signed_in(cast.users[who]))
        for name, about, who in COUNTS
    }
    assert asked == COUNTS


def test_last_time_is_told_in_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in):
    address = f"{reverse('intervention_new')}?trajectoire={world.trajectory.public_id}"
    assert queries_of(address, signed_in(cast.practitioner)) == LAST_TIME


@pytest.mark.parametrize("view", ["mois", "semaine"])
def test_month_and_week_ask_as_many_queries_for_three_rows_as_for_one(cast, world, signed_in, view):
    assert queries_of(f"{reverse('agenda')}?vue={view}", signed_in(cast.practitioner)) == A_MONTH


@pytest.mark.parametrize("words", ["formation OR atelier OR essai OR promesse OR pas OR retour OR fiche", "structure"])
def test_search_finds_three_in_as_many_queries_as_one(cast, world, signed_in, words):
    assert queries_of(f"{reverse('search')}?q={words}", signed_in(cast.practitioner)) == FOUND


def test_no_page_asks_more_than_its_share():
    assert {page: number for page, number in COUNTS.items() if number > MOST} == {}
    assert median(COUNTS.values()) <= USUAL


def test_every_page_is_counted():
    shown = {line.address for line in MATRIX if line.method == "GET" and 200 in line.statuses.values()}
    assert {name for name, _about, _who in COUNTS} == shown - NOT_COUNTED
