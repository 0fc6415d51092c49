"""Rounds: written blind, opened together, a view that never came left out, a sealed one taken up by agreement."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Notice
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Membership
from tests.factories.rounds import fill, open_round, prepare, seal, write
from tests.factories.workshops import hold
from trajectories import operations
from trajectories.history import sources_of
from trajectories.models import Milestone, Positioning, Reading, ReopeningConsent, Round, RoundView, Viewpoint
from trajectories.permissions import can_speak_for
from trajectories.queries import crossings_of, history_of, network_figures
from trajectories.rounds import months_after, stages_of
from trajectories.story import story_of

DIRECTION, TEAM, ACCOMPANIMENT = Viewpoint.DIRECTION, Viewpoint.TEAM, Viewpoint.ACCOMPANIMENT


def days(number: int) -> timedelta:
    return timedelta(days=number)


def seen_by(cast, reading: Reading) -> set[str]:
    return {name for name, user in cast.users.items() if Reading.objects.visible_to(user).filter(pk=reading.pk)}


EVERYBODY = {"coordinator", "practitioner", "leader", "board", "staff", "volunteer"}


@pytest.mark.parametrize("name", ["practitioner", "leader"])
def test_round_is_prepared_by_who_steers_and_tells_those_it_expects(cast, name):
    tour = operations.prepare_round(
        by=cast.users[name],
        trajectory=cast.trajectory_a,
        milestone=Milestone.START,
        opens_on=timezone.localdate() + days(10),
        viewpoints=[TEAM, DIRECTION],
    )
    assert [one.viewpoint for one in tour.views.all()] == [DIRECTION, TEAM]
    told = set(Notice.objects.values_list("recipient__email", flat=True))
    expected = {cast.users[one].email for one in ("leader", "board", "staff", "volunteer", "practitioner")}
    assert told == expected - {cast.users[name].email}


@pytest.mark.parametrize("name", ["board", "staff", "coordinator", "other_practitioner", "nobody"])
def test_round_is_not_prepared_by_others(cast, name):
    with pytest.raises(OperationRefused, match="préparent un tour"):
        operations.prepare_round(
            by=cast.users[name],
            trajectory=cast.trajectory_a,
            milestone=Milestone.START,
            opens_on=timezone.localdate(),
            viewpoints=[DIRECTION, TEAM],
        )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"opens_on": timezone.localdate() - days(1)}, "opens_on"),
        ({"milestone": Milestone.AFTER_6}, "milestone"),
    ],
)
def test_round_of_another_time_is_refused(cast, changed, field):
    with pytest.raises(OperationRefused) as refusal:
        prepare(cast, **changed)
    assert (refusal.value.field, Round.objects.count()) == (field, 0)


def test_round_expects_two_views_and_there_is_one_blind_round_at_a_time(cast):
    with pytest.raises(OperationRefused, match="au moins deux regards"):
        prepare(cast, DIRECTION)
    prepare(cast)
    with pytest.raises(OperationRefused, match="déjà en cours"):
        prepare(cast)
    row = Round.objects.get()
    row.pk, row.public_id, row._state.adding = None, uuid.uuid4(), True
    with pytest.raises(IntegrityError, match="one_blind_round"), transaction.atomic():
        row.save()


def test_sealed_view_is_read_by_its_authors_alone_until_the_last_one_is_sealed(cast):
    tour = prepare(cast)
    first = seal(cast, tour, DIRECTION, {"D1": 2})
    assert (first.is_sealed, first.waits_for_others, seen_by(cast, first)) == (True, True, {"leader"})
    second = seal(cast, tour, ACCOMPANIMENT, {"D1": 4})
    tour.refresh_from_db()
    assert (tour.is_open, second.is_shared) == (True, True)
    assert [seen_by(cast, one) for one in (first, second)] == [EVERYBODY, EVERYBODY]
    assert set(Reading.objects.values_list("shared_at", flat=True)) == {tour.opened_at}


def test_nothing_tells_what_a_sealed_view_says_before_the_round_is_open(cast, dimensions):
    """Drawings, history, story, counts, notices, the past told by events: the leader's own view stays out of all."""
    tour = prepare(cast)
    seal(cast, tour, DIRECTION, {"D1": 2})
    for user in (cast.coordinator, cast.practitioner, cast.leader):
        events = next(one for one in sources_of(cast.trajectory_a, user) if one.name == "lectures").events
        assert [one.kind for one in story_of(cast.trajectory_a, user)] == ["start"]
        assert list(events) == []
    assert crossings_of(cast.trajectory_a).is_empty
    assert history_of(dimensions["D1"], cast.trajectory_a) == []
    assert network_figures()["readings"] == 0
    assert not Notice.objects.filter(key__startswith="reading:").exists()
    seal(cast, tour, ACCOMPANIMENT, {"D1": 4})
    assert crossings_of(cast.trajectory_a).rows[0].levels == {"direction": 2, "accompaniment": 4}
    assert (len(history_of(dimensions["D1"], cast.trajectory_a)), network_figures()["readings"]) == (2, 2)
    opened = Notice.objects.filter(key=f"round:{tour.public_id}:opened")
    assert set(opened.values_list("recipient__email", flat=True)) == {
        cast.users[one].email for one in EVERYBODY - {"coordinator"}
    }


