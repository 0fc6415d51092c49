"""Two people at once: whoever has finished before the closing is counted, whoever comes after is told."""

import threading

import pytest
from django.db import connection

from community import operations
from community.models import CalibrationReading, VignetteReading
from community.operations import Answer
from efc_platform.shared.errors import OperationRefused
from tests.factories.calibration import compose, count, finish, open_one, read, readers
from trajectories.models import AnswerChoice, FrameworkRemark

pytestmark = pytest.mark.usefixtures("transactional_db")
EVERY_WAY = [[1, 3, 5], [5, 3, 1], [3, 1, 5], [5, 1, 3], [1, 5, 3]]


def at_once(*acts) -> list[str]:
    """Each in its own connection; what was refused."""
    refused: list[str] = []

    def run(act) -> None:
        try:
            act()
        except OperationRefused as refusal:
            refused.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    return refused


def test_finishing_while_it_is_closed_is_counted_or_refused(cast):
    opened = open_one(cast, ["D4"])
    for one, way in zip(readers(5), EVERY_WAY, strict=True):
        finish(one, opened, {"D4": way})
    read(cast.member, opened, {"D4": EVERY_WAY[0]})
    refused = at_once(
        lambda: operations.close_calibration(by=cast.coordinator, calibration=opened),
        lambda: operations.finish_calibration(by=cast.member, calibration=opened),
        lambda: operations.close_calibration(by=cast.coordinator, calibration=opened),
    )
    count(opened)
    finished = CalibrationReading.objects.filter(is_finished=True).count()
    assert opened.finished == finished == 6 - len(refused)
    assert FrameworkRemark.objects.count() == 1


def test_two_devices_that_save_at_once_make_one_reading(cast):
    opened = open_one(cast, ["D4"])
    part, story = opened.parts.get(), opened.vignettes.first()

    def save(words: str) -> None:
        answers = {part: Answer(AnswerChoice.THIRD, words)}
        operations.read_vignette(by=cast.member, vignette=story, answers=answers, expected_version=0)

    refused = at_once(lambda: save("un bout"), lambda: save("un autre"))
    assert refused == ["Vous avez enregistré ce récit depuis un autre appareil ou un autre onglet."]
    assert VignetteReading.objects.get().answers.count() == 1


def test_story_rewritten_while_it_opens_is_never_read_as_it_was_not_checked(cast):
    made = compose(cast)
    story = made.vignettes.first()
    at_once(
        lambda: operations.open_calibration(by=cast.coordinator, calibration=made, expected_version=made.version),
        lambda: operations.edit_vignette(
            by=cast.coordinator, vignette=story, expected_version=1, title="Récit", text="Écrivez à qui@essai.example."
        ),
    )
    made.refresh_from_db()
    story.refresh_from_db()
    assert made.is_draft or "@" not in story.text
