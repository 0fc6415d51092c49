"""Forms of the end of a trajectory and of the news that follow."""

from typing import Any

from django import forms
from django.utils import timezone

from efc_platform.shared.forms import DayField, SharedTexts, VersionedForm, bare_helper, chosen
from trajectories.forms.trajectories import STRUCTURE_READS, TODAY
from trajectories.models import ClosingReason


class EndingFields(SharedTexts, forms.Form):
    """Why, and in plain words what moved and what goes on."""

    shared_texts = ("review", "what_continues")
    read_by = STRUCTURE_READS

    reason = forms.ChoiceField(label="Pourquoi maintenant", choices=chosen(ClosingReason, "choisir"))
    review = forms.CharField(
        label="Bilan",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Ce qui a bougé, ce qui a résisté, avec vos mots. Ni note ni total.",
    )
    what_continues = forms.CharField(
        label="Ce qui continue",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que la structure garde et poursuit, avec qui.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_reason(self) -> ClosingReason:
        return ClosingReason(self.cleaned_data["reason"])


class CloseForm(EndingFields):
    """The end itself. A trajectory is closed once, so that sending it twice is refused the second time."""

    closed_on = DayField(label="Fin de l’accompagnement", ahead=TODAY)
    field_order = ["closed_on"]

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"closed_on": timezone.localdate()} | (options.get("initial") or {})
        super().__init__(*args, **options)


class ClosingForm(EndingFields, VersionedForm):
    """Its words again."""


class NewsForm(SharedTexts, VersionedForm):
    """What was heard, some months later."""

    shared_texts = ("words",)
    read_by = STRUCTURE_READS

    heard_on = DayField(label="Nouvelles prises le", ahead=TODAY)
    words = forms.CharField(
        label="Ce que vous avez entendu",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce qui tient, ce qui s’est transformé, ce qui manque. Quelques lignes suffisent.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()