def test_round_waits_for_its_day_and_the_clock_opens_it(cast):
    tour = prepare(cast, opens_on=timezone.localdate() + days(3))
    seal(cast, tour, DIRECTION, {"D1": 2})
    last = seal(cast, tour, ACCOMPANIMENT, {"D1": 4})
    assert (last.is_shared, operations.open_due_rounds()) == (False, 0)
    with time_machine.travel(timezone.now() + days(3)):
        assert (operations.open_due_rounds(), operations.open_due_rounds()) == (1, 0)
    assert Reading.objects.shared().count() == 2


def test_view_has_one_reading_and_only_from_a_place_open_to_the_writer(cast):
    tour = prepare(cast)
    draft = operations.start_round_reading(by=cast.leader, tour=tour, viewpoint=DIRECTION)
    assert operations.start_round_reading(by=cast.leader, tour=tour, viewpoint=DIRECTION) == draft
    with pytest.raises(OperationRefused, match="a commencé à écrire ce regard"):
        operations.start_round_reading(by=cast.board, tour=tour, viewpoint=DIRECTION)
    for user, viewpoint in ((cast.staff, ACCOMPANIMENT), (cast.leader, TEAM), (cast.coordinator, DIRECTION)):
        with pytest.raises(OperationRefused, match="pas écrire ce regard"):
            operations.start_round_reading(by=user, tour=tour, viewpoint=viewpoint)


def test_view_that_a_blind_round_expects_is_not_read_beside_it(cast):
    before = operations.start_reading(
        by=cast.leader, trajectory=cast.trajectory_a, viewpoint=DIRECTION, read_on=timezone.localdate()
    )
    fill(cast.leader, before, {"D1": 3})
    tour = prepare(cast)
    with pytest.raises(OperationRefused, match="Un tour de lecture est en cours"):
        operations.start_reading(
            by=cast.leader, trajectory=cast.trajectory_a, viewpoint=DIRECTION, read_on=timezone.localdate()
        )
    with pytest.raises(OperationRefused, match="Un tour de lecture est en cours"):
        operations.seal_reading(by=cast.leader, reading=before)
    open_views(cast, tour)
    assert operations.seal_reading(by=cast.leader, reading=before).is_shared


def open_views(cast, tour: Round) -> None:
    seal(cast, tour, DIRECTION, {"D1": 2})
    seal(cast, tour, ACCOMPANIMENT, {"D1": 4})


def test_workshop_writes_the_team_s_view_in_the_round_that_waits_for_it(cast):
    tour, workshop = prepare(cast, DIRECTION, TEAM), hold(cast, "D1")
    draft = operations.start_team_reading(by=cast.practitioner, workshop=workshop)
    assert (draft.round, tour.views.get(viewpoint=TEAM).reading) == (tour, draft)


def leave_out(cast, tour: Round, viewpoint: Viewpoint, why: str = "Parti en congé."):
    tour.refresh_from_db()
    view = tour.views.get(viewpoint=viewpoint)
    return operations.leave_out_view(by=cast.practitioner, view=view, expected_version=tour.version, why=why)


def test_view_that_never_came_is_left_out_signed_with_its_reason_and_the_round_opens(cast):
    tour = prepare(cast, DIRECTION, TEAM, ACCOMPANIMENT)
    draft = write(cast, tour, TEAM, {"D1": 5})
    open_views(cast, tour)
    assert not Reading.objects.shared().exists()
    assert leave_out(cast, tour, TEAM).is_open
    view = tour.views.get(viewpoint=TEAM)
    assert (view.left_out_by, view.left_out_why, view.reading) == (cast.practitioner.person, "Parti en congé.", None)
    draft.refresh_from_db()
    assert (draft.round, seen_by(cast, draft)) == (None, {"staff"})
    assert operations.seal_reading(by=cast.staff, reading=draft).is_shared


def test_decision_to_leave_out_never_changes(cast):
    tour = prepare(cast)
    leave_out(cast, tour, DIRECTION)
    left_out = RoundView.objects.filter(viewpoint=DIRECTION)
    for write_again in (lambda: left_out.update(left_out_why="Autre."), left_out.delete):
        with pytest.raises(Error, match="Cannot update or delete rows"), transaction.atomic():
            write_again()


