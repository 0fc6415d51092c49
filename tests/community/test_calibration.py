"""Reading the same stories: composed, opened, read blind, closed once, counted without anybody."""

from datetime import timedelta

import pghistory.models
import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Notice, Role, User
from accounts.personal_data import Leaving
from community import operations
from community.models import (
    Agreement,
    Calibration,
    CalibrationLine,
    CalibrationReading,
    CalibrationTally,
    VignetteAnswer,
)
from community.operations import Answer
from community.personal_data import _forget, _gather
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.calibration import close, compose, count, finish, open_one, read, readers
from trajectories.models import AnswerChoice, FrameworkRemark

# Read alike, three stories; read every which way, the same three.
ALIKE = [1, 3, 5]
EVERY_WAY = [[1, 3, 5], [5, 3, 1], [3, 1, 5], [5, 1, 3], [1, 5, 3], [3, 5, 1]]


@pytest.fixture
def opened(cast) -> Calibration:
    return open_one(cast)


def read_by_six(calibration: Calibration) -> list[User]:
    """D1 alike, D4 every which way."""
    return [finish(one, calibration, {"D1": ALIKE, "D4": way}) for one, way in zip(readers(6), EVERY_WAY, strict=True)]


def agreement_of(calibration: Calibration) -> dict[str, str]:
    return {one.code: one.agreement for one in calibration.parts.all()}


# Composing and opening.


def test_parts_are_in_the_order_of_the_framework(cast):
    made = compose(cast, ["D4", "D1.2", "D1", "D1.1"])
    assert [one.code for one in made.parts.all()] == ["D1", "D1.1", "D1.2", "D4"]


@pytest.mark.parametrize("who", ["practitioner", "trainer", "member", "leader"])
def test_coordination_alone_composes(cast, who):
    version = cast.trajectory_a.framework_version
    with pytest.raises(OperationRefused, match="La coordination compose"):
        operations.compose_calibration(
            by=cast.users[who], version=version, title="?", read=list(version.dimensions.all())[:1]
        )


def test_something_is_read_and_not_too_much(cast):
    version = cast.trajectory_a.framework_version
    for read_there in ([], [*version.dimensions.all(), version.dimensions.earliest("pk").criteria.earliest("pk")]):
        with pytest.raises(OperationRefused) as refusal:
            operations.compose_calibration(by=cast.coordinator, version=version, title="?", read=read_there)
        assert refusal.value.field == "dimensions"


def test_three_stories_at_least_or_chance_decides(cast):
    made = compose(cast, stories=2)
    with pytest.raises(OperationRefused, match="Il faut trois récits au moins"):
        operations.open_calibration(by=cast.coordinator, calibration=made, expected_version=made.version)


def test_story_that_names_somebody_keeps_it_shut(cast, names):
    made = compose(cast)
    story = made.vignettes.first()
    operations.edit_vignette(
        by=cast.coordinator,
        vignette=story,
        expected_version=story.version,
        title="Récit",
        text="Inès Carrel est venue.",
    )
    made.refresh_from_db()
    with pytest.raises(OperationRefused, match="«\u00a0Inès Carrel\u00a0», le nom d’une personne"):
        operations.open_calibration(by=cast.coordinator, calibration=made, expected_version=made.version)
    made.refresh_from_db()
    assert made.is_draft


def test_story_rewritten_since_the_preview_is_read_again(cast):
    made = compose(cast)
    story = made.vignettes.first()
    operations.edit_vignette(by=cast.coordinator, vignette=story, expected_version=1, title="Autre", text="Autre.")
    with pytest.raises(StaleEdit):
        operations.open_calibration(by=cast.coordinator, calibration=made, expected_version=made.version)


def test_once_open_nothing_of_it_changes(cast, opened):
    story = opened.vignettes.first()
    for change in (
        lambda: operations.edit_vignette(
            by=cast.coordinator, vignette=story, expected_version=story.version, title="?", text="?"
        ),
        lambda: operations.remove_vignette(by=cast.coordinator, vignette=story),
        lambda: operations.write_vignette(by=cast.coordinator, calibration=opened, title="?", text="?"),
    ):
        with pytest.raises(OperationRefused, match="déjà ouvert"):
            change()


