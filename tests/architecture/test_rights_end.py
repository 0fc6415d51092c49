"""Rights that end are gone at the very next request, in an open session and in a job that waited."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, RoleGrant, User
from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.tasks import run_job
from structures.operations import end_accompaniment, end_membership
from tests.addresses import kwargs_of
from tests.factories.cast import Cast
from tests.factories.world import World, furnish
from trainings.models import EnrolmentState
from trainings.queries import candidates
from trajectories.models import ProgressReport
from trajectories.operations import request_progress_report


@pytest.fixture
def world(cast: Cast) -> World:
    me = cast.practitioner
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)


def leaves(cast: Cast, name: str) -> None:
    """Whichever way this person stood in structure A, by the operation that ends it."""
    structure, person = cast.structure_a, cast.users[name].person
    for membership in structure.memberships.current().filter(person=person):
        end_membership(by=cast.coordinator, membership=membership)
    for accompaniment in structure.accompaniments.current().filter(practitioner=person):
        end_accompaniment(by=cast.coordinator, accompaniment=accompaniment)


def loses_role(cast: Cast, name: str) -> None:
    RoleGrant.objects.current().filter(user=cast.users[name]).update(until=timezone.localdate())


def loses_account(cast: Cast, name: str) -> None:
    User.objects.filter(pk=cast.users[name].pk).update(is_active=False)


Ending = Callable[[Cast, str], None]
ENDINGS: list[tuple[str, Ending, int]] = [
    ("practitioner", leaves, 404),
    ("practitioner", loses_role, 404),
    ("practitioner", loses_account, 302),
    ("leader", leaves, 404),
    ("leader", loses_account, 302),
    ("board", leaves, 404),
    ("staff", leaves, 404),
    ("volunteer", leaves, 404),
    ("coordinator", loses_role, 404),
]
PAGES = [
    ("structure", "structure"),
    ("trajectory", "trajectory"),
    ("intervention", "intervention"),
    ("reading", "sealed"),
]


@pytest.mark.parametrize(("name", "ending", "status"), ENDINGS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_open_session_is_refused_at_the_next_request(cast, world, signed_in, name, ending, status):
    client = signed_in(cast.users[name])
    addresses = [reverse(page, kwargs=kwargs_of(about, world)) for page, about in PAGES]
    assert [client.get(address).status_code for address in addresses] == [200] * len(PAGES)
    ending(cast, name)
    assert [client.get(address).status_code for address in addresses] == [status] * len(PAGES)


def test_form_opened_before_leaving_writes_nothing_after(cast, world, signed_in):
    client, address = signed_in(cast.practitioner), reverse("words", args=[world.trajectory.public_id])
    version = client.get(address).context["form"]["version"].value()
    leaves(cast, "practitioner")
    assert client.post(address, {"version": version, "aim": "Après mon départ"}).status_code == 404
    world.trajectory.refresh_from_db()
    assert world.trajectory.aim == "trajectory.aim"


def test_document_is_closed_to_whoever_left(cast, world, signed_in):
    client, address = signed_in(cast.board), reverse("report_file", args=[world.report.public_id])
    assert client.get(address).getvalue() == b"%PDF-1.7"
    leaves(cast, "board")
    assert client.get(address).status_code == 404


def test_own_journal_stays_readable_once_the_accompaniment_has_ended(cast, world, signed_in):
    client = signed_in(cast.practitioner)
    leaves(cast, "practitioner")
    page = client.get(reverse("journal_entry", args=[world.page.public_id]))
    assert "journal.facts" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "ending"),
    [("practitioner", leaves), ("practitioner", loses_role), ("leader", leaves)],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_report_that_waited_is_refused_and_its_asker_told_why(cast, world, name, ending):
    report = ask_for_report(cast, world, cast.users[name])
    ending(cast, name)
    run_job(report.job_id)
    report.refresh_from_db()
    assert (report.job.state, report.file, report.content) == (JobState.FAILED, None, None)
    assert report.job.error == "La personne qui l’a demandé n’a plus accès à cette structure."
    run_job(Job.objects.get(kind="mail").pk)
    assert [letter.to for letter in mail.outbox] == [[cast.users[name].email]]
    assert report.job.error in mail.outbox[0].body


@pytest.mark.parametrize("name", ["practitioner", "leader"])
def test_report_that_waited_for_an_account_closed_since_is_refused_and_nobody_written_to(cast, world, name):
    report = ask_for_report(cast, world, cast.users[name])
    loses_account(cast, name)
    run_job(report.job_id)
    report.refresh_from_db()
    assert (report.job.state, report.file, report.content) == (JobState.FAILED, None, None)
    assert not Job.objects.filter(kind="mail").exists()


def test_report_that_waited_is_made_when_nothing_changed(cast, world):
    report = ask_for_report(cast, world, cast.leader)
    run_job(report.job_id)
    report.refresh_from_db()
    assert report.job.state == JobState.READY
    assert report.file.read().startswith(b"%PDF")


def ask_for_report(cast: Cast, world: World, by: User) -> ProgressReport:
    period = {"period_start": world.trajectory.started_on, "period_end": timezone.localdate()}
    return request_progress_report(by=by, trajectory=world.trajectory, **period)


def test_role_that_ends_closes_the_pages_of_the_role(cast, signed_in):
    client = signed_in(cast.coordinator)
    assert client.get(reverse("structure_new")).status_code == 200
    loses_role(cast, "coordinator")
    assert client.get(reverse("structure_new")).status_code == 403
    assert not RoleGrant.objects.current().filter(role=Role.COORDINATOR).exists()


KEPT = [("session_edit", "session"), ("sheet", "session"), ("attendance", "half_day")]


def test_trainer_whose_role_ended_keeps_no_session_and_reads_no_name(cast, world, signed_in):
    client = signed_in(cast.trainer)
    kept = [reverse(page, kwargs=kwargs_of(about, world)) for page, about in KEPT]
    open_page, cohort_page = world.session.get_absolute_url(), world.cohort_session.get_absolute_url()
    assert [client.get(address).status_code for address in [*kept, cohort_page]] == [200] * 4
    assert "enrolled.first_name" in client.get(open_page).content.decode()
    loses_role(cast, "trainer")
    assert [client.get(address).status_code for address in [*kept, cohort_page]] == [403, 403, 403, 404]
    assert "enrolled.first_name" not in client.get(open_page).content.decode()


@pytest.mark.parametrize(
    ("name", "ending"),
    [("leader", leaves), ("practitioner", leaves), ("practitioner", loses_role)],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_whoever_left_neither_knows_who_comes_nor_gives_their_place_back(cast, world, signed_in, name, ending):
    client, address = signed_in(cast.users[name]), world.session.get_absolute_url()
    assert "person.first_name" in client.get(address).content.decode()
    assert client.get(world.cohort_session.get_absolute_url()).status_code == 200
    ending(cast, name)
    assert "person.first_name" not in client.get(address).content.decode()
    assert client.get(world.cohort_session.get_absolute_url()).status_code == 404
    assert client.post(reverse("enrolment_cancel", args=[world.enrolment.public_id])).status_code == 404
    world.enrolment.refresh_from_db()
    assert world.enrolment.state == EnrolmentState.CONFIRMED


def test_form_opened_before_leaving_enrols_nobody_after(cast, world, signed_in):
    client, address = signed_in(cast.leader), reverse("enrol", args=[world.session.public_id])
    keys = [one.key for one in candidates(cast.leader, world.session) if one.person == cast.staff.person]
    assert cast.staff.person.display_name in client.get(address).content.decode()
    leaves(cast, "leader")
    assert client.post(address, {"people": keys}).status_code == 200
    assert not world.session.enrolments.filter(person=cast.staff.person).exists()