def test_view_is_not_left_out_before_its_day_nor_once_sealed_nor_without_a_reason(cast):
    tour = prepare(cast, opens_on=timezone.localdate() + days(1))
    seal(cast, tour, DIRECTION, {"D1": 2})
    with pytest.raises(OperationRefused, match="à partir du jour prévu"):
        leave_out(cast, tour, ACCOMPANIMENT)
    with time_machine.travel(timezone.now() + days(1)):
        with pytest.raises(OperationRefused, match="n’attend plus"):
            leave_out(cast, tour, DIRECTION)
        with pytest.raises(OperationRefused, match="Dites pourquoi"):
            leave_out(cast, tour, ACCOMPANIMENT, why=" ")
        stale = {"view": tour.views.get(viewpoint=ACCOMPANIMENT), "expected_version": tour.version + 1, "why": "Parti."}
        with pytest.raises(StaleEdit):
            operations.leave_out_view(by=cast.practitioner, **stale)
        assert leave_out(cast, tour, ACCOMPANIMENT).is_open


@pytest.fixture
def opened(cast) -> Round:
    return open_round(cast, {"D1": 2, "D2": 3}, {"D1": 4})


def view_of(tour: Round, viewpoint: Viewpoint) -> Reading:
    return tour.views.get(viewpoint=viewpoint).reading


def test_sealed_view_is_taken_up_once_the_others_agree_and_the_first_one_stays(cast, opened, dimensions):
    first = view_of(opened, DIRECTION)
    before = list(Positioning.objects.filter(reading=first).values())
    asked = operations.ask_reopening(by=cast.leader, reading=first, why="Un fait nous avait échappé.")
    assert not Reading.objects.drafts().exists()
    with pytest.raises(OperationRefused, match="n’attend pas votre accord"):
        operations.agree_reopening(by=cast.staff, reopening=asked)
    operations.agree_reopening(by=cast.practitioner, reopening=asked)
    draft = Reading.objects.drafts().get()
    assert (draft.reopens, draft.round, seen_by(cast, draft)) == (first, opened, {"leader"})
    assert view_of(opened, DIRECTION) == first
    fill(cast.leader, draft, {"D1": 3})
    operations.position(
        by=cast.leader, reading=draft, dimension=dimensions["D2"], facts=operations.PositioningFacts(None)
    )
    again = operations.seal_reading(by=cast.leader, reading=draft)
    assert (again.is_shared, view_of(opened, DIRECTION)) == (True, again)
    assert list(Positioning.objects.filter(reading=first).values()) == before
    crossed = {row.dimension.code: row.levels for row in crossings_of(cast.trajectory_a).rows if row.levels}
    assert crossed == {"D1": {"direction": 3, "accompaniment": 4}}
    told = [(one.level, one.reading.was_taken_up) for one in history_of(dimensions["D1"], cast.trajectory_a)]
    assert sorted(told) == [(2, True), (3, False), (4, False)]


def test_sealed_view_is_not_taken_up_while_the_round_is_blind_nor_twice_nor_by_another(cast, opened):
    first = view_of(opened, DIRECTION)
    for user in (cast.practitioner, cast.board, cast.coordinator):
        with pytest.raises(OperationRefused, match="ne peut pas être demandée"):
            operations.ask_reopening(by=user, reading=first, why="Pour voir.")
    operations.ask_reopening(by=cast.leader, reading=first, why="Un fait.")
    with pytest.raises(OperationRefused, match="ne peut pas être demandée"):
        operations.ask_reopening(by=cast.leader, reading=first, why="Un fait.")
    blind = prepare(cast)
    hidden = seal(cast, blind, DIRECTION, {"D1": 2})
    with pytest.raises(OperationRefused, match="dans un tour ouvert"):
        operations.ask_reopening(by=cast.leader, reading=hidden, why="Un fait.")
    ordinary = operations.start_reading(
        by=cast.staff, trajectory=cast.trajectory_a, viewpoint=TEAM, read_on=timezone.localdate()
    )
    with pytest.raises(OperationRefused, match="dans un tour ouvert"):
        operations.ask_reopening(by=cast.staff, reading=ordinary, why="Un fait.")


def test_who_wrote_both_views_agrees_by_asking(cast):
    tour = prepare(cast, TEAM, ACCOMPANIMENT)
    seal(cast, tour, TEAM, {"D1": 2}, by=cast.practitioner)
    last = seal(cast, tour, ACCOMPANIMENT, {"D1": 2})
    operations.ask_reopening(by=cast.practitioner, reading=last, why="Relu.")
    assert Reading.objects.drafts().get().reopens == last
    with pytest.raises(Error, match="Cannot update or delete rows"), transaction.atomic():
        ReopeningConsent.objects.all().delete()


