"""The structures, their people, who accompanies them, and the cohorts they travel with."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from efc_platform.management.demo_world.people import identity, make_account
from efc_platform.management.demo_world.world import World, months_ago
from structures import operations
from structures.models import LocalRole, Structure

_SHEET = [
    *("name", "acronym", "legal_form", "siret", "rna", "ape_code", "accreditations", "networks"),
    *("sector", "functional_sphere", "territory_of_action", "presentation"),
]


def make_structure(world: World, row: dict[str, Any]) -> None:
    by, commune = world.user("coordination"), row["commune"]
    structure = operations.open_structure(
        by=by,
        **{name: row[name] for name in _SHEET if name in row},
        siren=row.get("siret", "")[:9],
        founded_in=row["created_year"],
        commune_name=commune["name"],
        commune_code=str(commune["insee_code"]),
        postcode=str(commune["postcode"]),
        department=commune["department"],
        region=commune["region"],
    )
    world.structures[row["slug"]] = structure
    now = {"years_ago": 0, "employees": row["employees"], "volunteers": row["volunteers"]}
    for year in [*row.get("figures", []), now]:
        given = {name: value for name, value in year.items() if name != "years_ago"}
        operations.record_yearly_figures(by=by, structure=structure, year=world.today.year - year["years_ago"], **given)
    _members(world, structure, row)
    _accompaniments(world, structure, row["accompaniments"])


def _members(world: World, structure: Structure, row: dict[str, Any]) -> None:
    since = months_ago(row["trajectory"]["started_months_ago"] + 6, world.today)
    for member in row["members"]:
        place = operations.add_member(
            by=world.user("coordination"),
            structure=structure,
            role=LocalRole(member["role"]),
            function=member.get("function", ""),
            presides=member.get("presides", False),
            phone=member.get("phone", ""),
            since=since,
            **identity(member),
        )
        world.people[member["key"]] = place.person
        if member.get("contact"):
            operations.set_usual_contact(by=world.user("coordination"), membership=place, is_contact=True)
        if member.get("email"):
            make_account(world, member["key"], person=place.person, email=member["email"])


def _accompaniments(world: World, structure: Structure, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        operations.appoint_practitioner(
            by=world.user("coordination"),
            structure=structure,
            practitioner=world.people[row["practitioner"]],
            is_lead=row["lead"],
            since=months_ago(row["from_months_ago"], world.today),
        )


def make_twins(world: World, rows: Iterable[dict[str, Any]]) -> None:
    """Each in the commune of the structure that it is another sheet of."""
    by = world.user("coordination")
    for row in rows:
        known = world.structures[row["of"]]
        place = {
            name: getattr(known, name) for name in ("commune_name", "commune_code", "postcode", "department", "region")
        }
        said = {name: row[name] for name in ("name", "sector", "networks") if name in row}
        twin = operations.open_structure(by=by, **said, **place)
        if row.get("merged"):
            operations.merge_structures(by=by, kept=known, merged=twin, taken={"networks": twin.networks})


def expect_silence(world: World, structure: Structure) -> None:
    """One that nobody is to be worried about before the season begins again."""
    operations.pause_silence(
        by=world.user("coordination"),
        structure=structure,
        until=world.today + timedelta(days=60),
        reason="La saison des coupes\u00a0: on se revoit quand elle sera finie.",
    )


def make_cohorts(world: World, rows: Iterable[dict[str, Any]]) -> None:
    """A structure joins when its trajectory began or the cohort did, whichever is later."""
    by = world.user("coordination")
    for row in rows:
        starts_on = months_ago(row["started_months_ago"], world.today)
        world.cohorts[row["key"]] = cohort = operations.open_cohort(by=by, name=row["name"], starts_on=starts_on)
        for structure in (world.structures[slug] for slug in row["structures"]):
            since = max(starts_on, structure.trajectories.open().get().started_on)
            operations.join_cohort(by=by, cohort=cohort, structures=[structure], since=since)
