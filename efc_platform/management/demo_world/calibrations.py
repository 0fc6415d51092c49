"""Reading the same stories: an exercise that is closed, with words to debate, one being read, one being composed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from accounts.models import User
from community import operations
from community.models import Calibration, CalibrationPart, Vignette
from community.operations import Answer
from efc_platform.backstage.operations import claim
from efc_platform.management.demo_world.world import World
from trajectories.models import AnswerChoice, Criterion, Dimension, FrameworkRemark


def make_calibrations(world: World, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        made = _compose(world, row)
        if row.get("is_draft"):
            continue
        made = operations.open_calibration(
            by=world.user("coordination"),
            calibration=made,
            expected_version=made.version,
            on=world.evening(row["opened_days_ago"]),
        )
        for rank, (key, found) in enumerate(row["readings"].items()):
            _read(world.user(key), made, row["stories"], found, rank)
        for key in row["finished"]:
            operations.finish_calibration(by=world.user(key), calibration=made)
        if "closed_days_ago" in row:
            _close(world, made, row["closed_days_ago"])


def _compose(world: World, row: Mapping[str, Any]) -> Calibration:
    by = world.user("coordination")
    read: list[Dimension | Criterion] = list(world.dimensions(row["read"]))
    read += Criterion.objects.filter(dimension__framework_version=world.framework, code__in=row["read"])
    closes_on = world.today + timedelta(days=row["closes_in_days"]) if "closes_in_days" in row else None
    made = operations.compose_calibration(
        by=by, version=world.framework, title=row["title"], read=read, closes_on=closes_on
    )
    for story in row["stories"]:
        operations.write_vignette(by=by, calibration=made, title=story["title"], text=story["text"])
    made.refresh_from_db()
    return made


def _read(
    by: User, made: Calibration, stories: list[Mapping[str, Any]], found: Mapping[str, list[Any]], rank: int
) -> None:
    parts = {one.code: one for one in made.parts.all()}
    for place, vignette in enumerate(made.vignettes.all()):
        quotes = stories[place]["quotes"]
        answers = {
            parts[code]: _answer(given[place], quotes[code], rank)
            for code, given in found.items()
            if given[place] is not None
        }
        _save(by, vignette, answers)


def _answer(found: int | str, quotes: list[str], rank: int) -> Answer:
    return Answer(AnswerChoice(str(found)), quotes[rank % len(quotes)] if isinstance(found, int) else "")


def _save(by: User, vignette: Vignette, answers: Mapping[CalibrationPart, Answer]) -> None:
    if answers:
        operations.read_vignette(by=by, vignette=vignette, answers=answers, expected_version=0)


def _close(world: World, made: Calibration, days_ago: int) -> None:
    """Counted here and now; then the days go by."""
    closed = operations.close_calibration(by=world.user("coordination"), calibration=made)
    if closed.job and (job := claim(job_id=closed.job.pk)):
        operations.count_calibration(job=job)
    evening = world.evening(days_ago)
    Calibration.objects.filter(pk=made.pk).update(closed_at=evening, counted_at=evening)
    FrameworkRemark.objects.filter(calibration_part__calibration=made).update(written_at=evening)
