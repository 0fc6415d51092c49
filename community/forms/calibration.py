"""Forms of reading the same stories: compose an exercise, write a story, read one blind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms

from community.models import CalibrationPart
from community.operations import Answer
from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from trajectories.forms import DimensionChoices
from trajectories.models import (
    LEVEL_CHOICES,
    TOLD_CHOICES,
    AnswerChoice,
    Criterion,
    Dimension,
    FrameworkVersion,
    Marker,
)

_A_YEAR = timedelta(days=366)
_OTHER_CHOICES = [(one.value, one.label) for one in TOLD_CHOICES if one not in LEVEL_CHOICES]


class CriterionChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Criterion) -> str:
        return f"{obj.code} · {obj.text}"


class CalibrationForm(forms.Form):
    """What is read, on one version, and until when."""

    title = forms.CharField(
        label="Titre",
        max_length=160,
        help_text="Ce que vous voulez savoir des mots, en une ligne. La communauté le lit.",
    )
    dimensions = DimensionChoices(
        label="Dimensions à lire",
        queryset=Dimension.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chacune se lit avec ses cinq repères. Trois ou quatre suffisent pour une heure.",
    )
    criteria = CriterionChoices(
        label="Critères à lire",
        queryset=Criterion.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un critère se lit avec les cinq repères de sa dimension.",
    )
    closes_on = DayField(
        label="Dernier jour pour lire",
        ahead=_A_YEAR,
        required=False,
        help_text="Ce jour compris\u00a0; l’accordage se clôt dans la nuit. Sans jour, vous le clorez vous-même.",
    )

    def __init__(self, *args: Any, framework: FrameworkVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["dimensions"].queryset = framework.dimensions.order_by("position")  # type: ignore[attr-defined]
        self.fields["criteria"].queryset = (  # type: ignore[attr-defined]
            Criterion.objects.filter(dimension__framework_version=framework)
            .select_related("dimension")
            .order_by("dimension__position", "position")
        )
        self.helper = bare_helper()

    @property
    def read(self) -> list[Dimension | Criterion]:
        return [*self.cleaned_data["dimensions"], *self.cleaned_data["criteria"]]

    @property
    def reads_criteria(self) -> bool:
        """Some are chosen, or refused: the fold is open."""
        return bool(self["criteria"].value() or self["criteria"].errors)


class CalibrationNewForm(CalibrationForm, SentOnceForm):
    pass


class CalibrationEditForm(CalibrationForm, VersionedForm):
    pass


class VignetteForm(SharedTexts, forms.Form):
    """A short story in which nobody is recognised."""

    shared_texts = ("text",)
    read_by = "la coordination\u00a0; une fois l’accordage ouvert, la communauté."

    title = forms.CharField(label="Titre", max_length=160, help_text="Une image, un geste\u00a0: pas un verdict.")
    text = forms.CharField(
        label="Récit",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Une scène inventée, ou mise à distance\u00a0: qui fait quoi, ce qui se dit, ce qui se tait. Dix à "
        "vingt lignes, sans dire où elle en est.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class VignetteNewForm(VignetteForm, SentOnceForm):
    pass


class VignetteEditForm(VignetteForm, VersionedForm):
    pass


class OpenForm(VersionedForm):
    """The exercise as its preview was read."""


@dataclass(frozen=True)
class Question:
    """One part of the form: what is read, its five levels, the ways of finding none, and what is answered so far."""

    part: CalibrationPart
    markers: Sequence[Marker]
    choice: forms.BoundField
    words: forms.BoundField

    @property
    def answer(self) -> str:
        return self.choice.value() or ""

    @property
    def others(self) -> list[tuple[str, str]]:
        return _OTHER_CHOICES


class VignetteReadingForm(VersionedForm):
    """One story: for each part an answer, none meaning that it is not read yet, and the words that call for it."""

    def __init__(
        self,
        *args: Any,
        parts: Sequence[CalibrationPart],
        markers: Mapping[int, Sequence[Marker]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.parts, self.markers = parts, markers
        for part in parts:
            levels = [(str(one.level.rank), one.level.name) for one in markers[part.read_with.pk]]
            self.fields[f"choice-{part.pk}"] = forms.ChoiceField(
                label=part.name,
                choices=[("", "pas encore lu"), *levels, *_OTHER_CHOICES],
                required=False,
                error_messages={"invalid_choice": "Ce choix n’existe pas."},
            )
            self.fields[f"words-{part.pk}"] = forms.CharField(
                label="Les mots du récit qui vous le font dire",
                required=False,
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
            )
        self.helper = bare_helper()

    @property
    def shared_texts(self) -> list[str]:
        """Read by others once five people have finished, without a name."""
        return [f"words-{part.pk}" for part in self.parts]

    @property
    def questions(self) -> list[Question]:
        return [
            Question(part, self.markers[part.read_with.pk], self[f"choice-{part.pk}"], self[f"words-{part.pk}"])
            for part in self.parts
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for part in self.parts:
            choice, words = cleaned.get(f"choice-{part.pk}", ""), cleaned.get(f"words-{part.pk}", "")
            if words and not choice and f"choice-{part.pk}" not in self.errors:
                self.add_error(
                    f"choice-{part.pk}",
                    "Choisissez un repère, ou dites pourquoi il n’y en a pas\u00a0: vos mots sont gardés.",
                )
        return cleaned

    @property
    def answers(self) -> dict[CalibrationPart, Answer]:
        return {
            part: Answer(AnswerChoice(choice), self.cleaned_data[f"words-{part.pk}"])
            for part in self.parts
            if (choice := self.cleaned_data[f"choice-{part.pk}"])
        }
