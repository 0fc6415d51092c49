"""The yearly figures of a structure as its pages show them: a line for each figure, a column for each year."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from efc_platform.shared.curves import Curve, SharedBar, Value
from structures.models import ELSEWHERE, IN_KIND, ON_VOLUMES, FigureSource, Structure, YearlyFigures

# As many as a phone shows beside their names; the earlier ones are a page away.
MOST_YEARS = 5
MISSING = "–"
GROUPS = (
    ("L’emploi", ("employees", "fte", "insertion_people", "insertion_positions"), "work_source"),
    ("La vie associative", ("volunteers", "volunteer_hours", "members"), "life_source"),
    ("Les personnes touchées", ("beneficiaries",), "beneficiaries_source"),
    ("L’argent", ("budget", "own_funds"), "money_source"),
)
INCOME_GROUP = ("Ce qui entre, par origine", (*ON_VOLUMES, *ELSEWHERE, IN_KIND), "money_source")
MONEY = frozenset({"budget", "own_funds", *ON_VOLUMES, *ELSEWHERE, IN_KIND})


def written(name: str, value: Value) -> str:
    """« 1 250,5 », « 48 000 € », « – » for what nobody said: never zero."""
    if value is None:
        return MISSING
    plain = f"{value:,.2f}" if isinstance(value, Decimal) and value % 1 else f"{value:,.0f}"
    french = plain.replace(",", "\u202f").replace(".", ",")
    if "," in french and name not in MONEY:
        french = french.rstrip("0")
    return f"{french.replace('-', '−')}\u00a0€" if name in MONEY else french


def label_of(name: str) -> str:
    label = str(YearlyFigures._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


@dataclass(frozen=True)
class FigureLine:
    """One figure through the years, and its curve; the origins of what comes in have a drawing of their own."""

    label: str
    cells: tuple[str, ...]
    curve: Curve | None


@dataclass(frozen=True)
class FigureGroup:
    """Figures of one kind: their lines, and where they come from."""

    heading: str
    source: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True)
class IncomeYear:
    """What came in one year: how much of it follows volumes, in words and drawn when it is known."""

    year: int
    words: str
    bar: SharedBar | None


@dataclass(frozen=True)
class YearlyTable:
    """What is known of these years, the missing ones among them."""

    years: tuple[int, ...]
    rows: dict[int, YearlyFigures]
    earlier: int | None

    @property
    def groups(self) -> list[FigureGroup]:
        found = (self._group(*one) for one in (*GROUPS, INCOME_GROUP))
        return [one for one in found if one.lines]

    @property
    def beneficiaries_words(self) -> list[tuple[int, str]]:
        return [(year, row.beneficiaries_words) for year, row in self._known() if row.beneficiaries_words]

    @property
    def dependence(self) -> list[IncomeYear]:
        """Latest year first; of years without any sum nothing is said."""
        return [_income(row) for _year, row in reversed(list(self._known())) if row.on_volumes or row.elsewhere]

    def _known(self) -> Iterable[tuple[int, YearlyFigures]]:
        return ((year, self.rows[year]) for year in self.years if year in self.rows)

    def _group(self, heading: str, names: tuple[str, ...], source: str) -> FigureGroup:
        is_income = heading == INCOME_GROUP[0]
        lines = (line for name in names if (line := self._line(name, is_drawn=not is_income)))
        return FigureGroup(heading, self._source(names, source), tuple(lines))

    def _source(self, names: tuple[str, ...], source: str) -> str:
        """« comptes annuels (2024, 2025)\u00a0; estimation (2022) », of the years that say one of these figures."""
        years: dict[str, list[str]] = {}
        for year, row in self._known():
            if any(getattr(row, name) is not None for name in names):
                label = FigureSource(getattr(row, source)).label if getattr(row, source) else "à préciser"
                years.setdefault(str(label), []).append(str(year))
        if len(years) == 1:
            return next(iter(years))
        return "\u00a0; ".join(f"{label} ({', '.join(said)})" for label, said in years.items())

    def _line(self, name: str, *, is_drawn: bool) -> FigureLine | None:
        values = tuple(getattr(self.rows.get(year), name, None) for year in self.years)
        if all(one is None for one in values):
            return None
        cells = tuple(written(name, one) for one in values)
        told = ("pas de chiffre" if one == MISSING else one for one in cells)
        said = ", ".join(f"{year}\u00a0: {one}" for year, one in zip(self.years, told, strict=True))
        curve = Curve(f"{label_of(name)}, {said}", values) if is_drawn else None
        return FigureLine(label_of(name), cells, curve)


def yearly_table(structure: Structure, *, until: int | None = None) -> YearlyTable:
    """The latest years that anything is known of, those in between without a figure included; `until` goes back."""
    rows = {row.year: row for row in structure.yearly_figures.all()}
    if not rows:
        return YearlyTable((), {}, None)
    earliest, latest = min(rows), max(rows)
    last = max(earliest, min(until or latest, latest))
    first = max(earliest, last - MOST_YEARS + 1)
    return YearlyTable(tuple(range(first, last + 1)), rows, first - 1 if first > earliest else None)


def _income(row: YearlyFigures) -> IncomeYear:
    share = row.share_on_volumes
    kind = f" {written(IN_KIND, row.income_in_kind)} en nature, comptés à part." if row.income_in_kind else ""
    if share is None:
        unknown = "Les origines ne sont pas toutes écrites\u00a0: ce qui dépend des volumes ne peut pas se dire."
        return IncomeYear(row.year, unknown + kind, None)
    words = f"{share}\u00a0% de ce qui est entré suit des volumes, {100 - share}\u00a0% n’en dépend pas.{kind}"
    return IncomeYear(row.year, words, SharedBar(f"{row.year}\u00a0: {share}\u00a0% suivent des volumes", share))


@dataclass(frozen=True)
class Said:
    """The last that is known of a figure, its year, and where it comes from."""

    label: str
    value: str
    year: int
    source: str


@dataclass(frozen=True)
class LastFigures:
    figures: list[Said]
    income: IncomeYear | None


def last_figures_of(structure: Structure) -> LastFigures:
    """Each figure as it was last written: the accounts of a year come when its people are long counted."""
    rows = list(structure.yearly_figures.all())
    named = ((name, source) for _heading, names, source in GROUPS for name in names)
    said = [one for name, source in named if (one := _last_said(rows, name, source))]
    income = next((_income(row) for row in rows if row.share_on_volumes is not None), None)
    return LastFigures(said, income)


def _last_said(rows: list[YearlyFigures], name: str, source: str) -> Said | None:
    row = next((one for one in rows if getattr(one, name) is not None), None)
    if row is None:
        return None
    told = str(FigureSource(getattr(row, source)).label) if getattr(row, source) else ""
    return Said(label_of(name), written(name, getattr(row, name)), row.year, told)


def years_to_write(table: YearlyTable) -> list[int]:
    """Those whose form the headings of the table do not open, latest first: this year and the two before, and the one
    before the first that is known."""
    today = timezone.localdate().year
    offered = {today, today - 1, today - 2, min(table.rows, default=today) - 1}
    return sorted(offered - set(table.years), reverse=True)
