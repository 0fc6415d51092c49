"""What keeps a trajectory moving: its opening, its words, its trials, its promises, its meetings."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Accompaniment
from tests.factories.people import PersonFactory
from tests.factories.structures import AccompanimentFactory, StructureFactory
from tests.factories.trajectories import AppointmentFactory, NextStepFactory, TrialFactory
from trajectories import operations
from trajectories.framework import load_framework
from trajectories.models import Appointment, NextStep, Trajectory, Trial, TrialState
from trajectories.models.trials import TRIAL_TRANSITIONS

STRANGERS = [
    *("coordinator", "other_practitioner", "former_practitioner", "board"),
    *("staff", "volunteer", "leader_b", "member", "nobody"),
]
PLANNED, RUNNING, KEPT, DROPPED = TrialState.PLANNED, TrialState.RUNNING, TrialState.KEPT, TrialState.DROPPED
ADAPTED = TrialState.ADAPTED
NOW = datetime(2024, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def structure(cast):
    """A structure that the practitioner accompanies, without a trajectory."""
    made = StructureFactory()
    AccompanimentFactory(structure=made, practitioner=cast.practitioner.person)
    return made


@pytest.mark.parametrize("name", ["coordinator", "practitioner"])
def test_trajectory_opens_on_the_current_framework(cast, structure, name):
    made = operations.open_trajectory(by=cast.users[name], structure=structure, started_on=date(2024, 3, 1))
    assert (made.structure, made.started_on, made.closed_on) == (structure, date(2024, 3, 1), None)
    assert made.framework_version == load_framework()
    assert str(made) == f"Trajectoire de {structure.name}"


@pytest.mark.parametrize("name", ["other_practitioner", "former_practitioner", "leader", "member", "nobody"])
def test_trajectory_is_not_opened_by_a_stranger(cast, structure, name):
    with pytest.raises(OperationRefused, match="Seules la coordination et les personnes qui accompagnent"):
        operations.open_trajectory(by=cast.users[name], structure=structure, started_on=date(2024, 3, 1))
    assert not structure.trajectories.exists()


def test_leader_does_not_open_the_trajectory_of_the_structure_they_lead(cast):
    with pytest.raises(OperationRefused):
        operations.open_trajectory(by=cast.leader, structure=cast.structure_a, started_on=date(2024, 3, 1))


def test_second_trajectory_opens_only_once_the_first_is_closed(cast):
    def reopen() -> Trajectory:
        return operations.open_trajectory(by=cast.practitioner, structure=cast.structure_a, started_on=date(2024, 7, 1))

    with pytest.raises(OperationRefused, match="a déjà une trajectoire ouverte"):
        reopen()
    Trajectory.objects.filter(pk=cast.trajectory_a.pk).update(closed_on=date(2024, 6, 30))
    reopened = reopen()
    assert list(cast.structure_a.trajectories.open()) == [reopened]


def test_two_trajectories_opened_at_once_are_one(transactional_cast):
    cast, together = transactional_cast, threading.Barrier(2)
    Trajectory.objects.all().delete()
    outcomes: list[str] = []

    def open_one() -> None:
        try:
            together.wait(timeout=20)
            operations.open_trajectory(by=cast.practitioner, structure=cast.structure_a, started_on=date(2024, 3, 1))
            outcomes.append("opened")
        except OperationRefused as refusal:
            outcomes.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["Cette structure a déjà une trajectoire ouverte.", "opened"]
    assert cast.structure_a.trajectories.count() == 1


@pytest.fixture
def write_words(cast):
    def write(by=None, version=1, **words) -> Trajectory:
        told = {"starting_words": "", "aim": "", "working_question": "", "lead_words": ""} | words
        return operations.edit_words(
            by=by or cast.leader, trajectory=cast.trajectory_a, expected_version=version, **told
        )

    return write


@pytest.mark.parametrize("name", ["leader", "practitioner"])
def test_words_are_written_by_leaders_and_practitioners(cast, write_words, name):
    said = {"starting_words": "On court.", "aim": "Durer.", "working_question": "Pour qui ?", "lead_words": "En bref."}
    written = write_words(by=cast.users[name], **said)
    assert {one: getattr(written, one) for one in said} == said
    assert written.version == 2


def test_words_rewritten_are_no_longer_put_in_anybodys_mouth(write_words):
    said_by = PersonFactory()
    write_words(starting_words="On court.", starting_words_by=said_by)
    assert write_words(version=2, starting_words="On court.", aim="Ralentir.").starting_words_by == said_by
    assert write_words(version=3, starting_words="On court moins.").starting_words_by is None


def test_stale_words_are_refused_and_the_first_ones_stay(cast, write_words):
    write_words(aim="La première.")
    with pytest.raises(StaleEdit, match="Ces mots ont été modifiés"):
        write_words(by=cast.practitioner, aim="La seconde.")
    assert Trajectory.objects.get(pk=cast.trajectory_a.pk).aim == "La première."


TRIAL = {"title": "Tri en duo", "question": "Qui voit quoi ?"}


@pytest.fixture
def change(cast):
    def move(trial, state, *, by=None, version=1, learnt="On a vu.", **options) -> Trial:
        return operations.change_trial(
            by=by or cast.leader, trial=trial, state=state, expected_version=version, learnt=learnt, **options
        )

    return move


def test_trial_begins_running_or_planned(cast, dimensions):
    running = operations.start_trial(by=cast.leader, trajectory=cast.trajectory_a, **TRIAL, dimension=dimensions["D1"])
    planned = operations.start_trial(by=cast.practitioner, trajectory=cast.trajectory_a, **TRIAL, state=PLANNED)
    assert (running.state, running.dimension, planned.state, str(planned)) == (
        RUNNING,
        dimensions["D1"],
        PLANNED,
        "Tri en duo",
    )


@pytest.mark.parametrize("after", TrialState)
@pytest.mark.parametrize("before", TrialState)
def test_trial_moves_as_the_table_says_and_no_other_way(cast, change, before, after):
    trial = TrialFactory(trajectory=cast.trajectory_a, state=before)
    if after == before or after in TRIAL_TRANSITIONS[before]:
        assert change(trial, after).state == after
    else:
        with pytest.raises(OperationRefused, match=f"Un essai {before.label} ne peut pas devenir {after.label}") as no:
            change(trial, after)
        assert (no.value.field, Trial.objects.get().state) == ("state", before)


@pytest.mark.parametrize("end", [KEPT, ADAPTED, DROPPED])
@pytest.mark.parametrize("learnt", ["", "  "])
def test_trial_does_not_end_without_a_word_on_what_was_learnt(cast, change, end, learnt):
    trial = TrialFactory(trajectory=cast.trajectory_a)
    with pytest.raises(OperationRefused, match="ce que cet essai vous a appris") as refusal:
        change(trial, end, learnt=learnt)
    assert (refusal.value.field, Trial.objects.get().state) == ("learnt", RUNNING)


@time_machine.travel(NOW, tick=False)
def test_trial_that_ends_is_dated_and_reopened_is_no_longer_ended(cast, change):
    trial = TrialFactory(trajectory=cast.trajectory_a)
    assert change(trial, KEPT).ended_on == date(2024, 11, 20)
    reopened = change(trial, RUNNING, version=2)
    assert (reopened.ended_on, reopened.started_on, reopened.learnt) == (None, date(2024, 5, 1), "On a vu.")
    assert change(trial, DROPPED, version=3, on=date(2024, 10, 1)).ended_on == date(2024, 10, 1)


@time_machine.travel(NOW, tick=False)
def test_trial_corrected_after_its_end_keeps_its_day(cast, change):
    trial = TrialFactory(trajectory=cast.trajectory_a, state=KEPT, ended_on=date(2024, 10, 1))
    assert change(trial, KEPT, learnt="Mieux dit.").ended_on == date(2024, 10, 1)


@time_machine.travel(NOW, tick=False)
def test_planned_trial_that_begins_is_dated(cast, change):
    trial = TrialFactory(trajectory=cast.trajectory_a, state=PLANNED, started_on=None)
    assert change(trial, RUNNING, learnt="").started_on == date(2024, 11, 20)


def test_stale_change_of_a_trial_is_refused(cast, change):
    trial = TrialFactory(trajectory=cast.trajectory_a)
    change(trial, RUNNING, learnt="La première.")
    with pytest.raises(StaleEdit, match="Cet essai a été modifié"):
        change(trial, KEPT, learnt="La seconde.")
    assert (Trial.objects.get().learnt, Trial.objects.get().version) == ("La première.", 2)


def test_promise_is_noted_then_kept_then_undone(cast):
    step = operations.add_next_step(
        by=cast.practitioner,
        trajectory=cast.trajectory_a,
        text="Rappeler Nadia",
        due_on=date(2024, 6, 1),
        owner=cast.leader.person,
    )
    assert (str(step), step.due_on, step.owner, step.is_overdue) == (
        "Rappeler Nadia",
        date(2024, 6, 1),
        cast.leader.person,
        True,
    )
    operations.complete_next_step(by=cast.leader, step=step)
    kept = NextStep.objects.get()
    assert (kept.done_by, kept.is_overdue, list(NextStep.objects.open())) == (cast.leader.person, False, [])
    operations.complete_next_step(by=cast.leader, step=step, done=False)
    undone = NextStep.objects.get()
    assert (undone.done_at, undone.done_by) == (None, None)


def test_promise_ticked_twice_was_kept_the_first_time(cast):
    step = NextStepFactory(trajectory=cast.trajectory_a)
    with time_machine.travel(NOW, tick=False):
        operations.complete_next_step(by=cast.leader, step=step)
    operations.complete_next_step(by=cast.practitioner, step=NextStep.objects.get())
    kept = NextStep.objects.get()
    assert (kept.done_at, kept.done_by) == (NOW, cast.leader.person)


def test_promise_without_a_date_or_due_today_is_not_overdue(cast):
    assert not NextStepFactory(trajectory=cast.trajectory_a).is_overdue
    assert not NextStepFactory(trajectory=cast.trajectory_a, due_on=timezone.localdate()).is_overdue


def test_promises_are_read_by_whom_they_bind(cast):
    step = NextStepFactory(trajectory=cast.trajectory_a)
    seen = {name for name, user in cast.users.items() if step in NextStep.objects.visible_to(user)}
    assert seen == {"practitioner", "leader", "board", "staff", "volunteer"}


@time_machine.travel(NOW, tick=False)
def test_meeting_is_noted_ahead_and_refused_in_the_past(cast):
    def plan(starts_at: datetime) -> Appointment:
        return operations.plan_appointment(
            by=cast.leader, trajectory=cast.trajectory_a, starts_at=starts_at, minutes=90, subject="Bilan", place="Lens"
        )

    made = plan(NOW + timedelta(minutes=1))
    assert (str(made), made.minutes, made.place, made.created_by) == ("Bilan", 90, "Lens", cast.leader.person)
    with pytest.raises(OperationRefused, match="Cette date est déjà passée") as refusal:
        plan(NOW - timedelta(minutes=1))
    assert (refusal.value.field, Appointment.objects.count()) == ("starts_at", 1)


@time_machine.travel(NOW, tick=False)
def test_meetings_to_come_begin_with_the_nearest(cast):
    later, sooner = (
        AppointmentFactory(trajectory=cast.trajectory_a, starts_at=NOW + timedelta(days=days)) for days in (9, 2)
    )
    AppointmentFactory(trajectory=cast.trajectory_a, starts_at=NOW - timedelta(seconds=1))
    assert list(Appointment.objects.visible_to(cast.coordinator).upcoming()) == [sooner, later]
    assert list(Appointment.objects.visible_to(cast.leader_b)) == []


WRITES = {
    "words": lambda user, cast: operations.edit_words(
        by=user,
        trajectory=cast.trajectory_a,
        expected_version=1,
        starting_words="",
        aim="Prise",
        working_question="",
        lead_words="",
    ),
    "trial": lambda user, cast: operations.start_trial(by=user, trajectory=cast.trajectory_a, title="Un essai"),
    "change": lambda user, cast: operations.change_trial(
        by=user, trial=cast.trajectory_a.trials.get(), state=KEPT, expected_version=1, learnt="Pris."
    ),
    "step": lambda user, cast: operations.add_next_step(by=user, trajectory=cast.trajectory_a, text="Un pas"),
    "tick": lambda user, cast: operations.complete_next_step(by=user, step=cast.trajectory_a.next_steps.get()),
    "meeting": lambda user, cast: operations.plan_appointment(
        by=user, trajectory=cast.trajectory_a, starts_at=timezone.now() + timedelta(days=1), minutes=60, subject="x"
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_steering_is_refused_to_whoever_neither_leads_nor_accompanies(cast, write):
    TrialFactory(trajectory=cast.trajectory_a)
    NextStepFactory(trajectory=cast.trajectory_a)
    for name in STRANGERS:
        with pytest.raises(OperationRefused, match="Seules la direction de la structure"):
            WRITES[write](cast.users[name], cast)
    assert (Trial.objects.count(), NextStep.objects.open().count(), Appointment.objects.count()) == (1, 1, 0)
    WRITES[write](cast.leader, cast)


def test_steering_is_refused_from_the_day_the_accompaniment_ends(cast):
    Accompaniment.objects.update(until=timezone.localdate())
    with pytest.raises(OperationRefused):
        operations.add_next_step(by=cast.practitioner, trajectory=cast.trajectory_a, text="Trop tard")
