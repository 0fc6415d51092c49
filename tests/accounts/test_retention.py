"""The nightly forgetting: past its limit a row goes, before it stays; who is silent is told, then forgotten."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record_access
from accounts.models import (
    AccessAct,
    AccessEvent,
    DataArchive,
    InactivityNotice,
    Invitation,
    Notice,
    Person,
    RetentionReport,
    User,
)
from accounts.operations import apply_retention, seal_history
from accounts.personal_data import RULES, Rule
from accounts.tasks import apply_retention as each_night
from efc_platform.backstage.models import Draft, Job, JobState, StoredFile, Submission
from efc_platform.backstage.operations import store_file
from efc_platform.backstage.tasks import run_job
from structures.models import AccompanimentRequest, CohortMessage, JoinRequest, Message, StructureImport
from tests.factories.cast import Cast
from tests.factories.joining import make_invitation
from tests.factories.notices import NoticeFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.people_talking import MessageFactory
from tests.factories.structures import AccompanimentRequestFactory, CohortFactory, StructureFactory
from tests.factories.trajectories import TrajectoryFactory
from tests.stored import path_of
from trajectories.models import InterventionImport, Workshop

NOW = datetime(2027, 3, 1, 3, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def submission(at: datetime) -> Any:
    made = Submission.objects.create(author=PersonFactory(), key="7b1c2f0e-54d2-4f4f-9a77-0a4f7a0e5a11", digest="0")
    Submission.objects.filter(pk=made.pk).update(sent_at=at)
    return Submission.objects.filter(pk=made.pk)


def draft(at: datetime) -> Any:
    made = Draft.objects.create(author=PersonFactory(), address="/", page=uuid4(), sealed_text=b"x", saved_at=at)
    return Draft.objects.filter(pk=made.pk)


def job(at: datetime, state: JobState = JobState.READY, kind: str = "mail") -> Any:
    key = f"{kind}:{state}:{at.timestamp()}"
    made = Job.objects.create(kind=kind, key=key, state=state, finished_at=at, payload={"body": "Bonjour"})
    return Job.objects.filter(pk=made.pk)


def archive(at: datetime) -> Any:
    file = store_file(name="a.zip", content_type="application/zip", content=b"PK")
    made = DataArchive.objects.create(user=UserFactory(), job=job(at, kind="data_archive").get(), file=file)
    DataArchive.objects.filter(pk=made.pk).update(requested_at=at)
    return DataArchive.objects.filter(pk=made.pk)


def request(at: datetime) -> Any:
    made = AccompanimentRequestFactory(state="answered", answer="Oui", answered_at=at, received_at=at)
    return AccompanimentRequest.objects.filter(pk=made.pk)


def session(at: datetime) -> Any:
    made = Session.objects.create(session_key=f"s{at.timestamp()}", session_data="", expire_date=at)
    return Session.objects.filter(pk=made.pk)


def report(at: datetime) -> Any:
    return RetentionReport.objects.filter(pk=RetentionReport.objects.create(ran_at=at, lines=[]).pk)


def invitation(at: datetime) -> Any:
    made = make_invitation(UserFactory(), f"{at.timestamp()}@essai.example", role="member")
    Invitation.objects.filter(pk=made.pk).update(expires_at=at)
    return Invitation.objects.filter(pk=made.pk)


def join_request(at: datetime) -> Any:
    made = JoinRequest.objects.create(
        structure=StructureFactory(),
        first_name="Léa",
        email="lea@essai.example",
        role="staff",
        state="declined",
        decided_at=at,
    )
    return JoinRequest.objects.filter(pk=made.pk)


def access(at: datetime) -> Any:
    """Once sealed, as each night does: what no seal covers yet stays."""
    with time_machine.travel(at, tick=False):
        record_access(by=None, act=AccessAct.FAILED_SIGN_IN)
        seal_history(until=at + timedelta(hours=1))
    return AccessEvent.objects.filter(pk=AccessEvent.objects.latest("pk").pk)


def notice(at: datetime) -> Any:
    made = NoticeFactory(about=StructureFactory(), created_at=at, read_at=at)
    return Notice.objects.filter(pk=made.pk)


def cohort_message(at: datetime) -> Any:
    said = {"author": PersonFactory(), "text": "Bonjour", "written_at": at}
    return CohortMessage.objects.filter(pk=CohortMessage.objects.create(cohort=CohortFactory(), **said).pk)


def message(at: datetime) -> Any:
    made = MessageFactory(written_at=at, conversation__opened_at=at)
    return Message.objects.filter(pk=made.pk)


def imported(at: datetime) -> Any:
    file = store_file(name="a.csv", content_type="text/csv", content=b"Nom")
    made = StructureImport.objects.create(client_key=uuid4(), file=file, made_by=UserFactory(), made_at=at)
    return StructureImport.objects.filter(pk=made.pk, file__isnull=False)


def noted(at: datetime) -> Any:
    file = store_file(name="a.csv", content_type="text/csv", content=b"Date")
    made = InterventionImport.objects.create(client_key=uuid4(), file=file, made_by=UserFactory(), made_at=at)
    return InterventionImport.objects.filter(pk=made.pk, file__isnull=False)


def workshop(at: datetime) -> Any:
    trajectory = TrajectoryFactory()
    made = Workshop.objects.create(
        trajectory=trajectory, created_by=PersonFactory(), expected=8, held_on=at.date(), closes_at=at
    )
    return Workshop.objects.filter(pk=made.pk, ended_at__isnull=True)


def written_mail(at: datetime) -> Any:
    return job(at).exclude(payload={})


def finished(at: datetime) -> Any:
    return job(at, kind="elsewhere")


@dataclass(frozen=True)
class Kept:
    """A rule, what it forgets, and after how many days."""

    rule: str
    make: Callable[[datetime], Any]
    days: int
    # How far from its limit it must be: what goes by whole days is told a day away.
    margin: timedelta = timedelta(hours=1)


KEPT = [
    Kept("submissions", submission, 30),
    Kept("drafts", draft, 60),
    Kept("mails", written_mail, 30),
    Kept("jobs", finished, 90),
    Kept("archives", archive, 7),
    Kept("support_requests", request, 365),
    Kept("sessions", session, 0),
    Kept("retention_reports", report, 365),
    Kept("notifications", notice, 180),
    Kept("invitations", invitation, 30),
    Kept("join_requests", join_request, 30),
    Kept("accesses", access, 365, DAY),
    Kept("messages", message, 730),
    Kept("cohort_messages", cohort_message, 730),
    Kept("imports", imported, 60),
    Kept("intervention_imports", noted, 60),
    Kept("workshops", workshop, 0),
]


def test_every_rule_is_tried():
    assert {one.rule for one in KEPT} == set(RULES.names)


@pytest.mark.django_db
@pytest.mark.parametrize("kept", KEPT, ids=lambda one: one.rule)
def test_what_is_past_its_time_goes_and_what_is_not_stays(kept):
    limit = NOW - kept.days * DAY
    old, young = kept.make(limit - kept.margin), kept.make(limit + kept.margin)
    assert (old.exists(), young.exists()) == (True, True)
    told = apply_retention(now=NOW)
    assert (old.exists(), young.exists()) == (False, True)
    line = next(line for line in told.lines if line["name"] == kept.rule)
    assert line["number"] == 1


@pytest.mark.django_db
def test_length_is_the_one_that_settings_give(settings):
    settings.RETENTION = settings.RETENTION | {"submissions": 2}
    old, young = submission(NOW - 3 * DAY), submission(NOW - DAY)
    apply_retention(now=NOW)
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.django_db
def test_work_that_is_not_over_or_that_a_document_rests_on_stays(cast: Cast):
    waiting = Job.objects.create(kind="mail", key="waiting", payload={"body": "Bonjour"})
    failed = job(NOW - 40 * DAY, JobState.FAILED)
    apply_retention(now=NOW)
    assert Job.objects.get(pk=waiting.pk).payload == {"body": "Bonjour"}
    assert failed.get().payload == {"body": "Bonjour"}, "a mail that did not leave is still to be looked at"


@pytest.mark.django_db
def test_archive_goes_with_its_file_and_its_work(django_capture_on_commit_callbacks):
    old = archive(NOW - 8 * DAY).select_related("file", "job").get()
    path = path_of(old.file)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        apply_retention(now=NOW)
    assert not path.exists()
    assert not StoredFile.objects.filter(pk=old.file_id).exists()
    assert not Job.objects.filter(pk=old.job_id).exists()


@pytest.mark.django_db
def test_a_rule_that_fails_keeps_nothing_from_the_others(monkeypatch, caplog):
    def fail(before: datetime) -> int:
        raise RuntimeError("plus de place")

    monkeypatch.setitem(RULES._entries, "archives", Rule("archives", "archives", fail))
    old = submission(NOW - 40 * DAY)
    told = apply_retention(now=NOW)
    assert not old.exists()
    assert next(line["number"] for line in told.lines if line["name"] == "archives") is None
    assert "retention rule archives failed" in caplog.text


@pytest.mark.django_db
def test_each_night_leaves_a_report_and_a_line_in_the_log(caplog):
    caplog.set_level(logging.INFO, "efc_platform.retention")
    each_night()
    assert RetentionReport.objects.count() == 1
    assert "submissions=0" in caplog.text


def test_coordination_reads_what_was_forgotten_and_nobody_else(cast: Cast, signed_in):
    submission(NOW - 40 * DAY)
    apply_retention(now=NOW)
    page = signed_in(cast.coordinator).get(reverse("retention")).content.decode()
    assert "Empreintes de formulaires envoyés" in page
    assert "Nuit du 1er\u00a0mars 2027" in page
    assert signed_in(cast.practitioner).get(reverse("retention")).status_code == 403


def silent(days: int, **more: Any) -> User:
    """Somebody whose last visit was so many days before."""
    user = UserFactory(**more)
    User.objects.filter(pk=user.pk).update(last_login=NOW - days * DAY, created_at=NOW - 900 * DAY)
    return User.objects.get(pk=user.pk)


def mails_to(user: User) -> list[str]:
    return [one.payload["subject"] for one in Job.objects.filter(kind="mail", payload__to=user.email)]


@pytest.mark.django_db
def test_somebody_silent_for_long_is_told_once():
    old, recent = silent(701), silent(699)
    apply_retention(now=NOW)
    apply_retention(now=NOW + DAY)
    assert mails_to(old) == ["Votre compte sera oublié le 31\u00a0mars 2027"]
    assert InactivityNotice.objects.get().user == old
    apply_retention(now=NOW + 2 * DAY)
    assert mails_to(recent) == ["Votre compte sera oublié le 2\u00a0avril 2027"]
    run_job(Job.objects.get(kind="mail", payload__to=old.email).pk)
    assert reverse("my_data") in mail.outbox[0].body


@pytest.mark.django_db
def test_somebody_told_who_does_not_come_is_forgotten_a_month_later_and_not_before():
    user = silent(710)
    apply_retention(now=NOW)
    apply_retention(now=NOW + 29 * DAY)
    assert User.objects.get(pk=user.pk).is_active
    apply_retention(now=NOW + 31 * DAY)
    user = User.objects.get(pk=user.pk)
    assert (user.is_active, str(user.person)) == (False, "Personne partie")


@pytest.mark.django_db
def test_nobody_is_forgotten_without_having_been_told_a_month_before():
    user = silent(2000)
    apply_retention(now=NOW)
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.django_db
def test_a_visit_undoes_the_warning(signed_in):
    user = silent(710)
    apply_retention(now=NOW)
    with time_machine.travel(NOW + 10 * DAY, tick=False):
        signed_in(user)
    apply_retention(now=NOW + 31 * DAY)
    assert User.objects.get(pk=user.pk).is_active
    apply_retention(now=NOW + 10 * DAY + 701 * DAY)
    assert len(mails_to(user)) == 2


def test_somebody_in_charge_stays_and_coordination_is_told_once(cast: Cast):
    now = timezone.now()
    User.objects.update(last_login=now)
    User.objects.filter(pk=cast.leader.pk).update(last_login=now - 800 * DAY)
    cast.structure_a.accompaniments.current().update(is_lead=False)
    InactivityNotice.objects.create(user=cast.leader, told_at=now - 40 * DAY)
    apply_retention(now=now)
    apply_retention(now=now + DAY)
    assert Person.objects.get(pk=cast.leader.person_id).first_name != "Personne partie"
    assert mails_to(cast.coordinator) == ["Une personne en charge n’est pas venue depuis longtemps"]
