"""Leaving: what goes, what stays, and that nothing names the person any more, in any table."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Departure, HistoryRewrite, Person, User
from accounts.operations import (
    ask_for_archive,
    ask_to_leave,
    call_off_departure,
    correct_identity,
    give_consent,
)
from accounts.personal_data import GONE
from community.models import Contribution, ExperienceReport
from community.operations import ReportContent, write_report
from efc_platform.backstage import mails
from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from structures.models import Accompaniment, LocalRole, Membership
from structures.operations import receive_request
from tests.factories.cast import Cast
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory, MembershipFactory
from tests.factories.trajectories import InterventionFactory
from tests.factories.world import World, furnish
from tests.stored import path_of
from trainings.models import Enrolment, EnrolmentState
from trajectories.models import Intervention, JournalEntry, Participation, ProgressReport, Reading, Viewpoint
from trajectories.operations import JournalText, request_progress_report, start_reading, write_journal_entry

NAME = ("Aurélie", "Tremblevent")
WORDS = [
    *("Tremblevent", "Aurélie", "aurelie.canari@essai.example", "06 39 98 77 66", "Tisserande en chef"),
    *("Canarifait", "Canariressenti", "Canariretour", "Canarilecture"),
]


@pytest.fixture
def world(cast: Cast) -> World:
    me = cast.practitioner
    person = me.person
    person.first_name, person.last_name = NAME
    person.email, person.phone = "aurelie.canari@essai.example", "06 39 98 77 66"
    person.save()
    me.email, me.password = "aurelie.canari@essai.example", make_password("une phrase de passe")
    me.save()
    Accompaniment.objects.filter(practitioner=person).update(is_lead=False)
    people = {"practitioner": person, "drafted_by": person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader)


def everywhere(cast: Cast, world: World) -> None:
    """The person leaves traces wherever the platform keeps any."""
    me, person = cast.practitioner, cast.practitioner.person
    correct_identity(
        by=me,
        expected_version=person.version,
        first_name="Aurélie",
        last_name="Tremblevent",
        gender="f",
        phone=person.phone,
    )
    person.refresh_from_db()
    MembershipFactory(structure=cast.structure_a, person=person, role=LocalRole.STAFF, function="Tisserande en chef")
    write_journal_entry(
        by=me, text=JournalText(facts="Canarifait", feelings="Canariressenti"), written_on=timezone.localdate()
    )
    write_report(by=me, content=ReportContent(title="Canariretour", context="Canariretour encore"))
    reading = start_reading(
        by=me, trajectory=world.trajectory, viewpoint=Viewpoint.PARTNER, read_on=timezone.localdate(), client_key=None
    )
    read = reading.positionings.create(
        dimension=reading.framework_version.dimensions.get(code="D1"),
        state="level",
        level=1,
        observed_fact="Canarilecture",
    )
    read.evidence.create(kind="said", noted_on=timezone.localdate(), words="Canariappui")
    other = InterventionFactory(created_by=cast.other_practitioner.person)
    Participation.objects.create(intervention=other, words="Tremblevent Aurelie")
    receive_request(person_name="Aurélie Tremblevent", message="Bonjour", email="Aurelie.Canari@essai.example")
    mails.post(
        key="to-her", to=me.email, template="emails/archive_ready.txt", context={"person": person, "url": "https://x"}
    )
    mails.post(
        key="about-her",
        to=cast.leader.email,
        template="emails/inactive_in_charge.txt",
        context={"person": cast.leader.person, "silent": person, "url": "https://x"},
    )
    give_consent(by=me, subject="quoted", number=1)
    ask_for_archive(by=me)
    run_job(Job.objects.get(kind="data_archive").pk)


def rows_of_the_database() -> Iterator[str]:
    """Every row of every table as PostgreSQL writes it, events, jobs and sessions included."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            yield from (f"{table} {row}" for (row,) in cursor.fetchall())


def found(words: list[str]) -> dict[str, set[str]]:
    """In which tables each word stands."""
    rows = list(rows_of_the_database())
    return {word: {row.split()[0] for row in rows if word.lower() in row.lower()} for word in words}


def leaves(user: User, **choices) -> Departure:
    """Asks, and the day comes."""
    departure = ask_to_leave(by=user, **choices)
    job = Job.objects.get(key=f"departure:{departure.public_id}")
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.READY, job.error
    departure.refresh_from_db()
    return departure


