"""What a forged form holds: a value for each column that it does not offer."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from accounts.models import Circle
from tests.factories.cast import Cast
from tests.factories.world import World


def forged(model: type[models.Model], legitimate: set[str], rows_of_b: dict[type[models.Model], Any]) -> dict[str, Any]:
    """A value for each column that the form does not offer, those of B where the column points at something."""
    return dict(_forged(model, legitimate, rows_of_b))


def _forged(model: type[models.Model], legitimate: set[str], rows_of_b: dict) -> Iterator[tuple[str, Any]]:
    for column in model._meta.concrete_fields:
        if column.name in legitimate or column.attname in legitimate:
            continue
        if column.is_relation:
            if target := rows_of_b.get(column.related_model):
                yield from ((column.name, target.pk), (column.attname, target.pk))
        else:
            yield column.name, _forged_value(column)


def _forged_value(column: models.Field) -> Any:
    by_kind: list[tuple[type[models.Field], Any]] = [
        (models.UUIDField, uuid.UUID(int=7)),
        (models.BooleanField, "on"),
        (models.DateTimeField, "2001-01-01T08:00"),
        (models.DateField, "2001-01-01"),
        (models.IntegerField, 4242),
    ]
    return next((value for kind, value in by_kind if isinstance(column, kind)), "pirate")


@dataclass(frozen=True)
class Edit:
    """A form that rewrites a row: what it is sent with, the row, and the columns it may change."""

    address: str
    about: str | None
    by: str
    sent: dict[str, Any]
    row: Callable[[World], models.Model]
    changes: set[str] = field(default_factory=set)
    sent_of: Callable[[World], dict[str, Any]] = lambda world: {}


@dataclass(frozen=True)
class Creation:
    """A form that makes a row, and what its hidden columns hold whatever is sent."""

    address: str
    about: str | None
    by: str
    sent: Callable[[Cast, World], dict[str, Any]]
    model: type[models.Model]
    holds: Callable[[Cast, World], dict[str, Any]]


def rows_of(world: World, cast: Cast) -> dict[type[models.Model], Any]:
    """What a forged reference would point at."""
    known = [world.structure, world.trajectory, world.sealed, world.trial, world.step, world.report, world.report.job]
    known += [world.conversation, world.profile]
    stranger = cast.other_practitioner
    taught = [world.training, world.session, world.session.half_days.first(), world.enrolment]
    rows = [*known, *taught, world.report.file, world.interventions[Circle.TEAM], stranger, stranger.person]
    return {type(row): row for row in rows}