def test_view_whose_author_left_is_spoken_for_by_who_reads_from_there_today(cast, opened):
    first = view_of(opened, DIRECTION)
    assert [can_speak_for(one, first) for one in (cast.leader, cast.board, cast.staff)] == [True, False, False]
    Membership.objects.filter(person=cast.leader.person).update(until=timezone.localdate())
    assert [can_speak_for(one, first) for one in (cast.leader, cast.board, cast.staff)] == [False, True, False]


def test_round_after_the_end_is_read_on_a_closed_trajectory(cast):
    cast.trajectory_a.closed_on = timezone.localdate() - days(180)
    cast.trajectory_a.save()
    tour = prepare(cast, milestone=Milestone.AFTER_6)
    with pytest.raises(OperationRefused, match="n’est pas de ce temps"):
        prepare(cast, milestone=Milestone.REVIEW)
    open_views(cast, tour)
    assert Reading.objects.shared().count() == 2
    with pytest.raises(OperationRefused):
        operations.start_reading(
            by=cast.leader, trajectory=cast.trajectory_a, viewpoint=DIRECTION, read_on=timezone.localdate()
        )


def reminded() -> set[str]:
    return set(Notice.objects.filter(key__startswith="round-reminder").values_list("recipient__email", flat=True))


def test_those_whose_view_is_waited_for_are_reminded_once_and_nobody_else(cast):
    tour = prepare(cast, opens_on=timezone.localdate() + days(7))
    seal(cast, tour, DIRECTION, {"D1": 2})
    assert (operations.remind_of_rounds(), operations.remind_of_rounds()) == (1, 1)
    assert reminded() == {cast.practitioner.email}
    assert Notice.objects.filter(key__startswith="round-reminder").count() == 1
    assert operations.remind_of_rounds(day=timezone.localdate() + days(3)) == 0


def test_reminders_are_suspended_and_resumed(cast):
    tour = prepare(cast, opens_on=timezone.localdate() + days(7))
    operations.set_round_reminders(by=cast.leader, tour=tour, paused=True)
    assert (operations.remind_of_rounds(), reminded()) == (0, set())
    operations.set_round_reminders(by=cast.leader, tour=tour, paused=False)
    assert operations.remind_of_rounds() == 1
    with pytest.raises(OperationRefused, match="conduisent ce tour"):
        operations.set_round_reminders(by=cast.staff, tour=tour, paused=True)


def test_news_are_not_asked_for_where_a_round_asks_already(cast):
    end = timezone.localdate() - days(200)
    operations.close_trajectory(
        by=cast.practitioner, trajectory=cast.trajectory_a, closed_on=end, reason="alone", review="Un bilan."
    )
    cast.trajectory_a.refresh_from_db()
    with transaction.atomic():
        assert operations.remind_of_news() == 1
        transaction.set_rollback(True)
    prepare(cast, milestone=Milestone.AFTER_6)
    assert operations.remind_of_news() == 0


def test_milestones_follow_the_days_of_the_agreement_then_those_after_the_end(cast):
    def days_of() -> dict[str, object]:
        return {one.milestone: one.on for one in stages_of(cast.trajectory_a, [])}

    start = cast.trajectory_a.started_on
    assert days_of() == {"start": start, "midway": None, "review": None}
    cast.trajectory_a.closed_on = end = timezone.localdate() - days(10)
    assert days_of() == {
        "start": start,
        "midway": None,
        "review": end,
        **{f"after_{months}": months_after(end, months) for months in (6, 12, 24)},
    }


@pytest.mark.parametrize(
    "write_again",
    [
        "INSERT INTO trajectories_reading_authors (reading_id, person_id) SELECT r.id, p.id"
        " FROM trajectories_reading r, accounts_person p WHERE p.id NOT IN"
        " (SELECT person_id FROM trajectories_reading_authors WHERE reading_id = r.id)",
        "DELETE FROM trajectories_reading_authors",
        "UPDATE trajectories_reading SET shared_at = now(), read_on = '2024-07-01'",
        "UPDATE trajectories_reading SET shared_at = NULL",
    ],
)
def test_sealed_view_keeps_its_authors_and_its_sharing_even_in_sql(cast, opened, write_again):
    refused = pytest.raises(Error, match="a sealed reading never changes")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write_again)


def test_draft_is_never_shared_and_what_is_sealed_outside_a_round_always_is(cast):
    draft = write(cast, prepare(cast), DIRECTION, {"D1": 2})
    with pytest.raises(IntegrityError, match="reading_shared_once_sealed"), transaction.atomic():
        Reading.objects.filter(pk=draft.pk).update(shared_at=timezone.now())
    Reading.objects.filter(pk=draft.pk).update(round=None, sealed_at=timezone.now())
    draft.refresh_from_db()
    assert draft.shared_at == draft.sealed_at