def test_no_table_names_somebody_who_left(cast, world, signed_in):
    signed_in(cast.practitioner)
    everywhere(cast, world)
    report = request_progress_report(
        by=cast.leader,
        trajectory=world.trajectory,
        period_start=world.trajectory.started_on,
        period_end=timezone.localdate(),
    )
    run_job(report.job_id)
    before = found(WORDS)
    assert {word for word in WORDS if not before[word]} == {"Canarifait", "Canariressenti"}, (
        "each word is to be found first"
    )
    assert {"accounts_personevent", "accounts_userevent", "backstage_job"} <= before["Aurélie"] | before[WORDS[2]]
    assert JournalEntry.objects.filter(author=cast.practitioner.person).count() == 2
    leaves(cast.practitioner)
    assert found(WORDS) == {word: set() for word in WORDS}
    assert not JournalEntry.objects.filter(author=cast.practitioner.person).exists()


def test_person_becomes_somebody_who_left_and_nobody_signs_in_as_them(cast, world, signed_in):
    client = signed_in(cast.practitioner)
    departure = leaves(cast.practitioner)
    user = User.objects.get(pk=cast.practitioner.pk)
    assert str(user.person) == GONE
    assert (user.is_active, user.has_usable_password(), user.last_login) == (False, False, None)
    assert user.email.endswith("@invalid")
    assert not user.role_grants.current().exists()
    assert client.get(reverse("my_account")).status_code == 302
    assert not any(one.get_decoded().get("_auth_user_id") == str(user.pk) for one in Session.objects.all())
    assert departure.done_at is not None
    assert not Membership.objects.current().filter(person=user.person).exists()
    assert not Accompaniment.objects.current().filter(practitioner=user.person).exists()


def test_what_was_shared_with_a_structure_stays_and_so_do_the_counts(cast, world):
    leaves(cast.practitioner)
    for circle, intervention in world.interventions.items():
        kept = Intervention.objects.get(pk=intervention.pk)
        assert (kept.shares.get().account, str(kept.created_by)) == (f"share.account.{circle}", GONE)
    assert Reading.objects.filter(pk=world.sealed.pk).exists()
    assert not Reading.objects.filter(pk=world.draft.pk).exists()
    assert ExperienceReport.objects.get(pk=world.shared_report.pk).state == "shared"


def test_texts_of_the_community_are_withdrawn_when_the_person_says_so(cast, world):
    ExperienceReport.objects.filter(pk=world.shared_report.pk).update(title="Canarititre")
    text = world.contribution.text
    leaves(cast.practitioner, withdraws_texts=True)
    world.shared_report.refresh_from_db()
    assert (world.shared_report.state, world.shared_report.context) == ("draft", "")
    assert Contribution.objects.get(pk=world.contribution.pk).withdrawn_at is not None
    assert found(["Canarititre", text]) == {"Canarititre": set(), text: set()}


def test_a_report_that_others_sign_too_stays_theirs(cast, world):
    world.shared_report.authors.add(cast.other_practitioner.person)
    leaves(cast.practitioner, withdraws_texts=True)
    world.shared_report.refresh_from_db()
    assert world.shared_report.state == "shared"


def test_issued_report_that_names_them_is_served_no_more_and_its_digest_stays(
    cast, world, signed_in, django_capture_on_commit_callbacks
):
    report = request_progress_report(
        by=cast.leader,
        trajectory=world.trajectory,
        period_start=world.trajectory.started_on,
        period_end=timezone.localdate(),
    )
    run_job(report.job_id)
    report.refresh_from_db()
    path, digest, client = path_of(report.file), report.digest, signed_in(cast.leader)
    assert b"".join(client.get(reverse("report_file", args=[report.public_id]))).startswith(b"%PDF")
    with django_capture_on_commit_callbacks(execute=True):
        leaves(cast.practitioner)
    report.refresh_from_db()
    assert (report.file, report.content, report.digest) == (None, None, digest)
    assert not path.exists()
    assert client.get(reverse("report_file", args=[report.public_id])).status_code == 404
    assert "Ce bilan ne se télécharge plus." in client.get(report.get_absolute_url()).content.decode()
    # Another, that names nobody who left, is still there.
    assert ProgressReport.objects.get(pk=world.report.pk).file is not None


