"""Reminders: one list of who receives them, which the page shows; once, unless paused; promises to their owner."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import Notice
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.factories.trajectories import NextStepFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import Answer
from trajectories.tasks import remind_of_what_comes

NOW = datetime(2024, 11, 20, 9, tzinfo=UTC)
MEETING = NOW + timedelta(days=9)


@pytest.fixture
def meeting(cast):
    with time_machine.travel(NOW, tick=False):
        made = operations.plan_appointment(
            by=cast.practitioner,
            trajectory=cast.trajectory_a,
            starts_at=MEETING,
            minutes=90,
            subject="Relire",
            guests=[cast.leader.person, cast.staff.person, cast.volunteer.person],
        )
        operations.answer_appointment(by=cast.staff, appointment=made, answer=Answer.NO)
        return made


def on(days_before: int):
    return time_machine.travel(MEETING - timedelta(days=days_before), tick=False)


def reminders() -> list[str]:
    for job in Job.objects.filter(kind="mail").order_by("pk"):
        run_job(job.pk)
    return sorted(one.to[0] for one in mail.outbox if one.subject.startswith("Rappel"))


def test_those_who_did_not_say_no_are_reminded_once_two_days_before(cast, meeting):
    expected = sorted([cast.practitioner.email, cast.leader.email, cast.volunteer.email])
    for days, found in ((3, []), (2, expected), (1, expected)):
        with on(days):
            remind_of_what_comes()
            remind_of_what_comes()
            assert reminders() == found


def test_page_shows_the_day_and_the_names_of_those_who_are_reminded(cast, meeting, signed_in):
    with time_machine.travel(NOW, tick=False):
        said = Visitor(signed_in(cast.leader)).open(meeting.get_absolute_url()).section("Le rappel")
        assert "Il part le 27 novembre 2024" in said
        for user, is_told in ((cast.leader, True), (cast.volunteer, True), (cast.staff, False)):
            assert (user.person.display_name in said) == is_told


def test_paused_reminder_does_not_leave_until_it_may(cast, meeting, signed_in):
    with time_machine.travel(NOW, tick=False):
        visitor = Visitor(signed_in(cast.leader))
        visitor.open(meeting.get_absolute_url())
        assert "Il est suspendu" in visitor.press("Suspendre le rappel").section("Le rappel")
    with on(2):
        remind_of_what_comes()
        assert reminders() == []
        operations.set_reminders(by=cast.leader, appointment=meeting, paused=False)
        remind_of_what_comes()
        assert len(reminders()) == 3


def test_cancelled_meeting_is_not_reminded(cast, meeting):
    with on(3):
        operations.cancel_appointment(by=cast.leader, appointment=meeting, because="La neige")
    with on(2):
        remind_of_what_comes()
        assert reminders() == []


def test_late_promise_is_told_once_to_its_owner_alone(cast):
    NextStepFactory(
        trajectory=cast.trajectory_a, owner=cast.staff.person, due_on=timezone.localdate() - timedelta(days=1)
    )
    for _again in range(2):
        remind_of_what_comes()
    told = Notice.objects.filter(title__startswith="La date d’un prochain pas")
    assert [one.recipient for one in told] == [cast.staff]


def test_late_promise_of_nobody_is_told_to_those_who_steer(cast):
    NextStepFactory(trajectory=cast.trajectory_a, due_on=timezone.localdate() - timedelta(days=2))
    NextStepFactory(trajectory=cast.trajectory_a, due_on=timezone.localdate())
    remind_of_what_comes()
    told = Notice.objects.filter(title__startswith="La date d’un prochain pas")
    assert {one.recipient for one in told} == {cast.leader, cast.practitioner}
