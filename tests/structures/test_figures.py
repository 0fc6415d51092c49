"""Yearly figures: typed the French way, missing is not zero, and what follows volumes is said, never judged."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import operations
from structures.forms import FiguresForm
from structures.models import YearlyFigures
from structures.yearly import MISSING, last_figures_of, written, yearly_table
from tests.factories.ecosystem import ActorFactory, FiguresFactory
from tests.visitor import Visitor


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def years(cast):
    """2021 and 2023 are known, 2022 is not."""
    FiguresFactory(structure=cast.structure_a, year=2021, employees=4, work_source="declaration", own_funds=-1200)
    return FiguresFactory(
        structure=cast.structure_a,
        year=2023,
        employees=6,
        fte=Decimal("4.50"),
        work_source="estimate",
        income_sales=30000,
        income_per_head=30000,
        income_agreements=40000,
        income_in_kind=5000,
        money_source="accounts",
    )


def lines(cast) -> dict[str, tuple[str, ...]]:
    groups = yearly_table(cast.structure_a).groups
    return {line.label: line.cells for group in groups for line in group.lines}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("employees", None, MISSING),
        ("employees", 0, "0"),
        ("volunteer_hours", 12500, "12\u202f500"),
        ("fte", Decimal("4.50"), "4,5"),
        ("fte", Decimal("4.00"), "4"),
        ("fte", Decimal("0.25"), "0,25"),
        ("budget", Decimal("428900.00"), "428\u202f900\u00a0€"),
        ("budget", Decimal("10.50"), "10,50\u00a0€"),
        ("own_funds", Decimal("-1200"), "−1\u202f200\u00a0€"),
    ],
)
def test_figures_are_written_the_french_way(name, value, said):
    assert written(name, value) == said


def test_missing_year_is_a_gap_in_the_table_and_in_the_curve(cast, years):
    table = yearly_table(cast.structure_a)
    assert table.years == (2021, 2022, 2023)
    assert lines(cast)["Personnes salariées"] == ("4", MISSING, "6")
    (employment, *_) = table.groups
    curve = employment.lines[0].curve
    assert curve.values == (4, None, 6)
    assert curve.title == "Personnes salariées, 2021\u00a0: 4, 2022\u00a0: pas de chiffre, 2023\u00a0: 6"


def test_each_group_says_where_its_figures_come_from(cast, years):
    sources = {group.heading: group.source for group in yearly_table(cast.structure_a).groups}
    assert sources["L’emploi"] == "déclaration sociale ou fiscale (2021)\u00a0; estimation (2023)"
    assert sources["Ce qui entre, par origine"] == "comptes annuels"
    assert sources["L’argent"] == "à préciser"


def test_figure_that_nobody_ever_wrote_has_no_line(cast, years):
    assert {"Bénévoles", "Budget de l’année"} & set(lines(cast)) == set()


def test_only_the_latest_years_are_shown_and_the_earlier_a_page_away(cast):
    for year in (2012, 2019, 2020, 2024):
        FiguresFactory(structure=cast.structure_a, year=year, employees=1)
    assert yearly_table(cast.structure_a).years == (2020, 2021, 2022, 2023, 2024)
    assert yearly_table(cast.structure_a).earlier == 2019
    assert yearly_table(cast.structure_a, until=2019).years == (2015, 2016, 2017, 2018, 2019)
    assert yearly_table(cast.structure_a, until=1900).years == (2012,)
    assert yearly_table(cast.structure_b).years == ()


def test_share_that_follows_volumes_is_said_in_words_and_gifts_in_kind_apart(cast, years):
    (year,) = yearly_table(cast.structure_a).dependence
    assert year.words == (
        "60\u00a0% de ce qui est entré suit des volumes, 40\u00a0% n’en dépend pas. "
        "5\u202f000\u00a0€ en nature, comptés à part."
    )
    assert year.bar.share == 60


@pytest.mark.parametrize("known", [{"income_sales": 10}, {"income_grants": 10}, {"income_sales": 0, "income_use": 0}])
def test_half_a_picture_gives_no_share(cast, known):
    row = FiguresFactory(structure=cast.structure_a, **known)
    assert row.share_on_volumes is None
    assert [one.bar for one in yearly_table(cast.structure_a).dependence] == (
        [] if 10 not in known.values() else [None]
    )


def test_last_known_of_each_figure_has_its_year_and_its_source(cast, years):
    FiguresFactory(structure=cast.structure_a, year=2024, employees=7)
    last = last_figures_of(cast.structure_a)
    assert [(one.label, one.value, one.year, one.source) for one in last.figures] == [
        ("Personnes salariées", "7", 2024, ""),
        ("Équivalents temps plein (ETP)", "4,5", 2023, "estimation"),
        ("Fonds propres", "−1\u202f200\u00a0€", 2021, ""),
    ]
    assert last.income.year == 2023


def test_what_is_not_given_stays_and_the_version_counts(cast, years):
    row = operations.record_yearly_figures(by=cast.leader, structure=cast.structure_a, year=2023, members=8)
    assert (row.employees, row.members, row.version) == (6, 8, 2)
    with pytest.raises(StaleEdit):
        operations.record_yearly_figures(
            by=cast.leader, structure=cast.structure_a, year=2023, expected_version=1, members=9
        )
    with pytest.raises(StaleEdit):
        operations.record_yearly_figures(
            by=cast.leader, structure=cast.structure_a, year=2023, expected_version=0, members=9
        )


@pytest.mark.parametrize("name", ["board", "staff", "leader_b", "other_practitioner"])
def test_others_write_no_figure(cast, name):
    with pytest.raises(OperationRefused):
        operations.record_yearly_figures(by=cast.users[name], structure=cast.structure_a, year=2023, members=1)


def address(cast, year: int) -> str:
    return reverse("figures_year", args=[cast.structure_a.public_id, year])


@pytest.mark.parametrize("typed", ["428 900,50 €", "428900.5", "428\u00a0900,50", "428\u202f900,5\u00a0€"])
def test_sums_are_typed_as_one_writes_them(visits, cast, typed):
    nadia = visits("leader")
    nadia.open(address(cast, 2023))
    page = nadia.press("Enregistrer", budget=typed, volunteer_hours="1 250", fte="4,5", own_funds="−300")
    assert page.messages == ["Les chiffres de 2023 sont enregistrés."]
    row = YearlyFigures.objects.get()
    assert (row.budget, row.volunteer_hours, row.fte) == (Decimal("428900.50"), 1250, Decimal("4.50"))
    assert (row.own_funds, row.employees) == (Decimal(-300), None)
    form = nadia.open(address(cast, 2023))
    assert [form.typed(name) for name in ("budget", "fte", "employees")] == ["428900,50", "4,50", ""]


@pytest.mark.parametrize(
    ("field", "typed"), [("budget", "beaucoup"), ("employees", "-2"), ("fte", "1e9"), ("budget", "-1")]
)
def test_what_is_no_figure_is_said_beside_it_and_kept(visits, cast, field, typed):
    nadia = visits("leader")
    nadia.open(address(cast, 2023))
    page = nadia.press("Enregistrer", **{field: typed})
    assert field in page.errors()
    assert page.typed(field) == typed
    assert not YearlyFigures.objects.exists()


def test_year_without_a_figure_is_not_kept(visits, cast):
    nadia = visits("leader")
    nadia.open(address(cast, 2023))
    assert "Écrivez au moins un chiffre" in nadia.press("Enregistrer").words
    assert not YearlyFigures.objects.exists()


@pytest.mark.parametrize("year", [1989, 9999])
def test_year_out_of_these_times_is_no_page(visits, cast, year):
    assert visits("leader").open(address(cast, year)).status == 404


def test_year_overtaken_shows_what_differs_and_nothing_else(visits, cast, years):
    nadia = visits("leader")
    mine = nadia.open(address(cast, 2023))
    operations.record_yearly_figures(by=cast.practitioner, structure=cast.structure_a, year=2023, budget=Decimal("9.5"))
    page = nadia.press("Enregistrer", page=mine, budget="12")
    assert page.words.count("Ce texte a changé entre-temps") == 1
    assert "Ce qui est enregistré 9,50 Ce que vous avez écrit 12" in page.words
    nadia.press("Enregistrer")
    assert YearlyFigures.objects.get(year=2023).budget == 12


def test_form_offers_every_figure():
    named = {one.name for one in YearlyFigures._meta.concrete_fields} - {"id", "structure", "year"}
    assert set(FiguresForm.base_fields) == named


def test_years_open_their_form_for_whoever_keeps_the_sheet_alone(visits, cast, years):
    page = reverse("figures", args=[cast.structure_a.public_id])
    assert visits("leader").open(page).links["2022"] == address(cast, 2022)
    assert "2022" not in visits("staff").open(page).links


def test_history_tells_each_figure_as_it_was(visits, cast):
    nadia = visits("leader")
    for budget in ("10", "12"):
        nadia.open(address(cast, 2023))
        nadia.press("Enregistrer", budget=budget)
    words = visits("staff").open(reverse("structure_history", args=[cast.structure_a.public_id])).words
    assert f"{cast.leader.person.display_name} a changé les chiffres de 2023" in words
    assert "Budget de l’année : 10.00 → 12.00" in words


def test_portrait_says_who_with_whom_and_in_figures(visits, cast, years):
    ActorFactory(structure=cast.structure_a, name="La ville", states=[("cooperation", date(2024, 1, 1), None)])
    page = visits("staff").open(reverse("portrait", args=[cast.structure_a.public_id]))
    assert page.heading == "Alpha"
    assert f"Accompagnée par {cast.practitioner.person.display_name}" in page.section("Qui")
    assert "1 La ville" in page.section("Avec qui")
    assert "Personnes salariées 6 2023, estimation" in page.section("En chiffres")
    assert "Personnes salariées" not in page.links


TABS = {
    "leader": [
        *("Fiche", "Écosystème", "Chiffres", "Documents", "Accueillir", "Messages", "Portrait", "Historique", "Regards")
    ],
    "staff": ["Fiche", "Écosystème", "Chiffres", "Documents", "Messages", "Portrait", "Historique"],
    "coordinator": ["Fiche", "Écosystème", "Chiffres", "Accueillir", "Portrait", "Historique"],
}


@pytest.mark.parametrize("name", TABS)
def test_tabs_lead_where_one_may_go_and_say_where_one_is(visits, cast, name):
    visitor = visits(name)
    visitor.open(cast.structure_a.get_absolute_url())
    for label in TABS[name]:
        visitor.click(label)
        (nav,) = (one for one in visitor.page.tree.iter("nav") if one.get("aria-label") == "Pages de la structure")
        said = ["".join(one.itertext()) for one in nav.iter("a")]
        current = ["".join(one.itertext()) for one in nav.iter("a") if one.get("aria-current") == "page"]
        assert (visitor.page.status, said, current) == (200, TABS[name], [label])
