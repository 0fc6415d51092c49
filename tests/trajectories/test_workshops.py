"""A room answers without a name: what is counted, what is told, what is erased, and who may do what."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.operations import apply_retention
from accounts.personal_data import PARTS
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.database import rows_of_the_database
from tests.factories.cast import Cast
from tests.factories.trajectories import ReadingFactory
from tests.factories.workshops import answer, hold
from trajectories import operations
from trajectories.models import (
    CODE_LETTERS,
    AnswerChoice,
    QuestionState,
    Reading,
    Viewpoint,
    Workshop,
    WorkshopAnswer,
    WorkshopLine,
    WorkshopQuestion,
)
from trajectories.pictures import answers_of, said_in_workshop
from trajectories.story import story_of

PASS = AnswerChoice.PASS
ROOM = {"1": 2, "2": 2, "3": 1, "not_applicable": 0, "not_enough_evidence": 1, "4": 0, "5": 0}


@pytest.fixture
def workshop(cast: Cast) -> Workshop:
    """On two dimensions, the first open."""
    return hold(cast, "D3", "D1", is_open=True)


@pytest.fixture
def closed(cast: Cast, workshop: Workshop) -> Callable[..., WorkshopQuestion]:
    """The first question, closed once each of these choices was given by a phone of its own."""

    def close(*choices: str, **lines: str) -> WorkshopQuestion:
        for rank, choice in enumerate(choices):
            answer(workshop, f"phone-{rank}", choice, lines.get(f"line_{rank}", ""))
        operations.close_question(by=cast.practitioner, workshop=workshop, expected_version=2)
        return workshop.questions.get(place=0)

    return close


def refused(act: Callable, **arguments) -> str:
    with pytest.raises(OperationRefused) as refusal, transaction.atomic():
        act(**arguments)
    return refusal.value.message


def test_dimensions_are_asked_in_the_order_that_was_given(cast, workshop):
    assert [one.dimension.code for one in workshop.questions.all()] == ["D3", "D1"]
    assert (workshop.held_on, workshop.closes_at - timezone.now() <= timedelta(hours=12)) == (
        timezone.localdate(),
        True,
    )


def test_codes_are_long_unlike_each_other_and_without_letters_that_are_mistaken(cast):
    codes = {hold(cast, "D1").code for _ in range(20)}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set(CODE_LETTERS)
    assert set("01OIL") & set(CODE_LETTERS) == set()


@pytest.mark.parametrize("expected", [3, 4])
def test_under_five_there_is_no_code_and_no_question_opens(cast, expected):
    held = hold(cast, "D1", expected=expected)
    assert (held.code, held.key, held.is_by_phone) == (None, None, False)
    told = refused(operations.open_question, by=cast.practitioner, workshop=held, expected_version=1)
    assert told.startswith("À moins de cinq, on se parle")


@pytest.mark.parametrize(
    "name", ["leader", "board", "staff", "coordinator", "other_practitioner", "former_practitioner"]
)
def test_only_those_who_accompany_hold_one(cast, workshop, dimensions, name):
    user = cast.users[name]
    facts = {"trajectory": cast.trajectory_a, "dimensions": [dimensions["D1"]], "expected": 8}
    assert "accompagnent" in refused(operations.open_workshop, by=user, **facts)
    for move in (operations.open_question, operations.close_question, operations.next_question):
        assert "accompagnent" in refused(move, by=user, workshop=workshop, expected_version=2)
    assert "accompagnent" in refused(operations.end_workshop, by=user, workshop=workshop)


def test_closed_trajectory_takes_no_workshop(cast, dimensions):
    cast.trajectory_a.closed_on = timezone.localdate()
    cast.trajectory_a.save()
    told = refused(
        operations.open_workshop,
        by=cast.practitioner,
        trajectory=cast.trajectory_a,
        dimensions=[dimensions["D1"]],
        expected=8,
    )
    assert "on n’y tient plus d’atelier" in told


def test_phone_that_answers_again_changes_its_answer(workshop):
    answer(workshop, "phone", "2")
    answer(workshop, "phone", "4", "Le tri à deux.")
    only = WorkshopAnswer.objects.get()
    assert (only.choice, only.line) == ("4", "Le tri à deux.")


def test_two_answers_of_one_phone_have_nothing_in_common(cast, workshop):
    answer(workshop, "phone", "2")
    first = WorkshopAnswer.objects.get().phone
    operations.close_question(by=cast.practitioner, workshop=workshop, expected_version=2)
    operations.next_question(by=cast.practitioner, workshop=workshop, expected_version=3)
    operations.open_question(by=cast.practitioner, workshop=workshop, expected_version=4)
    answer(workshop, "phone", "2", place=1)
    assert WorkshopAnswer.objects.get().phone != first


def test_answers_become_counts_and_are_gone(closed):
    question = closed("1", "1", "2", "2", "3", "not_enough_evidence", "pass")
    assert (question.state, question.answered, question.tally) == (QuestionState.CLOSED, 7, ROOM)
    assert WorkshopAnswer.objects.count() == 0


@pytest.mark.parametrize("choices", [["2"] * 4, ["2", "2", "2", "2", PASS, PASS, PASS], []])
def test_under_five_who_took_a_stand_nothing_is_kept(closed, choices):
    """Whoever passed answered, and took no stand."""
    question = closed(*choices, line_0="Un fait qui désignerait quelqu’un.")
    assert (question.answered, question.tally, question.counts) == (len(choices), None, {})
    assert answers_of(question, list(question.dimension.framework_version.levels.all())) is None
    assert WorkshopLine.objects.count() == 0
    assert WorkshopAnswer.objects.count() == 0


def test_drawing_tells_counts_and_no_figure_that_sums_them_up(closed):
    question = closed("1", "1", "2", "2", "3", "not_enough_evidence", "pass")
    levels = list(question.dimension.framework_version.levels.all())
    picture = answers_of(question, levels)
    assert picture.table.rows == (
        *((level.name, number) for level, number in zip(levels, ["2", "2", "1", "0", "0"], strict=True)),
        ("Sans objet", "0"),
        ("Pas assez d’éléments", "1"),
    )
    drawn = re.findall(r">(\d+)<", picture.svg())
    assert drawn == ["2", "2", "1", "0", "0", "0", "1"]


def test_lines_are_kept_in_an_order_that_is_nobodys(closed):
    said = {f"line_{rank}": f"Fait {rank}" for rank in range(9)}
    question = closed(*["2"] * 9, **said)
    keys = [str(one.pk) for one in question.lines.all()]
    assert {one.text for one in question.lines.all()} == set(said.values())
    assert keys == sorted(keys)
    assert {key[14] for key in keys} == {"4"}, "drawn at random"


def test_closed_question_takes_no_answer_and_never_opens_again(cast, workshop, closed):
    question = closed("1", "1", "2", "2", "3")
    assert refused(answer, workshop=workshop, token="late", choice="5").startswith("Cette question est close")
    refused(operations.open_question, by=cast.practitioner, workshop=workshop, expected_version=3)
    question.refresh_from_db()
    assert (question.state, question.counts[AnswerChoice.FIFTH]) == (QuestionState.CLOSED, 0)


def test_question_that_is_not_on_the_wall_takes_no_answer(workshop):
    assert refused(answer, workshop=workshop, token="early", choice="5", place=1).startswith("Cette question est close")
    assert refused(answer, workshop=workshop, token="early", choice="5", place=9).startswith("Cette question est close")


def test_room_takes_twice_the_answers_that_were_expected_and_no_more(cast):
    held = hold(cast, "D1", expected=5, is_open=True)
    for rank in range(10):
        answer(held, f"phone-{rank}", "2")
    assert refused(answer, workshop=held, token="phone-10", choice="2").startswith("Il y a déjà deux fois plus")
    answer(held, "phone-9", "3")
    assert WorkshopAnswer.objects.count() == 10


def test_two_who_hold_it_at_once_go_on_once(cast, workshop):
    operations.close_question(by=cast.practitioner, workshop=workshop, expected_version=2)
    for move in (operations.close_question, operations.next_question):
        with pytest.raises(StaleEdit):
            move(by=cast.practitioner, workshop=workshop, expected_version=2)


def test_open_question_is_closed_before_the_next_comes(cast, workshop):
    told = refused(operations.next_question, by=cast.practitioner, workshop=workshop, expected_version=2)
    assert told.startswith("Cette question est encore ouverte")


def test_question_that_was_not_asked_may_be_passed_over(cast):
    held = hold(cast, "D1", "D2")
    operations.next_question(by=cast.practitioner, workshop=held, expected_version=1)
    held.refresh_from_db()
    assert held.place == 1
    operations.next_question(by=cast.practitioner, workshop=held, expected_version=2)
    held.refresh_from_db()
    assert held.place == 1, "the last stays on the wall"


def test_end_counts_what_was_open_and_erases_code_and_key(cast, workshop):
    for rank in range(5):
        answer(workshop, f"phone-{rank}", "2")
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    again = operations.end_workshop(by=cast.practitioner, workshop=workshop)
    workshop.refresh_from_db()
    assert (workshop.code, workshop.key, again.version) == (None, None, workshop.version)
    assert workshop.questions.get(place=0).counts[AnswerChoice.SECOND] == 5
    assert WorkshopAnswer.objects.count() == 0
    assert refused(answer, workshop=workshop, token="late", choice="2").startswith("Cette question est close")


def test_workshop_that_ended_cannot_keep_its_code(workshop):
    with pytest.raises(IntegrityError, match="workshop_ends_with_its_code"):
        Workshop.objects.filter(pk=workshop.pk).update(ended_at=timezone.now())


def test_forgotten_workshop_opens_nothing_after_twelve_hours_and_is_ended_by_the_night(workshop):
    for rank in range(5):
        answer(workshop, f"phone-{rank}", "2")
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert not Workshop.objects.running().exists()
        assert refused(answer, workshop=workshop, token="late", choice="2").startswith("Cette question est close")
        lines = {line["name"]: line["number"] for line in apply_retention().lines}
        assert lines["workshops"] == 1
        assert {line["name"]: line["number"] for line in apply_retention().lines}["workshops"] == 0
    workshop.refresh_from_db()
    assert (workshop.code, workshop.questions.get(place=0).answered) == (None, 5)


def test_running_workshop_is_left_by_the_night(workshop):
    with time_machine.travel(timezone.now() + timedelta(hours=11)):
        apply_retention()
    workshop.refresh_from_db()
    assert workshop.ended_at is None


def test_no_row_tells_a_phone_a_moment_or_an_order(cast, workshop):
    """Neither the token, nor the time, nor a number that grows; and nothing of it in any history."""
    held = {column.name for column in WorkshopAnswer._meta.concrete_fields}
    assert held == {"phone", "question", "choice", "line"}
    before = "\n".join(rows_of_the_database())
    answer(workshop, "the-token-of-this-phone", "2", "Une ligne que rien ne garde ailleurs.")
    added = [row for row in rows_of_the_database() if row not in before]
    assert len(added) == 1
    assert "the-token-of-this-phone" not in added[0]
    histories = {model.__name__ for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    assert {name for name in histories if name.startswith("Workshop")} == {"WorkshopEvent"}
    kept = {column.name for column in apps.get_model("trajectories", "WorkshopEvent")._meta.concrete_fields}
    assert kept & {"code", "key"} == set()


def test_line_that_names_somebody_is_taken_away_by_those_who_accompany(cast, closed):
    line = closed("2", "2", "2", "2", "2", line_0="Paul ne dit rien.").lines.get()
    assert "accompagnent" in refused(operations.drop_workshop_line, by=cast.leader, line=line)
    operations.drop_workshop_line(by=cast.practitioner, line=line)
    assert WorkshopLine.objects.count() == 0


@pytest.mark.parametrize("name", ["practitioner", "staff", "volunteer"])
def test_team_reading_begins_empty_beside_what_was_said(cast, workshop, closed, dimensions, name):
    closed("1", "1", "2", "2", "3", line_0="Le tri à deux.")
    draft = operations.start_team_reading(by=cast.users[name], workshop=workshop)
    assert (draft.viewpoint, draft.is_sealed, draft.positionings.count()) == (Viewpoint.TEAM, False, 0)
    levels = list(cast.trajectory_a.framework_version.levels.all())
    said = said_in_workshop(draft, dimensions["D3"], levels)
    assert ([line.text for line in said.lines], said.picture.numbers[:3]) == (["Le tri à deux."], (2, 2, 1))
    assert said_in_workshop(draft, dimensions["D9"], levels) is None


def test_other_reading_stands_beside_no_workshop(cast, workshop, closed, dimensions):
    closed("1", "1", "2", "2", "3")
    draft = ReadingFactory(trajectory=cast.trajectory_a, viewpoint=Viewpoint.TEAM)
    assert said_in_workshop(draft, dimensions["D3"], list(draft.framework_version.levels.all())) is None


def test_workshop_gives_one_team_reading(cast, workshop):
    first = operations.start_team_reading(by=cast.staff, workshop=workshop)
    assert operations.start_team_reading(by=cast.staff, workshop=workshop) == first
    told = refused(operations.start_team_reading, by=cast.practitioner, workshop=workshop)
    assert "a commencé à écrire cette lecture" in told
    assert Reading.objects.count() == 1


@pytest.mark.parametrize("name", ["leader", "board", "coordinator", "other_practitioner"])
def test_nobody_else_writes_the_reading_of_the_team(cast, workshop, name):
    told = refused(operations.start_team_reading, by=cast.users[name], workshop=workshop)
    assert told == "Vous ne pouvez pas écrire la lecture de l’équipe."


def test_workshop_is_in_the_story_once_it_is_over(cast, workshop, dimensions):
    def told(viewer, **asked):
        return [one.title for one in story_of(cast.trajectory_a, viewer, **asked) if one.kind == "workshop"]

    assert told(cast.leader) == []
    operations.end_workshop(by=cast.practitioner, workshop=workshop)
    held = ["Atelier de lecture de l’équipe"]
    assert (told(cast.leader), told(cast.coordinator)) == (held, [])
    assert told(cast.leader, dimension=dimensions["D3"]) == held
    assert told(cast.leader, dimension=dimensions["D2"]) == []


def test_archive_says_which_workshops_one_held_and_nothing_of_the_answers(cast, workshop, closed):
    closed("2", "2", "2", "2", "2", line_0="Une ligne.")
    tables = {one.heading: one for one in PARTS["trajectories"].gather(cast.practitioner)}
    assert "Ateliers de lecture que vous avez tenus" in tables
    assert "Une ligne." not in str(list(tables.values()))
