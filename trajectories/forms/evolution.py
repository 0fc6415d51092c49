"""What one asks to see of an evolution: two days, or points of view side by side."""

from datetime import date, timedelta
from typing import Any

from django import forms

from efc_platform.shared.forms import DayField
from efc_platform.templatetags.french import long_date
from trajectories.evolution import Evolution
from trajectories.models import Viewpoint

ALL = "tous"


class BetweenForm(forms.Form):
    """Two days, the first before the last."""

    du = DayField(label="Entre le", ahead=timedelta())
    au = DayField(label="et le", ahead=timedelta())

    def clean_au(self) -> date:
        start, end = self.cleaned_data.get("du"), self.cleaned_data["au"]
        if start and end <= start:
            raise forms.ValidationError("Cette date vient après la première.")
        return end


class BesideForm(forms.Form):
    """All points of view on a day, or one of them on two; the days are those on which something was read."""

    regard = forms.ChoiceField(label="Qui lit")
    le = forms.ChoiceField(label="Au")
    avec = forms.ChoiceField(
        label="À côté du", required=False, help_text="Pour un seul point de vue\u00a0: une autre date où l’on a lu."
    )

    def __init__(self, *args: Any, evolution: Evolution, **options: Any) -> None:
        super().__init__(*args, **options)
        views = [(one.value, f"{one.label}, à deux dates") for one in evolution.viewpoints]
        days = [(one.isoformat(), long_date(one)) for one in reversed(evolution.days)]
        self.fields["regard"].choices = [(ALL, "Tous les points de vue"), *views]  # type: ignore[attr-defined]
        self.fields["le"].choices = days  # type: ignore[attr-defined]
        self.fields["avec"].choices = [("", "Pas d’autre date"), *days]  # type: ignore[attr-defined]

    def clean_le(self) -> date:
        return date.fromisoformat(self.cleaned_data["le"])

    def clean_avec(self) -> date | None:
        """A second day serves one point of view only: with all of them it is left aside."""
        said = self.cleaned_data["avec"]
        if self.cleaned_data.get("regard", ALL) == ALL or "le" not in self.cleaned_data:
            return None
        if not said or date.fromisoformat(said) == self.cleaned_data["le"]:
            raise forms.ValidationError("Choisissez une autre date\u00a0: c’est elle que l’on compare.")
        return date.fromisoformat(said)

    @property
    def viewpoint(self) -> Viewpoint | None:
        said = self.cleaned_data["regard"]
        return None if said == ALL else Viewpoint(said)
