"""Around the trajectories: who runs the network, what is said in a cohort, who pays, who stands in for whom."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.operations import present_organisation
from efc_platform.management.demo_world.world import World, moment, months_ago
from structures import operations
from structures.models import Accompaniment, Structure


def make_travelling(world: World, rows: Mapping[str, Any]) -> None:
    present_organisation(by=world.user("coordination"), expected_version=0, **rows["organisation"])
    for one in rows["cohorts"]:
        _speak(world, one)
    for one in rows["funding"]:
        _fund(world, one)
    _share_the_work(world, rows)
    _leave_the_lists(world, rows["archived"])
    _say_nothing(world, rows["silent"])


def _speak(world: World, row: Mapping[str, Any]) -> None:
    cohort = world.cohorts[row["cohort"]]
    operations.edit_cohort(
        by=world.user("coordination"),
        cohort=cohort,
        expected_version=cohort.version,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        presentation=row["presentation"],
    )
    for said in row["messages"]:
        at = moment(world.ago(said["days_ago"]), "17:40")
        operations.write_to_cohort(by=world.user(said["from"]), cohort=cohort, text=said["text"], on=at)


def _fund(world: World, row: Mapping[str, Any]) -> None:
    by, since = world.user("coordination"), months_ago(row["months_ago"], world.today)
    funding = operations.open_funding(
        by=by,
        name=row["name"],
        funder=row["funder"],
        purpose=row.get("purpose", ""),
        reference=row.get("reference", ""),
        starts_on=since,
        ends_on=months_ago(row["months_ago"] - row["lasts_months"], world.today),
        days=Decimal(str(row["days"])),
    )
    operations.attach_to_funding(
        by=by,
        funding=funding,
        since=since,
        structures=[world.structures[slug] for slug in row.get("structures", [])],
        cohorts=[world.cohorts[key] for key in row.get("cohorts", [])],
    )


def _share_the_work(world: World, rows: Mapping[str, Any]) -> None:
    by = world.user("coordination")
    for slug, foreseen in rows["days"].items():
        for key, days in foreseen.items():
            operations.set_days(by=by, accompaniment=_held(world, slug, key), days=Decimal(str(days)))
    for one in rows["absences"]:
        since, until = (world.today + timedelta(days=one[name]) for name in ("from_days", "to_days"))
        held = _held(world, one["structure"], one["of"])
        operations.stand_in(by=by, accompaniment=held, practitioner=world.people[one["by"]], since=since, until=until)
    _leave_notes(world, rows["notes"])


def _leave_notes(world: World, rows: Iterable[Mapping[str, Any]]) -> None:
    for one in rows:
        held = _held(world, one["structure"], one["by"])
        operations.write_handover(by=world.user(one["by"]), accompaniment=held, note=one["text"], expected_version=0)


def _held(world: World, slug: str, key: str) -> Accompaniment:
    return world.structures[slug].accompaniments.current().get(practitioner=world.people[key])


def _leave_the_lists(world: World, row: Mapping[str, Any]) -> None:
    by = world.user("coordination")
    made = operations.open_structure(by=by, name=row["name"], sector=row["sector"])
    operations.archive_structure(by=by, structure=made, reason=row["reason"])


def _say_nothing(world: World, row: Mapping[str, Any]) -> None:
    """Entrusted to somebody months ago, and nothing was noted since."""
    by, since = world.user("coordination"), months_ago(row["months_ago"], world.today)
    made = operations.open_structure(by=by, name=row["name"], sector=row["sector"])
    operations.appoint_practitioner(
        by=by, structure=made, practitioner=world.people[row["practitioner"]], is_lead=True, since=since
    )
    # Its sheet was opened that day too.
    Structure.objects.filter(pk=made.pk).update(created_at=moment(since, "10:00"))