def test_place_in_a_session_to_come_is_given_back(cast, world):
    enrolment = Enrolment.objects.create(
        session=world.session, person=cast.practitioner.person, state="confirmed", enrolled_by=cast.practitioner.person
    )
    leaves(cast.practitioner)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CANCELLED


def test_departure_waits_a_week_and_may_be_called_off(cast, world):
    departure = ask_to_leave(by=cast.practitioner)
    job = Job.objects.get(key=f"departure:{departure.public_id}")
    assert departure.due_at - departure.requested_at == timedelta(days=7)
    assert job.not_before == departure.due_at
    run_job(job.pk)
    assert Person.objects.get(pk=cast.practitioner.person_id).last_name == "Tremblevent"
    call_off_departure(by=cast.practitioner)
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    run_job(job.pk)
    assert Person.objects.get(pk=cast.practitioner.person_id).last_name == "Tremblevent"
    assert Job.objects.get(pk=job.pk).state == JobState.READY


def test_departure_asked_twice_is_asked_once_and_told_by_mail(cast, world):
    assert ask_to_leave(by=cast.practitioner) == ask_to_leave(by=cast.practitioner)
    job = Job.objects.get(kind="mail", payload__to=cast.practitioner.email)
    run_job(job.pk)
    assert mail.outbox[0].subject.startswith("Votre départ est prévu le")


def test_the_last_leader_first_names_somebody(cast):
    cast.structure_a.accompaniments.current().update(is_lead=False)
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Alpha"):
        ask_to_leave(by=cast.leader)
    successor = UserFactory()
    MembershipFactory(structure=cast.structure_a, person=successor.person, role=LocalRole.LEADER)
    assert ask_to_leave(by=cast.leader).pk


def test_whoever_is_in_charge_of_an_accompaniment_first_hands_over(cast):
    cast.structure_a.memberships.current().filter(role=LocalRole.LEADER).update(until=timezone.localdate())
    with pytest.raises(OperationRefused, match="personne ne répondrait plus de Alpha"):
        ask_to_leave(by=cast.practitioner)
    other = cast.other_practitioner.person
    AccompanimentFactory(structure=cast.structure_a, practitioner=other, is_lead=True)
    assert ask_to_leave(by=cast.practitioner).pk


def test_somebody_who_became_indispensable_meanwhile_is_kept_and_told(cast, world):
    departure = ask_to_leave(by=cast.practitioner)
    Accompaniment.objects.current().filter(practitioner=cast.practitioner.person).update(is_lead=True)
    Membership.objects.current().filter(role=LocalRole.LEADER).update(until=timezone.localdate())
    job = Job.objects.get(key=f"departure:{departure.public_id}")
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    run_job(job.pk)
    assert Person.objects.get(pk=cast.practitioner.person_id).last_name == "Tremblevent"
    assert Job.objects.filter(kind="mail", payload__subject="Votre départ attend").count() == 1
    assert not Departure.objects.pending().exists()


def test_history_says_that_it_was_rewritten(cast, world):
    assert not HistoryRewrite.objects.exists()
    leaves(cast.practitioner)
    versions = Person.pgh_event_model.objects.filter(pgh_obj_id=cast.practitioner.person_id)
    told = HistoryRewrite.objects.filter(table_name="accounts_personevent").values_list("row_id", flat=True)
    assert 0 < len(told) < versions.count()
    assert set(told) <= set(versions.values_list("pgh_id", flat=True))


@pytest.mark.parametrize("columns", [["pgh_label"], ["created_at"], ["nothing"]])
def test_history_is_rewritten_in_its_texts_only(cast, columns):
    with pytest.raises(DatabaseError, match="only texts"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT forget_in_history('accounts_personevent', '{1}', %s)", [columns])


def test_a_table_that_keeps_no_history_is_not_rewritten(db):
    with pytest.raises(DatabaseError, match="keeps no history"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT forget_in_history('accounts_person', '{1}', '{phone}')")


def test_history_stays_shut_after_it_was_rewritten(cast, world):
    leaves(cast.practitioner)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_personevent SET phone = ''")


def test_everybody_else_keeps_everything(cast, world):
    others = Person.objects.exclude(pk=cast.practitioner.person_id).order_by("pk")
    accounts = User.objects.exclude(pk=cast.practitioner.pk).order_by("pk")
    before = list(others.values()), list(accounts.values()), StoredFile.objects.count()
    leaves(cast.practitioner)
    assert (list(others.values()), list(accounts.values()), StoredFile.objects.count()) == before
