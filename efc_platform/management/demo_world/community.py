"""What the community writes: its sheets, its experience reports, and what they debate."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from community import operations
from community.models import Contribution, ContributionKind, ExperienceReport, ResourceKind, ResourceStatus
from community.operations import ReportContent, SheetContent
from efc_platform.management.demo_world.world import World

_SHEET = ["title", "intention", "usage", "conditions", "limits", "variants"]
_TEXTS = {one.name for one in fields(ReportContent) if one.type is str}
# Long enough after the last answer to have thought it over.
_DAYS_BEFORE_REVISION = 4


def make_community(world: World, sheets: Iterable[dict[str, Any]], reports: Iterable[dict[str, Any]]) -> None:
    """In the order of time, for a report cites sheets that exist and a contribution leans on what was shared."""
    for row in sorted(sheets, key=lambda one: -one["days_ago"]):
        _sheet(world, row)
    for row in sorted(reports, key=lambda one: -one.get("shared_days_ago", 0)):
        _report(world, row)
    written = [(row["slug"], one) for row in reports for one in row.get("contributions", [])]
    for slug, row in sorted(written, key=lambda one: -one[1]["days_ago"]):
        _contribution(world, world.reports[slug], row)
    _say(world)


def _sheet(world: World, row: dict[str, Any]) -> None:
    texts = {name: row[name] for name in _SHEET if name in row}
    world.resources[row["slug"]] = operations.write_resource(
        by=world.user(row["authors"][0]),
        content=SheetContent(kind=ResourceKind(row["kind"]), status=ResourceStatus(row["status"]), **texts),
        co_authors=world.named(row["authors"][1:]),
        on=world.evening(row["days_ago"]),
    )


def _report(world: World, row: dict[str, Any]) -> None:
    report = operations.write_report(by=world.user(row["authors"][0]), content=_content(world, row))
    world.reports[row["slug"]] = report
    if not row.get("draft"):
        _share(world, report, row)


def _content(world: World, row: dict[str, Any]) -> ReportContent:
    return ReportContent(
        **{name: row[name] for name in _TEXTS if name in row},
        structure=world.structures.get(row.get("structure", "")),
        dimensions=world.dimensions(row["dimensions"]),
        resources=[world.resources[slug] for slug in row.get("resources", [])],
        co_authors=world.named(row["authors"][1:]),
    )


def _share(world: World, report: ExperienceReport, row: dict[str, Any]) -> None:
    operations.share_report(
        by=world.user(row["authors"][0]),
        report=report,
        expected_version=report.version,
        is_about_structure=True,
        consent_on=world.ago(row["consent"]["days_ago"]),
        consent_scope=row["consent"]["scope"],
        on=world.evening(row["shared_days_ago"]),
    )


def _contribution(world: World, report: ExperienceReport, row: dict[str, Any]) -> None:
    made = operations.contribute(
        by=world.user(row["author"]),
        report=report,
        kind=ContributionKind(row["kind"]),
        text=row["text"],
        on=world.evening(row["days_ago"]),
        **_links(world, row),
    )
    for one in row.get("answers", []):
        operations.answer(
            by=world.user(one["author"]), contribution=made, text=one["text"], on=world.evening(one["days_ago"])
        )
    if "revised_text" in row:
        _revise(world, made, row)


def _links(world: World, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "linked_report": world.reports.get(row.get("linked_report", "")),
        "linked_resource": world.resources.get(row.get("linked_resource", "")),
    }


def _revise(world: World, contribution: Contribution, row: dict[str, Any]) -> None:
    last = min(one["days_ago"] for one in [row, *row.get("answers", [])])
    operations.edit_contribution(
        by=world.user(row["author"]),
        contribution=contribution,
        expected_version=contribution.version,
        text=row["revised_text"],
        on=world.evening(last - _DAYS_BEFORE_REVISION),
        **_links(world, row),
    )


def _say(world: World) -> None:
    shared, contributions = ExperienceReport.objects.shared().count(), Contribution.objects.count()
    world.say(f"{shared} retours d’expérience, {contributions} contributions, {len(world.resources)} fiches")
