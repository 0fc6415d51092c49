"""Forms of what a structure tells of itself: phases, moments, words that somebody said."""

from typing import Any

from django import forms

from accounts.models import Person
from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from structures.models import Structure
from trajectories.forms.trajectories import STRUCTURE_READS, TODAY
from trajectories.forms.trials import PersonChoice
from trajectories.models import PhaseKind, VerbatimCircle
from trajectories.people import people_of


class PhaseFields(SharedTexts, forms.Form):
    """A stretch of the way; what it is called matters less than when it was."""

    shared_texts = ("name",)
    read_by = STRUCTURE_READS

    kind = forms.ChoiceField(label="Quel temps", choices=PhaseKind.choices)
    name = forms.CharField(label="Avec nos mots", required=False, max_length=120, help_text="Pour la nommer autrement.")
    starts_on = DayField(label="Du")
    ends_on = DayField(label="Au", required=False, help_text="Vide tant qu’elle dure.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_kind(self) -> PhaseKind:
        return PhaseKind(self.cleaned_data["kind"])


class PhaseForm(PhaseFields, SentOnceForm):
    pass


class PhaseEditForm(PhaseFields, VersionedForm):
    pass


class MomentFields(SharedTexts, forms.Form):
    """Something that mattered."""

    shared_texts = ("title", "words")
    read_by = f"{STRUCTURE_READS} Les bilans le racontent."

    happened_on = DayField(label="Date", ahead=TODAY)
    title = forms.CharField(label="Ce qui s’est passé", max_length=160)
    words = forms.CharField(
        label="Ce que nous voulons en dire",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    is_milestone = forms.BooleanField(label="C’est un grand moment de notre chemin", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class MomentForm(MomentFields, SentOnceForm):
    pass


class MomentEditForm(MomentFields, VersionedForm):
    pass


class VerbatimFields(SharedTexts, forms.Form):
    """Word for word, and how the person wishes to be named."""

    shared_texts = ("said_words", "named_as")
    read_by = "vous, et la personne qui l’a dite, tant qu’elle n’a pas donné son accord\u00a0; ensuite qui elle veut."

    said_on = DayField(label="Date", ahead=TODAY)
    said_words = forms.CharField(
        label="Ce qui a été dit", max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}), help_text="Mot pour mot."
    )
    said_by = PersonChoice(
        label="Qui l’a dit",
        queryset=Person.objects.none(),
        required=False,
        empty_label="quelqu’un qui n’est pas de la liste",
        help_text="Cette personne, si elle a un compte, lira ces mots et donnera son accord elle-même.",
    )
    named_as = forms.CharField(
        label="Comment nommer cette personne",
        max_length=120,
        help_text="Comme elle le souhaite\u00a0: «\u00a0Oumou, à l’atelier\u00a0», «\u00a0une bénévole\u00a0».",
    )

    def __init__(self, *args: Any, structure: Structure, **options: Any) -> None:
        super().__init__(*args, **options)
        known = Person.objects.filter(pk=self.initial.get("said_by") or 0)
        self.fields["said_by"].queryset = (people_of(structure) | known).distinct()  # type: ignore[attr-defined]
        self.helper = bare_helper()


class VerbatimForm(VerbatimFields, SentOnceForm):
    pass


class VerbatimEditForm(VerbatimFields, VersionedForm):
    pass


class AgreementOfVerbatimForm(VersionedForm):
    """How far the words may go, and since when."""

    agreed_circle = forms.ChoiceField(
        label="Ces mots peuvent être lus par", choices=VerbatimCircle.choices, widget=forms.RadioSelect
    )
    agreed_on = DayField(label="Accord donné le", ahead=TODAY)

    def __init__(self, *args: Any, is_own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_own:
            # Whoever agrees to their own words does so today.
            del self.fields["agreed_on"]
        self.helper = bare_helper()