def test_opening_tells_the_community_and_none_of_its_words(cast, opened):
    told = Notice.objects.filter(key=f"calibration:{opened.public_id}:open")
    assert {one.recipient for one in told} >= {cast.practitioner, cast.trainer, cast.member}
    assert cast.leader not in {one.recipient for one in told}
    assert {one.title for one in told} == {"Des récits à lire, pour un accordage qui vient de s’ouvrir"}


# Reading blind.


def test_story_is_saved_by_itself_and_taken_up_elsewhere(cast, opened):
    first = opened.vignettes.first()
    part = opened.parts.get(place=0)
    answer = {part: Answer(AnswerChoice.SECOND, "à moitié vide")}
    saved = operations.read_vignette(by=cast.practitioner, vignette=first, answers=answer, expected_version=0)
    with pytest.raises(StaleEdit):
        operations.read_vignette(by=cast.practitioner, vignette=first, answers={}, expected_version=0)
    found = VignetteAnswer.objects.get()
    assert (found.choice, found.words, saved.vignette_reading.version) == ("2", "à moitié vide", 1)


def test_level_rests_on_words_of_the_story_and_other_states_on_none(cast, opened):
    first, part = opened.vignettes.first(), opened.parts.get(place=0)
    with pytest.raises(OperationRefused, match="Un repère s’appuie") as refusal:
        operations.read_vignette(
            by=cast.member, vignette=first, answers={part: Answer(AnswerChoice.FIRST, " ")}, expected_version=0
        )
    assert refusal.value.field == f"words-{part.pk}"
    for choice in (AnswerChoice.NOT_APPLICABLE, AnswerChoice.NOT_ENOUGH_EVIDENCE):
        version = 0 if choice == AnswerChoice.NOT_APPLICABLE else 1
        operations.read_vignette(
            by=cast.member, vignette=first, answers={part: Answer(choice)}, expected_version=version
        )
        assert VignetteAnswer.objects.get().choice == choice


@pytest.mark.parametrize("name", ["Sofia Benali", "Nadia Roussel"], ids=["of the network", "of a structure"])
def test_words_that_name_somebody_are_refused(cast, names, opened, name):
    part = opened.parts.get(place=0)
    with pytest.raises(OperationRefused, match=name):
        operations.read_vignette(
            by=cast.member,
            vignette=opened.vignettes.first(),
            answers={part: Answer(AnswerChoice.FIRST, f"comme dit {name}")},
            expected_version=0,
        )


@pytest.mark.parametrize("who", ["coordinator", "leader", "volunteer", "nobody"])
def test_community_alone_reads(cast, opened, who):
    with pytest.raises(OperationRefused, match="dans la communauté"):
        read(cast.users[who], opened, {"D1": ALIKE})


def test_place_that_is_lent_reads_for_nobody(cast, opened):
    cast.practitioner.lent_to = cast.coordinator
    with pytest.raises(OperationRefused):
        read(cast.practitioner, opened, {"D1": ALIKE})


def test_finished_reading_changes_no_more(cast, opened):
    finish(cast.member, opened, {"D1": [1, None, "not_applicable"]})
    with pytest.raises(OperationRefused, match="ne change plus"):
        read(cast.member, opened, {"D1": ALIKE})


def test_nobody_finishes_before_reading(cast, opened):
    with pytest.raises(OperationRefused, match="Lisez au moins un récit"):
        operations.finish_calibration(by=cast.member, calibration=opened)


