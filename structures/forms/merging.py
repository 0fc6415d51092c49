"""Forms of two sheets made one: for each part that differs, which sheet says it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format

from structures.merging import PARTS, Part
from structures.models import Accreditation, LegalForm, Structure

KEPT, MERGED, BOTH = "kept", "merged", "both"
# A text of the structure’s own: nothing of either need be left out.
TOLD = "presentation"


@dataclass(frozen=True)
class Side:
    """One part, as each sheet says it."""

    label: str
    kept: str
    merged: str


@dataclass(frozen=True)
class Choice:
    """One part that both say otherwise: what each says, to choose from."""

    label: str
    field: forms.BoundField
    value: str
    options: list[tuple[str, str]]


class MergeForm(forms.Form):
    """`versions` says which sheets the choice was made on."""

    versions = forms.CharField()

    def __init__(self, *args: Any, kept: Structure, merged: Structure, **options: Any) -> None:
        self.kept, self.merged = kept, merged
        self.read_versions = f"{kept.version}-{merged.version}"
        super().__init__(*args, **options)
        for part in PARTS:
            if _differ(part, kept, merged):
                values = [KEPT, MERGED, BOTH] if part.name == TOLD else [KEPT, MERGED]
                choices = [(value, value) for value in values]
                self.fields[part.name] = forms.ChoiceField(label=part.label, choices=choices, initial=KEPT)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("versions") != self.read_versions:
            raise forms.ValidationError(
                "Une des deux fiches a été modifiée entre-temps : relisez-les, puis réunissez-les."
            )
        return given

    def sides(self) -> Iterator[Side]:
        """The parts that at least one of them says."""
        for part in PARTS:
            ours, theirs = in_words(part, self.kept), in_words(part, self.merged)
            if ours or theirs:
                yield Side(part.label, ours, theirs)

    def choices(self) -> Iterator[Choice]:
        """The parts that both say otherwise."""
        for part in PARTS:
            if part.name not in self.fields:
                continue
            options = [(KEPT, in_words(part, self.kept)), (MERGED, in_words(part, self.merged))]
            if part.name == TOLD:
                options.append((BOTH, "Les deux, l’une après l’autre"))
            yield Choice(part.label, self[part.name], self[part.name].value(), options)

    def taken(self) -> dict[str, Any]:
        """The columns to write on the sheet that is kept."""
        columns: dict[str, Any] = {}
        for part in PARTS:
            chosen = self.cleaned_data.get(part.name, KEPT if in_words(part, self.kept) else MERGED)
            if chosen == MERGED:
                columns |= {name: getattr(self.merged, name) for name in part.columns}
            elif chosen == BOTH:
                columns[TOLD] = f"{self.kept.presentation}\n\n{self.merged.presentation}"
        return columns


def in_words(part: Part, sheet: Structure) -> str:
    said = _SAID.get(part.name, _plain)
    return said(part, sheet)


def _plain(part: Part, sheet: Structure) -> str:
    return " ".join(str(value) for value in (getattr(sheet, name) for name in part.columns) if value)


def _numbers(part: Part, sheet: Structure) -> str:
    return sheet.siret or sheet.siren


def _foundation(part: Part, sheet: Structure) -> str:
    return date_format(sheet.founded_on) if isinstance(sheet.founded_on, date) else str(sheet.founded_in or "")


def _place(part: Part, sheet: Structure) -> str:
    town = f"{sheet.postcode} {sheet.commune_name}".strip()
    return ", ".join(one for one in (sheet.address, town, sheet.department, sheet.region) if one)


_SAID: dict[str, Callable[[Part, Structure], str]] = {
    "legal_form": lambda part, sheet: str(LegalForm(sheet.legal_form).label) if sheet.legal_form else "",
    "siren": _numbers,
    "founded": _foundation,
    "accreditations": lambda part, sheet: ", ".join(str(Accreditation(one).label) for one in sheet.accreditations),
    "place": _place,
}


def _differ(part: Part, kept: Structure, merged: Structure) -> bool:
    both = in_words(part, kept), in_words(part, merged)
    return all(both) and any(getattr(kept, name) != getattr(merged, name) for name in part.columns)
