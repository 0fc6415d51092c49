"""What a table that people made says: which column is which by its heading, each cell read, or refused in words."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from unicodedata import combining, normalize

from django.core.exceptions import ValidationError

# A title, a date of extraction, merged headings: the headings are looked for that far.
HEADINGS_WITHIN = 15
# Line after line, what cannot be read of a cell: the line is refused with this sentence.
Reading = Callable[[str], Any]


def plain(text: str) -> str:
    """A heading or a word as it is compared: no accent, capital, sign or double space."""
    bare = "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare.replace("œ", "oe")).split())


def text_within(longest: int | None) -> Reading:
    """A text as it is, up to so many characters."""

    def read(cell: str) -> str:
        if longest and len(cell) > longest:
            raise ValidationError(f"trop long, {longest} caractères au plus")
        return cell

    return read


_DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d", "%d %m %Y"]
_MONTHS = ["janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre"]
_MONTHS += ["decembre"]


def day_of(cell: str) -> date | None:
    """A day as spreadsheets and people write it; None when it is none."""
    text = plain(cell)
    for place, month in enumerate(_MONTHS, start=1):
        text = text.replace(f" {month} ", f" {place} ")
    for tried, form in [(cell.split("T")[0].strip(), one) for one in _DAYS[:-1]] + [
        (text.replace("1er", "1"), _DAYS[-1])
    ]:
        try:
            return datetime.strptime(tried, form).date()
        except ValueError:
            continue
    return None


@dataclass(frozen=True)
class Field:
    """One thing that a column may say: its name on the page, how it is headed elsewhere, how a cell is read."""

    name: str
    label: str
    headings: str
    read: Reading


@dataclass
class Read:
    """One line as it was read: the columns that it gives a sheet, and what could not be read."""

    sheet: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def _as_it_is(name: str, value: Any) -> dict[str, Any]:
    return {name: value}


@dataclass(frozen=True)
class Layout:
    """What one kind of file may say. `key` names the field without which no row is that of the headings; `said` gives
    the values that one cell fills; `agree` says, of a line that was read, what still does not hold."""

    fields: Sequence[Field]
    key: str
    agree: Callable[[Read], None]
    said: Callable[[str, Any], dict[str, Any]] = _as_it_is

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}

    def named(self, label: str) -> str | None:
        """The field that a person means by this word: its label, or a heading that is often given to it."""
        return self._headed.get(plain(label))

    @cached_property
    def _headed(self) -> dict[str, str]:
        return {
            words: one.name for one in self.fields for words in [plain(one.label), *one.headings.split("|")] if words
        }

    def recognise(self, rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, str]]:
        """The row of the headings (from 0) and what each column says. The row that names most fields is taken, the
        key among them if any does; a field named twice is that of the first column."""
        best: tuple[int, dict[int, str]] = (0, {})
        for place, row in enumerate(rows[:HEADINGS_WITHIN]):
            found = self._fields_of(row)
            if (self.key in found.values(), len(found)) > (self.key in best[1].values(), len(best[1])):
                best = (place, found)
        return best

    def _fields_of(self, row: Sequence[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for place, heading in enumerate(row):
            meant = self.named(heading) or self.named(re.sub(r"\(.*?\)|\*", "", heading))
            if meant and meant not in found.values():
                found[place] = meant
        return found

    def read_line(self, cells: Sequence[str], columns: Mapping[int, str]) -> Read:
        """Every cell is read, so that one reading tells all there is to mend. An empty cell says nothing."""
        line = Read()
        for place, name in columns.items():
            cell = cells[place].strip() if place < len(cells) else ""
            if not cell:
                continue
            known = self.by_name[name]
            try:
                line.sheet |= self.said(name, known.read(cell))
            except ValidationError as wrong:
                line.faults.append(f"{known.label}\u00a0: {_lower_first(' '.join(wrong.messages))}")
        self.agree(line)
        return line


def _lower_first(sentence: str) -> str:
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]


def is_blank(cells: Iterable[str]) -> bool:
    return not any(cell.strip() for cell in cells)