def test_closing_while_somebody_writes_keeps_what_they_typed_uncounted(cast, opened):
    read_by_six(opened)
    close(cast, opened)
    part, first = opened.parts.get(place=0), opened.vignettes.first()
    saved = operations.read_vignette(
        by=cast.member, vignette=first, answers={part: Answer(AnswerChoice.FIFTH, "ces mots")}, expected_version=0
    )
    assert not saved.is_counted
    assert VignetteAnswer.objects.filter(
        vignette_reading__reading__reader=cast.member.person, words="ces mots"
    ).exists()
    assert CalibrationTally.objects.get(part=part, vignette=first).tally["5"] == 0
    with pytest.raises(OperationRefused, match="ce que vous avez lu vous reste"):
        operations.finish_calibration(by=cast.member, calibration=opened)


# Closing and counting.


def test_under_five_nothing_is_kept_but_that(cast, opened):
    for one, way in zip(readers(4), EVERY_WAY, strict=False):
        finish(one, opened, {"D4": way})
    # A fifth has begun, and not finished.
    read(cast.member, opened, {"D4": ALIKE})
    close(cast, opened)
    assert (opened.finished, opened.is_counted, opened.is_told) == (4, True, False)
    assert not CalibrationTally.objects.exists()
    assert not FrameworkRemark.objects.exists()
    assert agreement_of(opened) == {"D1": "", "D4": ""}


def test_five_are_told_story_by_story_without_anybody(cast, opened):
    people = read_by_six(opened)
    close(cast, opened)
    assert (opened.finished, agreement_of(opened)) == (6, {"D1": Agreement.SAME, "D4": Agreement.DIFFERENT})
    first = opened.vignettes.first()
    counts = CalibrationTally.objects.get(vignette=first, part__dimension__code="D4").counts
    assert [counts[one] for one in counts] == [2, 0, 2, 0, 2, 0, 0]
    lines = CalibrationLine.objects.filter(tally__vignette=first, tally__part__dimension__code="D4")
    assert {one.text for one in lines} == {f"mots de {one.pk}" for one in people}
    assert [one.name for one in CalibrationLine._meta.fields] == ["id", "tally", "text"]


def test_what_was_left_unread_counts_for_nothing(cast, opened):
    """Four of the six read the first story for D1: it is told nothing of; what has no level is told apart."""
    for rank, one in enumerate(readers(6)):
        finish(one, opened, {"D1": [1 if rank < 4 else None, "not_applicable" if rank < 2 else 3, 5]})
    close(cast, opened)
    told = {one.vignette.place: one for one in CalibrationTally.objects.filter(part__dimension__code="D1")}
    assert sorted(told) == [1, 2]
    assert told[1].without_level == 2
    assert agreement_of(opened)["D1"] == Agreement.UNSAYABLE


def test_wording_read_in_different_ways_opens_one_remark_in_the_name_of_whoever_closed(cast, opened):
    read_by_six(opened)
    close(cast, opened)
    job = Job.objects.get(key=f"calibration_counting:{opened.public_id}")
    operations.close_calibration(by=cast.coordinator, calibration=opened)
    run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job.pk)
    remark = FrameworkRemark.objects.get()
    assert (remark.author, remark.key) == (cast.coordinator.person, opened.parts.get(dimension__code="D4").on.key)
    assert remark.calibration_part.calibration == opened
    assert "«\u00a0Récit 1\u00a0»\u00a0: 2 Déjà-là, 2 Expérimentation, 2 Coopération élargie." in remark.text
    assert "6 personnes" in remark.text
    assert CalibrationTally.objects.count() == 6


def test_criterion_read_in_different_ways_opens_its_own_remark(cast):
    made = open_one(cast, ["D1.2"])
    for one, way in zip(readers(6), EVERY_WAY, strict=True):
        finish(one, made, {"D1.2": way})
    close(cast, made)
    remark = FrameworkRemark.objects.get()
    assert (remark.part, remark.key) == ("critere", "D1.2")


def test_clock_closes_the_day_after_in_the_name_of_whoever_composed(cast):
    made = open_one(cast, closes_on=timezone.localdate())
    read_by_six(made)
    assert operations.close_due_calibrations() == 0
    assert operations.close_due_calibrations(today=timezone.localdate() + timedelta(days=1)) == 1
    assert operations.close_due_calibrations(today=timezone.localdate() + timedelta(days=1)) == 0
    count(made)
    assert (made.closed_by, FrameworkRemark.objects.get().author) == (None, cast.coordinator.person)


