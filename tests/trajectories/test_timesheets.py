"""Where the time went: counted once, one's own for oneself, the network's without anybody's name."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from efc_platform.shared.spreadsheets import read_table
from structures.models import FundedPart, FundingOperation
from tests.factories.structures import CohortFactory
from tests.factories.trajectories import InterventionFactory
from tests.visitor import Visitor
from trajectories.models import InterventionShare, Modality
from trajectories.timesheets import (
    apportioned,
    behind_total,
    lines_of,
    network_parts,
    network_shares,
    network_totals,
    own_parts,
)

DAY = date(2024, 11, 20)
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def meet(cast, person=None, on: date = DAY, minutes: int = 120, **more):
    person = person or cast.practitioner.person
    share = {"trajectory": cast.trajectory_a}
    return InterventionFactory(created_by=person, occurred_on=on, minutes=minutes, share=share, **more)


def table(parts, grouping: str) -> dict[str, int]:
    return {line.label: line.total for line in lines_of(parts, grouping)}


@pytest.fixture
def visit(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def test_own_time_is_that_of_the_interventions_one_led_each_once(cast):
    both = [cast.practitioner.person, cast.other_practitioner.person]
    meet(cast, practitioners=both, preparation_minutes=30, travel_minutes=45)
    meet(cast, person=cast.other_practitioner.person)
    [mine] = own_parts(cast.practitioner, *YEAR)
    assert (mine.meeting, mine.preparation, mine.travel, mine.total) == (120, 30, 45, 195)
    assert sum(one.total for one in own_parts(cast.other_practitioner, *YEAR)) == 195 + 120


def test_time_is_set_out_by_week_structure_and_modality(cast):
    meet(cast, modality=Modality.OTHER)
    meet(cast, on=DAY + timedelta(days=7), minutes=60)
    parts = own_parts(cast.practitioner, *YEAR)
    assert list(table(parts, "semaine").values()) == [60, 120]
    assert table(parts, "structure") == {"Alpha": 180}
    assert table(parts, "modalite") == {"Autre": 120, Modality.WORK_ORGANISATION.label: 60}


def test_day_with_two_structures_is_shared_out_and_its_travel_counted_once(cast):
    event = meet(cast, minutes=180, travel_minutes=61)
    event.shares.update(minutes=120)
    InterventionShare.objects.create(intervention=event, trajectory=cast.trajectory_b, minutes=60)
    parts = own_parts(cast.practitioner, *YEAR)
    assert table(parts, "structure") == {"Alpha": 120 + 41, "Bêta": 60 + 20}
    assert sum(one.total for one in parts) == 180 + 61


@pytest.mark.parametrize(
    ("minutes", "weights", "shared"), [(10, [1, 1, 1], [4, 3, 3]), (0, [5, 5], [0, 0]), (7, [0, 0], [4, 3])]
)
def test_what_is_apportioned_adds_up(minutes, weights, shared):
    assert apportioned(minutes, weights) == shared


def test_time_goes_to_the_cohort_and_the_operation_of_that_day(cast):
    cohort = CohortFactory(name="Rives")
    cohort.places.create(structure=cast.structure_a, since=DAY, until=DAY + timedelta(days=1))
    operation = FundingOperation.objects.create(name="Région 24", funder="R", starts_on=YEAR[0], ends_on=YEAR[1])
    FundedPart.objects.create(operation=operation, cohort=cohort, since=YEAR[0])
    meet(cast)
    meet(cast, on=DAY + timedelta(days=1), minutes=60)
    parts = own_parts(cast.practitioner, *YEAR)
    assert table(parts, "promotion") == {"Rives": 120, "Hors promotion": 60}
    assert table(parts, "operation") == {"Région 24": 120, "Sans opération": 60}


def test_corrected_duration_says_when_and_what_it_was(cast):
    event = meet(cast)
    event.minutes = 180
    event.save()
    event.title = "Un autre titre"
    event.save()
    [mine] = own_parts(cast.practitioner, *YEAR)
    assert mine.correction.endswith(": durée, 3\u00a0h au lieu de 2\u00a0h")


def test_page_leads_from_a_number_to_what_is_behind_it(cast, visit):
    event = meet(cast, on=timezone.localdate())
    page = visit("practitioner").open("/mon-temps/?par=structure")
    page = visit("practitioner").open(page.links["Alpha"])
    assert "2 h" in page.section("Alpha")
    assert event.get_absolute_url() in page.links.values()


def test_period_that_is_none_is_refused_beside_the_usual_one(visit):
    for asked in ("du=2024-12-01&au=2024-01-01", "du=2000-01-01&au=2024-01-01", "du=hier&au=demain"):
        assert visit("practitioner").open(f"/mon-temps/?{asked}").status == 200
    assert "trois ans après au plus" in visit("practitioner").open("/mon-temps/?du=2024-12-01&au=2024-01-01").words


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_file_holds_every_line(cast, signed_in, kind):
    meet(cast, travel_minutes=20)
    answer = signed_in(cast.practitioner).get(f"/mon-temps/emporter/{kind}/?du=2024-01-01&au=2024-12-31")
    rows = read_table(b"".join(answer.streaming_content))
    assert rows[1][:6] == ["2024-11-20", "Alpha", Modality.WORK_ORGANISATION.label, "120", "0", "20"]
    assert signed_in(cast.practitioner).get("/mon-temps/emporter/exe/").status_code == 404


def test_coordination_sees_totals_and_nobodys_name(cast, visit, signed_in):
    meet(cast, practitioners=[cast.practitioner.person, cast.other_practitioner.person])
    assert [(one.structure_name, one.meeting) for one in network_parts(network_shares(*YEAR))] == [("Alpha", 120)]
    page = visit("coordinator").open("/temps-du-reseau/?du=2024-01-01&au=2024-12-31&par=structure&ligne=x")
    page = visit("coordinator").open(page.links["Alpha"])
    answer = signed_in(cast.coordinator).get("/temps-du-reseau/emporter/csv/?du=2024-01-01&au=2024-12-31")
    file = b"".join(answer.streaming_content).decode()
    for user in (cast.practitioner, cast.other_practitioner):
        assert (user.person.display_name in page.words, user.person.display_name in file) == (False, False)
    assert "Par semaine" not in page.links


def test_network_is_summed_by_the_database_as_it_would_be_line_by_line(cast):
    """Each grouping against the parts taken one by one, and what is behind each number adds up to it."""
    operation = FundingOperation.objects.create(name="Région 24", funder="R", starts_on=YEAR[0], ends_on=YEAR[1])
    FundedPart.objects.create(operation=operation, structure=cast.structure_a, since=DAY)
    for rank in range(6):
        event = meet(cast, on=DAY - timedelta(days=3 - rank), minutes=30 + rank, modality=list(Modality)[rank % 3])
        InterventionShare.objects.create(intervention=event, trajectory=cast.trajectory_b, minutes=10 + rank)
    during = network_shares(*YEAR)
    for grouping in ("structure", "operation", "modalite"):
        expected = {line.key: (line.label, line.meeting) for line in lines_of(network_parts(during), grouping)}
        totals = list(network_totals(during, grouping)[:60])
        assert {one.key: (one.label, one.meeting) for one in totals} == expected
        for one in totals:
            behind = behind_total(during, grouping, one.key, 25)
            told = (behind.label, sum(part.meeting for part in behind.parts), behind.number)
            assert told == (one.label, one.meeting, len(behind.parts))
            assert len(behind_total(during, grouping, one.key, 1).parts) == 1
        assert behind_total(during, grouping, "personne", 25) is None


def test_table_of_a_period_without_interventions_says_so(visit):
    for grouping in ("structure", "operation", "modalite"):
        page = visit("coordinator").open(f"/temps-du-reseau/?du=2001-01-01&au=2001-02-01&par={grouping}")
        assert "Aucune intervention n’est notée sur cette période." in page.words
