"""What an installation asks of machines, and what that would cost: each number is a hypothesis that one may replace.

    python -m devtools.cost                         (STRUCTURES=1000 YEARS=3)
    CORE_EUROS=8-12 DOCUMENT_MEGABYTES=2-5 python -m devtools.cost

A hypothesis is a range, low-high. Those that were measured say where (docs/mesures.md); those of use come from how
people accompany and are to be replaced by what one's own network does; prices are orders of magnitude of November
2026, of no seller in particular: replace them by yours before drawing anything from them.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields

WORKING_DAYS, MONTHS = 220, 12
SECONDS_AN_HOUR = 3600
KILO, MEGA, GIGA = 1e3, 1e6, 1e9


@dataclass(frozen=True)
class Range:
    """From little to much."""

    low: float
    high: float

    @classmethod
    def read(cls, text: str) -> "Range":
        low, _dash, high = text.partition("-")
        found = cls(float(low), float(high or low))
        if not 0 <= found.low <= found.high:
            raise ValueError(f"{text} : un intervalle s’écrit 2-5, du moins au plus")
        return found

    def __mul__(self, other: "Range | float") -> "Range":
        other = other if isinstance(other, Range) else Range(other, other)
        return Range(self.low * other.low, self.high * other.high)

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def __str__(self) -> str:
        return " à ".join(_in_french(value) for value in (self.low, self.high))


def _in_french(value: float) -> str:
    """Two digits are all that a hypothesis is worth."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}".replace(",", "\u202f") if rounded >= 10 else f"{rounded:g}".replace(".", ",")


@dataclass(frozen=True)
class Hypotheses:
    """By structure, by person and by working day. Measured: `page_seconds` and `structure_kilobytes`; `kept_archives`
    is the rotation's default. Prices: those in euros, by month. Supposed: all the others."""

    practitioners_per_structure: Range = Range(0.1, 0.2)
    practitioner_pages: Range = Range(20, 60)
    people_per_structure: Range = Range(2, 6)
    person_pages: Range = Range(0.2, 1.0)
    busiest_hour_share: Range = Range(0.15, 0.30)
    page_seconds: Range = Range(0.04, 0.10)
    reports_a_year: Range = Range(1, 4)
    report_seconds: Range = Range(1, 4)
    mails_a_day: Range = Range(0.2, 1.0)
    # People wait for a core that is busy all of its time: so many times what the work itself takes.
    cores_per_busy_core: Range = Range(2, 3)
    structure_kilobytes: Range = Range(30, 60)
    document_megabytes: Range = Range(1, 10)
    kept_archives: Range = Range(18, 18)
    core_euros: Range = Range(5, 20)
    disk_euros: Range = Range(0.05, 0.15)
    archive_euros: Range = Range(0.01, 0.03)
    thousand_mails_euros: Range = Range(0.2, 1.0)

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Hypotheses":
        names = [one.name for one in fields(cls)]
        return cls(**{name: Range.read(given[name.upper()]) for name in names if given.get(name.upper())})


@dataclass(frozen=True)
class Needs:
    """Of so many structures, after so many years."""

    pages_a_day: Range
    cores: Range
    database_gigabytes: Range
    files_gigabytes: Range
    archives_gigabytes: Range
    mails_a_month: Range


def needs(said: Hypotheses, structures: int, years: int) -> Needs:
    pages = (
        said.practitioners_per_structure * said.practitioner_pages + said.people_per_structure * said.person_pages
    ) * structures
    reports = said.reports_a_year * said.report_seconds * (structures / WORKING_DAYS)
    work = (pages * said.page_seconds + reports) * said.busiest_hour_share
    database = said.structure_kilobytes * (structures * years * KILO / GIGA)
    files = said.document_megabytes * (structures * years * MEGA / GIGA)
    return Needs(
        pages_a_day=pages,
        cores=work * said.cores_per_busy_core * (1 / SECONDS_AN_HOUR),
        database_gigabytes=database,
        files_gigabytes=files,
        # Each archive is whole: what it holds of the database is at most as heavy as the database.
        archives_gigabytes=(database + files) * said.kept_archives,
        mails_a_month=said.mails_a_day
        * (said.practitioners_per_structure + said.people_per_structure)
        * (structures * WORKING_DAYS / MONTHS),
    )


def euros_a_month(said: Hypotheses, of: Needs) -> dict[str, Range]:
    """By kind, for what is held at the end of those years. A machine has two cores at least."""
    cores = Range(max(2, of.cores.low), max(2, of.cores.high))
    return {
        "processeurs": cores * said.core_euros,
        "disques": (of.database_gigabytes + of.files_gigabytes) * said.disk_euros,
        "sauvegardes": of.archives_gigabytes * said.archive_euros,
        "courriels": of.mails_a_month * said.thousand_mails_euros * (1 / 1000),
    }


def told(said: Hypotheses, structures: int, years: int) -> list[str]:
    found = needs(said, structures, years)
    costs = euros_a_month(said, found)
    total = Range(sum(one.low for one in costs.values()), sum(one.high for one in costs.values()))
    return [
        f"{structures} structures, {years} ans",
        f"  pages par jour ouvré : {found.pages_a_day}",
        f"  cœurs à tenir pour l’heure la plus chargée : {found.cores}",
        f"  base : {found.database_gigabytes} Go ; fichiers : {found.files_gigabytes} Go",
        f"  sauvegardes gardées : {found.archives_gigabytes} Go",
        f"  courriels par mois : {found.mails_a_month}",
        *(f"  {name} : {euros} € par mois" for name, euros in costs.items()),
        f"  en tout : {total} € par mois, soit {total * (1000 / structures)} € pour mille structures",
    ]


def main() -> int:
    try:
        said = Hypotheses.of(os.environ)
        structures, years = int(os.environ.get("STRUCTURES", 1_000)), int(os.environ.get("YEARS", 3))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    print("\n".join(told(said, structures, years)))
    print("Prix de personne en particulier, à remplacer par les vôtres : CORE_EUROS=8-12, DISK_EUROS=…")
    return 0


if __name__ == "__main__":
    sys.exit(main())