def test_composer_who_left_signs_no_remark(cast):
    made = open_one(cast, closes_on=timezone.localdate())
    read_by_six(made)
    User.objects.filter(pk=cast.coordinator.pk).update(is_active=False)
    operations.close_due_calibrations(today=timezone.localdate() + timedelta(days=1))
    count(made)
    assert agreement_of(made)["D4"] == Agreement.DIFFERENT
    assert not FrameworkRemark.objects.exists()


def test_it_never_opens_again(cast, opened):
    close(cast, opened)
    with pytest.raises(OperationRefused):
        operations.open_calibration(by=cast.coordinator, calibration=opened, expected_version=opened.version)


def test_count_that_failed_is_asked_again(cast, opened):
    operations.close_calibration(by=cast.coordinator, calibration=opened)
    job = Job.objects.get(key=f"calibration_counting:{opened.public_id}")
    Job.objects.filter(pk=job.pk).update(state="failed", error="?", finished_at=timezone.now())
    operations.close_calibration(by=cast.coordinator, calibration=opened)
    count(opened)
    assert opened.is_counted


# Nobody but the person.


def test_history_holds_nothing_of_who_read(cast, opened):
    """What is never tracked cannot leak: no event of any table names a reader or holds what they chose."""
    people = read_by_six(opened)
    close(cast, opened)
    untracked = (CalibrationReading, VignetteAnswer, CalibrationTally, CalibrationLine)
    assert [one for one in untracked if hasattr(one, "pgh_event_model")] == []
    since = pghistory.models.Events.objects.filter(pgh_model__startswith="community.Calibration")
    said = " ".join(str(one.pgh_data) for one in since)
    assert said
    assert [one for one in people if f'"{one.person_id}"' in said or f"mots de {one.pk}" in said] == []
    columns = {one.name for model in untracked for one in model._meta.fields}
    assert {name for name in columns if name.endswith(("_at", "_on"))} == set()


def test_archive_holds_ones_own_readings_and_nobody_elses(cast, opened):
    people = read_by_six(opened)
    close(cast, opened)
    tables = {one.heading: one for one in _gather(people[0])}
    mine = tables["Vos lectures dans les accordages"].rows
    assert len(mine) == 6
    assert {row["words"] for row in mine} == {f"mots de {people[0].pk}"}
    assert (mine[0]["vignette"], mine[0]["choice"]) == ("Récit 1", "premier repère")


@pytest.mark.parametrize("withdraws", [True, False])
def test_forgotten_reader_leaves_the_counts_and_no_link(cast, opened, withdraws):
    people = read_by_six(opened)
    close(cast, opened)
    gone = people[0]
    counts = list(CalibrationTally.objects.order_by("pk").values_list("tally", flat=True))
    _forget(Leaving(gone.person, gone, "Nom", frozenset(), withdraws_texts=withdraws))
    assert not CalibrationReading.objects.filter(reader=gone.person).exists()
    assert CalibrationReading.objects.count() == 5
    assert list(CalibrationTally.objects.order_by("pk").values_list("tally", flat=True)) == counts
    assert CalibrationLine.objects.filter(text=f"mots de {gone.pk}").exists() is not withdraws


def test_reader_forgotten_while_it_is_open_is_not_counted(cast, opened):
    people = read_by_six(opened)
    _forget(Leaving(people[0].person, people[0], "Nom", frozenset(), withdraws_texts=False))
    close(cast, opened)
    assert opened.finished == 5


def test_whoever_left_the_community_reads_no_more(cast, opened):
    read(cast.member, opened, {"D1": ALIKE})
    cast.member.role_grants.filter(role=Role.MEMBER).update(until=timezone.localdate() - timedelta(days=1))
    left = User.objects.get(pk=cast.member.pk)
    with pytest.raises(OperationRefused), transaction.atomic():
        read(left, opened, {"D1": ALIKE})
