"""Forms of useful effects and of immaterial resources."""

from typing import Any

from django import forms

from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from trajectories.forms.trajectories import STRUCTURE_READS, TODAY
from trajectories.models import Confidence, Direction, Resource, Trajectory, Trial

_ALSO_PRINTED = f"{STRUCTURE_READS} Les bilans le racontent."


class EffectFields(SharedTexts, forms.Form):
    """What changes usefully, for whom, and the fact that shows it."""

    shared_texts = ("title", "for_whom", "territory", "fact")
    read_by = _ALSO_PRINTED

    title = forms.CharField(label="Ce qui change", max_length=160, help_text="Du point de vue de qui le vit.")
    for_whom = forms.CharField(label="Pour qui", max_length=200)
    territory = forms.CharField(
        label="Où", required=False, max_length=160, help_text="Un quartier, un bassin de vie, une filière."
    )
    since_on = DayField(
        label="Depuis", ahead=TODAY, help_text="Un jour approximatif suffit\u00a0: la page dit le mois."
    )
    fact = forms.CharField(
        label="Le fait qui le montre",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce que quelqu’un a vu ou entendu\u00a0: qui, quand, ce qui s’est passé.",
    )
    confidence = forms.ChoiceField(label="Sur quoi cela repose", choices=Confidence.choices)
    trial = forms.ModelChoiceField(
        label="L’essai d’où il vient",
        queryset=Trial.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label="aucun en particulier",
    )

    def __init__(self, *args: Any, trajectory: Trajectory, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["trial"].queryset = trajectory.trials.all()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean_confidence(self) -> Confidence:
        return Confidence(self.cleaned_data["confidence"])


class EffectForm(EffectFields, SentOnceForm):
    pass


class EffectEditForm(EffectFields, VersionedForm):
    pass


class ResourceNoteFields(SharedTexts, forms.Form):
    """Where one of the four was seen to go, in which situation."""

    shared_texts = ("situation", "among")
    read_by = _ALSO_PRINTED

    resource = forms.ChoiceField(
        label="Quelle ressource",
        choices=Resource.choices,
        help_text="La santé est ici celle que le travail donne ou prend à un collectif, jamais l’état d’une personne.",
    )
    direction = forms.ChoiceField(
        label="Dans cette situation, elle est",
        choices=Direction.choices,
        help_text="Fragilisée est un renseignement, pas un échec.",
    )
    noted_on = DayField(label="Date", ahead=TODAY)
    situation = forms.CharField(
        label="La situation qui le montre",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une scène du travail, plutôt qu’un jugement.",
    )
    among = forms.CharField(
        label="Entre qui", required=False, max_length=200, help_text="Des collectifs plutôt que des noms."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_resource(self) -> Resource:
        return Resource(self.cleaned_data["resource"])

    def clean_direction(self) -> Direction:
        return Direction(self.cleaned_data["direction"])


class ResourceNoteForm(ResourceNoteFields, SentOnceForm):
    pass


class ResourceNoteEditForm(ResourceNoteFields, VersionedForm):
    pass
