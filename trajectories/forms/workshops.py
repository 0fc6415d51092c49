"""Forms of a collective reading: open it, answer from a phone."""

from typing import Any

from django import forms

from efc_platform.shared.forms import SentOnceForm, SharedTexts, bare_helper
from trajectories.models import AnswerChoice, Trajectory


class WorkshopForm(SentOnceForm):
    """How many are expected, and the dimensions: each is given its place, or none."""

    expected = forms.IntegerField(
        label="Combien de personnes attendez-vous\u00a0?",
        min_value=3,
        max_value=60,
        help_text="De 5 à 60, chacune répond sur son téléphone. À 3 ou 4, il n’y a pas de téléphone\u00a0: chaque "
        "réponse se reconnaîtrait. On se parle, et on écrit ensemble.",
    )

    def __init__(self, *args: Any, trajectory: Trajectory, **options: Any) -> None:
        super().__init__(*args, **options)
        self.dimensions = {f"place-{one.code}": one for one in trajectory.framework_version.dimensions.all()}
        for name, dimension in self.dimensions.items():
            self.fields[name] = forms.IntegerField(
                label=dimension.name,
                required=False,
                min_value=1,
                max_value=len(self.dimensions),
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )
        self.helper = bare_helper()

    @property
    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.dimensions]

    def clean(self) -> dict[str, Any]:
        """The dimensions in the order given; two of one place follow the référentiel."""
        cleaned = super().clean() or {}
        placed = [(cleaned.pop(name, None), dimension) for name, dimension in self.dimensions.items()]
        chosen = sorted(((place, one) for place, one in placed if place), key=lambda pair: pair[0])
        cleaned["dimensions"] = [dimension for _place, dimension in chosen]
        if not chosen and not any(name in self.errors for name in self.dimensions):
            self.add_error(next(iter(self.dimensions)), "Donnez le rang 1 à la dimension par laquelle vous commencez.")
        return cleaned


class PhoneForm(SharedTexts, forms.Form):
    """One answer, and one fact if somebody wants to tell it; `place` says of which question, should it have closed."""

    shared_texts = ("line",)

    place = forms.IntegerField(min_value=0, max_value=50, widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label="Votre réponse", choices=AnswerChoice.choices, error_messages={"required": "Choisissez une réponse."}
    )
    line = forms.CharField(label="Un fait, en une ligne", required=False, max_length=200)
