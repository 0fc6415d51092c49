"""What funders support: dates, what is attached, and the days that were worked meanwhile."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.models import FundedPart, FundingOperation
from structures.permissions import can_keep_funding
from structures.worked import Stay, apart, funded_by, in_days, stays_of
from tests.factories.structures import CohortFactory, StructureFactory
from tests.factories.trajectories import InterventionFactory, TrajectoryFactory
from tests.visitor import Visitor
from trajectories.models import InterventionShare

SHEET = {
    "name": "FSE+ 2024",
    "funder": "Région",
    "starts_on": date(2024, 1, 1),
    "ends_on": date(2024, 12, 31),
    "days": Decimal(40),
    "reference": "2024-17",
    "purpose": "Accompagner dix structures.",
}


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def funding(cast) -> FundingOperation:
    return operations.open_funding(by=cast.coordinator, **SHEET)


def attach(cast, funding: FundingOperation, since: date = SHEET["starts_on"], **what) -> list[FundedPart]:
    return operations.attach_to_funding(by=cast.coordinator, funding=funding, since=since, **what)


def worked(trajectory, on: date, minutes: int) -> None:
    made = InterventionFactory(occurred_on=on, minutes=minutes)
    InterventionShare.objects.create(intervention=made, trajectory=trajectory, minutes=minutes)


def test_coordination_alone_keeps_them(cast, funding):
    assert {name for name, user in cast.users.items() if can_keep_funding(user)} == {"coordinator"}
    (part,) = attach(cast, funding, structures=[cast.structure_a])
    for refused in (
        lambda: operations.open_funding(by=cast.leader, **SHEET),
        lambda: operations.edit_funding(by=cast.leader, funding=funding, expected_version=1, **SHEET),
        lambda: operations.attach_to_funding(
            by=cast.practitioner, funding=funding, since=SHEET["starts_on"], structures=[cast.structure_b]
        ),
        lambda: operations.detach_from_funding(by=cast.practitioner, part=part, on=SHEET["starts_on"]),
    ):
        with pytest.raises(OperationRefused, match="Seule la coordination tient"):
            refused()
    assert FundedPart.objects.get().until is None


def test_name_is_taken_once_dates_go_forward_and_an_edit_overtaken_is_refused(cast, funding):
    with pytest.raises(OperationRefused, match="Une opération porte déjà ce nom"):
        operations.open_funding(by=cast.coordinator, **SHEET)
    with pytest.raises(OperationRefused, match="La fin vient avant le début"):
        operations.open_funding(by=cast.coordinator, **SHEET | {"name": "Autre", "ends_on": date(2023, 1, 1)})
    other = operations.open_funding(by=cast.coordinator, **SHEET | {"name": "DLA"})
    with pytest.raises(OperationRefused, match="porte déjà ce nom"):
        operations.edit_funding(by=cast.coordinator, funding=other, expected_version=1, **SHEET)
    edited = operations.edit_funding(
        by=cast.coordinator, funding=funding, expected_version=1, **SHEET | {"days": Decimal("12.5")}
    )
    assert (edited.days, edited.version) == (Decimal("12.5"), 2)
    with pytest.raises(StaleEdit):
        operations.edit_funding(by=cast.coordinator, funding=funding, expected_version=1, **SHEET)


def test_attached_within_its_dates_once_at_a_time(cast, funding):
    cohort = CohortFactory(name="Rives")
    parts = attach(cast, funding, structures=[cast.structure_a], cohorts=[cohort])
    assert [one.label for one in parts] == ["Alpha", "Rives"]
    assert attach(cast, funding, structures=[cast.structure_a]) == parts[:1]
    with pytest.raises(OperationRefused, match="Alpha y est déjà"):
        attach(cast, funding, structures=[cast.structure_a], since=date(2024, 2, 1))
    with pytest.raises(OperationRefused, match="en dehors des dates de l’opération"):
        attach(cast, funding, structures=[cast.structure_b], since=date(2025, 1, 1))
    with pytest.raises(OperationRefused, match="Choisissez au moins une structure ou une promotion"):
        attach(cast, funding)
    operations.detach_from_funding(by=cast.coordinator, part=parts[0], on=date(2024, 6, 30))
    with pytest.raises(OperationRefused, match="Alpha y était encore ce jour-là"):
        attach(cast, funding, structures=[cast.structure_a], since=date(2024, 6, 30))
    assert attach(cast, funding, structures=[cast.structure_a], since=date(2024, 7, 1))[0].since == date(2024, 7, 1)


def test_database_refuses_a_part_of_two_things_or_of_none(cast, funding):
    for what in ({}, {"structure": cast.structure_a, "cohort": CohortFactory()}):
        with pytest.raises(IntegrityError, match="funded_part_is_of_one_thing"), transaction.atomic():
            FundedPart.objects.create(operation=funding, since=date(2024, 1, 1), **what)


def test_stays_that_overlap_count_once():
    def stay(structure: int, first: int, last: int) -> Stay:
        return Stay(structure, date(2024, 1, first), date(2024, 1, last))

    found = apart([stay(1, 5, 9), stay(1, 1, 6), stay(2, 1, 3), stay(1, 20, 22), stay(1, 9, 10), stay(2, 4, 4)])
    assert list(found) == [stay(1, 1, 10), stay(1, 20, 22), stay(2, 1, 3)]
    assert list(apart([])) == []


def test_days_are_those_worked_while_it_paid_each_once(cast, funding):
    """A structure attached by itself and through its cohort is counted once; before, after and elsewhere never."""
    cohort = CohortFactory(name="Rives", structures=[cast.structure_a])
    gamma = TrajectoryFactory(structure=StructureFactory(name="Gamma"))
    attach(cast, funding, structures=[cast.structure_a], cohorts=[cohort])
    attach(cast, funding, structures=[cast.structure_b], since=date(2024, 3, 1))
    operations.detach_from_funding(
        by=cast.coordinator, part=funding.parts.get(structure=cast.structure_b), on=date(2024, 3, 31)
    )
    for on, minutes in ((date(2023, 12, 31), 60), (date(2024, 1, 1), 420), (date(2024, 12, 31), 210)):
        worked(cast.trajectory_a, on, minutes)
    worked(cast.trajectory_a, date(2025, 1, 1), 60)
    for on in (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 1)):
        worked(cast.trajectory_b, on, 42)
    worked(gamma, date(2024, 5, 1), 420)
    assert [(one.structure.name, one.days) for one in funded_by(funding)] == [
        ("Alpha", Decimal("1.5")),
        ("Bêta", Decimal("0.2")),
    ]
    assert {one.structure for one in stays_of(funding)} == {cast.structure_a.pk, cast.structure_b.pk}
    assert (in_days(0), in_days(420), in_days(63)) == (Decimal("0.0"), Decimal("1.0"), Decimal("0.2"))


def test_cohort_is_paid_for_as_it_is_composed_each_day(cast, funding):
    cohort = CohortFactory(name="Rives", structures=[cast.structure_a])
    attach(cast, funding, cohorts=[cohort], since=date(2024, 2, 1))
    operations.leave_cohort(by=cast.coordinator, place=cohort.places.get(), on=date(2024, 2, 29))
    operations.join_cohort(by=cast.coordinator, cohort=cohort, structures=[cast.structure_b], since=date(2024, 3, 1))
    assert stays_of(funding) == [
        Stay(cast.structure_a.pk, date(2024, 2, 1), date(2024, 3, 1)),
        Stay(cast.structure_b.pk, date(2024, 3, 1), date(2025, 1, 1)),
    ]


def test_coordinator_opens_attaches_and_reads_the_days(visits, cast):
    CohortFactory(name="Rives", structures=[cast.structure_a])
    worked(cast.trajectory_b, date(2024, 3, 1), 420)
    claire = visits("coordinator")
    claire.open("/operations/")
    claire.click("Nouvelle opération")
    words = {"name": "FSE+", "funder": "Région", "starts_on": "2024-01-01", "ends_on": "2034-12-31"}
    assert claire.press("Ouvrir l’opération", **words | {"ends_on": "2023-01-01"}).errors() == {
        "ends_on": "La fin vient avant le début."
    }
    page = claire.press("Ouvrir l’opération", **words, days="12,5", purpose="Dix structures.")
    assert page.messages == ["L’opération est ouverte. Rattachez-lui des structures ou des promotions."]
    claire.click("Rattacher")
    key = str(cast.structure_b.public_id)
    page = claire.press("Rattacher", structures=[key], since="2024-01-01")
    assert page.messages == ["Rattaché à l’opération : Bêta."]
    assert "1 jour sur 12,5 prévus." in page.words
    sheet = claire.open(cast.structure_b.get_absolute_url())
    assert "FSE+" in sheet.links
    leader = visits("leader_b").open(cast.structure_b.get_absolute_url())
    assert "FSE+ (Région)" in leader.words
    assert "FSE+" not in leader.links
    claire.open(FundingOperation.objects.get().get_absolute_url())
    claire.click("Fin du rattachement de Bêta")
    page = claire.press("Noter la fin", on="2024-06-30")
    assert page.messages == ["La fin du rattachement de Bêta est notée."]
    assert "30 juin 2024" in page.section("Ce qui s’y rattache")


def test_edit_overtaken_shows_both(visits, cast, funding):
    claire = visits("coordinator")
    claire.open(f"{funding.get_absolute_url()}modifier/")
    operations.edit_funding(by=cast.coordinator, funding=funding, expected_version=1, **SHEET | {"funder": "État"})
    both = claire.press("Enregistrer", funder="Ademe")
    assert "État" in both.words
    assert claire.press("Enregistrer", funder="Ademe").messages == ["L’opération est enregistrée."]
    funding.refresh_from_db()
    assert (funding.funder, funding.version) == ("Ademe", 3)
