"""The lines of a form where one says what a fact is held on: up to three, each whole or empty."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from efc_platform.shared.forms import DayField, chosen
from trajectories.evidence import MOST_EVIDENCE, NO_LINKS, Linkable, Linked, kept_value
from trajectories.models import Evidence, EvidenceKind
from trajectories.operations import EvidenceFacts

RANKS = range(1, MOST_EVIDENCE + 1)
_PARTS = ("kind", "noted_on", "link", "words")
EVIDENCE_FIELDS = [f"{part}_{rank}" for rank in RANKS for part in _PARTS]


class EvidenceLines(forms.Form):
    """Plain fields, so that a draft, a stale edit and a phone without script keep them as any other. Behind
    `VersionedForm` in a form's bases, which looks at all the fields."""

    def __init__(
        self, *args: Any, linkable: Linkable = NO_LINKS, earliest: date = DayField.EARLIEST, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.linkable, self.earliest = linkable, earliest
        choices = [("", "rien en particulier"), *linkable.groups]
        for rank in RANKS:
            self.fields.update(
                {
                    f"kind_{rank}": forms.ChoiceField(
                        label=f"Appui {rank}\u00a0: sorte", choices=chosen(EvidenceKind, "aucun"), required=False
                    ),
                    f"noted_on_{rank}": DayField(label=f"Appui {rank}\u00a0: date", ahead=timedelta(), required=False),
                    f"link_{rank}": forms.ChoiceField(
                        label=f"Appui {rank}\u00a0: où le retrouver", choices=choices, required=False
                    ),
                    f"words_{rank}": forms.CharField(
                        label=f"Appui {rank}\u00a0: en quelques mots", max_length=300, required=False
                    ),
                }
            )

    def rows(self) -> Iterator[dict[str, BoundField]]:
        """One line after the other, each with its four fields."""
        for rank in RANKS:
            yield {part: self[f"{part}_{rank}"] for part in _PARTS}

    @property
    def has_evidence(self) -> bool:
        return any(self[name].value() or self[name].errors for name in EVIDENCE_FIELDS)

    def clean_lines(self, cleaned: Mapping[str, Any]) -> list[EvidenceFacts]:
        """Empty lines are passed over; an intervention gives its own day to a line that says none."""
        found = [self._line(cleaned, rank) for rank in RANKS]
        return [one for one in found if one]

    def _line(self, cleaned: Mapping[str, Any], rank: int) -> EvidenceFacts | None:
        kind, day, link, words = (cleaned.get(f"{part}_{rank}") for part in _PARTS)
        if not (kind or link or words):
            return None
        linked = self.linkable.by_value.get(link or "", Linked())
        day = day or (linked.share.occurred_on if linked.share else None)
        if not kind and f"kind_{rank}" not in self.errors:
            self.add_error(f"kind_{rank}", "Dites si cela fut dit, observé, écrit, ou rapporté par un tiers.")
        if not day and f"noted_on_{rank}" not in self.errors:
            self.add_error(f"noted_on_{rank}", "Dites de quel jour cela date, même à peu près.")
        if day and day < self.earliest:
            self.add_error(f"noted_on_{rank}", "Vérifiez l’année\u00a0: cette date est bien avant la structure.")
        return EvidenceFacts(EvidenceKind(kind), day, words or "", linked) if kind and day else None


def initial_lines(saved: Sequence[Evidence], linkable: Linkable) -> dict[str, Any]:
    """As they were written."""
    values = {linked: value for value, linked in linkable.by_value.items()}
    initial: dict[str, Any] = {}
    for rank, one in zip(RANKS, saved, strict=False):
        link = values.get(Linked.of(one), kept_value(one)) if not Linked.of(one).is_empty else ""
        line = {"kind": one.kind, "noted_on": one.noted_on, "link": link, "words": one.words}
        initial |= {f"{part}_{rank}": value for part, value in line.items()}
    return initial
