"""Forms of trials and of next steps."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import Truncator

from accounts.models import Person
from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from structures.models import StructureDocument
from trajectories.forms.trajectories import STRUCTURE_READS, TODAY
from trajectories.models import (
    CONCLUDED,
    TRIAL_TRANSITIONS,
    Criterion,
    Dimension,
    Intervention,
    Trajectory,
    Trial,
    TrialState,
)
from trajectories.people import people_of


class DimensionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Dimension) -> str:
        return obj.short_name


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name


class PersonChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name


class TrialForm(SharedTexts, forms.ModelForm, SentOnceForm):
    """Something to try, in order to learn: a sentence is enough, its own page takes the rest."""

    shared_texts = ("title", "question")
    read_by = STRUCTURE_READS

    dimension = DimensionChoice(
        label="Dimension", queryset=Dimension.objects.none(), required=False, empty_label="aucune en particulier"
    )
    state = forms.ChoiceField(
        label="Où en est-il", choices=[(one.value, one.label) for one in (TrialState.RUNNING, TrialState.PLANNED)]
    )

    class Meta:
        model = Trial
        fields = ["title", "question", "dimension", "state", "started_on"]
        widgets = {"question": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, trajectory: Trajectory, continues: Trial | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        about = [continues.dimension] if continues and continues.dimension else []
        field: Any = self.fields["dimension"]
        field.queryset = Dimension.objects.offered(trajectory.framework_version, about)
        self.helper = bare_helper()

    def clean_state(self) -> TrialState:
        return TrialState(self.cleaned_data["state"])


class TrialEditForm(SharedTexts, VersionedForm):
    """All that a trial is; where it has come to is said on its page."""

    shared_texts = ("title", "gap", "question", "watched", "with_words")
    read_by = STRUCTURE_READS

    title = forms.CharField(label="Ce que nous essayons", max_length=200)
    reason = forms.ChoiceField(label="À quoi il tient", required=False)
    gap = forms.CharField(
        label="L’écart qui nous y pousse",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Entre ce que l’on fait et ce qui compte, ou entre deux lectures.",
    )
    question = forms.CharField(
        label="Ce que nous voulons apprendre",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    watched = forms.CharField(
        label="Ce que nous regarderons",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce qui nous dira, le moment venu, ce que l’essai change.",
    )
    started_on = DayField(label="Depuis", required=False)
    until_on = DayField(label="Jusqu’au", required=False)
    people = PersonChoices(
        label="Avec qui", queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    with_words = forms.CharField(
        label="Avec qui d’autre", required=False, max_length=200, help_text="Des personnes ou des collectifs du dehors."
    )

    def __init__(self, *args: Any, trial: Trial, **options: Any) -> None:
        super().__init__(*args, **options)
        version, structure = trial.trajectory.framework_version, trial.trajectory.structure
        about, sign = [one for one in (trial.dimension,) if one], [one for one in (trial.criterion,) if one]
        self.dimensions = {one.code: one for one in Dimension.objects.offered(version, about)}
        self.criteria = {one.code: one for one in Criterion.objects.offered(version, sign).select_related("dimension")}
        self.fields["reason"].choices = self._reasons()  # type: ignore[attr-defined]
        self.fields["people"].queryset = people_of(structure)  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def _reasons(self) -> list[Any]:
        """Each dimension with its criteria below."""
        groups: list[Any] = [("", "rien en particulier")]
        for code, dimension in self.dimensions.items():
            own = [one for one in self.criteria.values() if one.dimension.key == dimension.key]
            signs = [(one.code, f"{one.code} · {Truncator(one.text).chars(90)}") for one in own]
            groups.append((dimension.short_name, [(code, f"toute la dimension {dimension.short_name}"), *signs]))
        return groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code = cleaned.pop("reason", "")
        cleaned["dimension"], cleaned["criterion"] = self.dimensions.get(code), self.criteria.get(code)
        return cleaned


class TrialChangeForm(SharedTexts, VersionedForm):
    """Where a trial has come to, and what was learnt."""

    shared_texts = ("learnt", "why")
    read_by = STRUCTURE_READS

    state = forms.ChoiceField(label="Où en est-il")
    moved_on = DayField(
        label="Depuis quel jour", required=False, ahead=TODAY, help_text="Aujourd’hui, si rien n’est dit."
    )
    why = forms.CharField(
        label="Pourquoi", required=False, max_length=300, help_text="Ce qui le fait changer, en quelques mots."
    )
    learnt = forms.CharField(
        label="Ce que nous avons appris",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Il le faut pour conclure, quelle que soit l’issue.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["state"].choices = [(one.value, _state_label(one)) for one in self._states()]  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def _states(self) -> list[TrialState]:
        """Those it may come to; of a form that was sent all of them, as somebody may have moved it meanwhile."""
        if self.is_bound or "state" not in self.initial:
            return list(TrialState)
        current = TrialState(self.initial["state"])
        return [one for one in TrialState if one == current or one in TRIAL_TRANSITIONS[current]]


def _state_label(state: TrialState) -> str:
    return f"conclu\u00a0: {state.label}" if state in CONCLUDED else state.label


class InterventionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Intervention) -> str:
        return f"{date_format(obj.occurred_on)} · {obj.heading}"


class TieForm(forms.Form):
    """An intervention that touched a trial."""

    intervention = InterventionChoice(
        label="Une intervention qui l’a touché",
        queryset=Intervention.objects.none(),
        to_field_name="public_id",
        empty_label="Choisir",
    )

    def __init__(self, *args: Any, interventions: QuerySet[Intervention], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["intervention"].queryset = interventions  # type: ignore[attr-defined]
        self.helper = bare_helper()


class TieDocumentForm(forms.Form):
    """A document that bears witness to a trial."""

    document = forms.ModelChoiceField(
        label="Un document qui en témoigne",
        queryset=StructureDocument.objects.none(),
        to_field_name="public_id",
        empty_label="Choisir",
    )

    def __init__(self, *args: Any, documents: QuerySet[StructureDocument], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]
        self.helper = bare_helper()


class StepFields(SharedTexts, forms.Form):
    """A promise: what, when, who keeps it."""

    shared_texts = ("text", "owner_words")
    read_by = f"{STRUCTURE_READS} En retard, seules la personne qui s’en charge et celles qui conduisent le voient."

    text = forms.CharField(label="Prochain pas", max_length=300)
    due_on = DayField(label="Échéance", required=False)
    owner = PersonChoice(
        label="Qui s’en charge", queryset=Person.objects.none(), required=False, empty_label="personne pour l’instant"
    )
    owner_words = forms.CharField(
        label="Ou quelqu’un d’autre",
        required=False,
        max_length=120,
        help_text="Un nom, pour qui n’est pas de la liste.",
    )
    trial = forms.ModelChoiceField(
        label="Essai", queryset=Trial.objects.none(), required=False, to_field_name="public_id", empty_label="aucun"
    )

    def __init__(self, *args: Any, trajectory: Trajectory, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = self._owners(trajectory)  # type: ignore[attr-defined]
        self.fields["trial"].queryset = trajectory.trials.all()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def _owners(self, trajectory: Trajectory) -> QuerySet[Person]:
        return people_of(trajectory.structure)


class NextStepForm(StepFields, SentOnceForm):
    pass


class NextStepEditForm(StepFields, VersionedForm):
    """Whoever keeps it may have left the structure since: they stay in the list."""

    def _owners(self, trajectory: Trajectory) -> QuerySet[Person]:
        kept_by = Person.objects.filter(pk=self.initial.get("owner") or 0)
        return (people_of(trajectory.structure) | kept_by).distinct()


class SetAsideForm(SharedTexts, VersionedForm):
    shared_texts = ("why",)
    read_by = STRUCTURE_READS

    why = forms.CharField(label="Pourquoi", max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()
