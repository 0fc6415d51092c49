"""Forms of the community: a report from its template, its sharing, what is answered, the sheets."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from accounts.models import Person
from community.models import (
    ContributionKind,
    ExperienceReport,
    Phase,
    ResourceKind,
    ResourceStatus,
    SharedResource,
)
from community.queries import PARTS, SHEET_PARTS, TEXTS
from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper, chosen
from structures.models import Structure
from trajectories.forms import DimensionChoices
from trajectories.models import Dimension, FrameworkVersion, Modality

# A search column holds so much and no more; nobody reads a part that long.
LONGEST = 20_000
TODAY = timedelta()
DEBATE_READS = "la communauté, et la direction de la structure d’où vient ce retour d’expérience."
REPORT_FIELDS = [*TEXTS, "modality", "phase", "dimensions", "resources", "structure"]
SHEET_FIELDS = ["kind", "title", "status", *SHEET_PARTS]
# One line each: what a contribution of this kind is for.
KIND_MEANINGS = {
    ContributionKind.QUESTION: "Demander ce qui manque pour comprendre, avant de juger.",
    ContributionKind.NEIGHBOURING: "Mettre à côté une situation semblable que vous avez racontée ou lue ici.",
    ContributionKind.DISAGREEMENT: "Dire ce que vous voyez autrement, et sur quelle expérience cela repose.",
    ContributionKind.CONCEPT: "Apporter une idée, tirée d’une fiche, qui éclaire ce qui s’est passé.",
}
STATUS_MEANINGS = {
    ResourceStatus.TRIAL: "Quelques personnes s’y essaient\u00a0: racontez ce que cela donne chez vous.",
    ResourceStatus.PROVEN: "Plusieurs situations racontées s’appuient dessus.",
    ResourceStatus.CONTESTED: "Son usage est en débat\u00a0: lisez ce qui lui est opposé avant de vous en servir.",
    ResourceStatus.WITHDRAWN: "La communauté ne s’en sert plus\u00a0; elle reste ici pour mémoire.",
}
_HELP = {
    "title": "Ce dont on se souviendra. Le titre suffit pour garder un brouillon.",
    "period": "Une saison, une durée\u00a0: «\u00a0quatre mois, trois ateliers\u00a0». Pas de jour précis.",
    "context": "Le secteur, la taille à peu près, le genre de territoire.",
    "starting_question": "Celle que vous vous posiez avant, avec vos mots d’alors.",
    "situation": "Le moment clé, comme une scène\u00a0: qui fait quoi, ce qui se dit, ce qui se tait.",
    "done": "Et ce qui était prévu, si ce n’est pas la même chose.",
    "resisted": "Ce qui a surpris, coincé, échoué. Souvent la partie la plus utile à lire.",
    "effects": "Des faits, et sur qui. Ce que l’on a vu changer, ou pas.",
    "interpretations": "Vos hypothèses, celles que vous avez abandonnées comprises.",
    "stance_shift": "Dans votre façon de vous tenir, d’écouter, de proposer.",
    "kept": "Et à quelles conditions cela pourrait servir ailleurs.",
    "open_controversies": "Ce sur quoi vous n’êtes pas d’accord entre vous, ou avec vous-même.",
    "question": "Une vraie question, à laquelle vous n’avez pas la réponse.",
    "structure": "Connue de vous et de vos co-auteur·es\u00a0; la communauté ne la voit jamais.",
}
_ROWS = {"situation": 8, "done": 5, "context": 2, "starting_question": 2, "question": 2}


class PersonChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name


def _bound_texts(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field.widget, forms.Textarea):
            field.max_length = LONGEST  # type: ignore[attr-defined]
            field.widget.attrs["maxlength"] = LONGEST
            field.validators.append(MaxLengthValidator(LONGEST))


def _areas(names: Iterable[str]) -> dict[str, forms.Widget]:
    return {name: forms.Textarea(attrs={"rows": _ROWS.get(name, 4)}) for name in names}


class WrittenByOperation(forms.ModelForm):
    """Fields named and sized by a model; the row itself is the operation's to write and its rules' to judge."""

    def _post_clean(self) -> None:
        """The object in memory stays what was read."""


class ReportForm(SharedTexts, WrittenByOperation):
    """The template of a report: what it needs to be read, then what may enrich it."""

    shared_texts = tuple(TEXTS)
    read_by = (
        "vous et vos co-auteur·es\u00a0; une fois partagé, la communauté et la direction de la structure d’où il vient."
    )

    co_authors = PersonChoices(
        label="Avec qui vous signez",
        queryset=Person.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Vos co-auteur·es lisent et modifient ce texte, brouillon compris.",
    )
    dimensions = DimensionChoices(
        label="Dimensions travaillées",
        queryset=Dimension.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    resources = forms.ModelMultipleChoiceField(
        label="Fiches mobilisées",
        queryset=SharedResource.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    structure = forms.ModelChoiceField(
        label="La structure d’où vient ce texte",
        queryset=Structure.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="aucune, ou une structure que je n’accompagne pas ici",
        help_text=_HELP["structure"],
    )

    class Meta:
        model = ExperienceReport
        fields = REPORT_FIELDS
        labels = PARTS | {"context": "Le contexte"}
        help_texts = _HELP
        widgets = _areas(["context", *PARTS])

    def __init__(
        self,
        *args: Any,
        structures: Any,
        people: Any,
        resources: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        worked = self.instance.dimensions.all() if self.instance.pk else Dimension.objects.none()
        choices = {
            "structure": structures,
            "co_authors": people,
            "resources": resources,
            "dimensions": Dimension.objects.offered(FrameworkVersion.objects.current(), worked),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        if not structures.exists():
            # Whoever accompanies nobody here has nothing to choose.
            del self.fields["structure"]
        self.fields["modality"].choices = chosen(Modality, "non précisée")  # type: ignore[attr-defined]
        self.fields["phase"].choices = chosen(Phase, "non précisé")  # type: ignore[attr-defined]
        _bound_texts(self)
        self.helper = bare_helper()

    @property
    def has_more(self) -> bool:
        """Something is written, or refused, among the parts that are folded."""
        folded = [field for field in self if field.name in FOLDED]
        return any(field.errors or field.value() for field in folded)


FOLDED = {
    *("period", "co_authors", "dimensions", "modality", "phase", "effects", "interpretations"),
    *("stance_shift", "open_controversies", "resources", "structure"),
}


class ReportNewForm(ReportForm, SentOnceForm):
    pass


class ReportEditForm(ReportForm, VersionedForm):
    pass


class ShareForm(VersionedForm):
    """Where a text comes from, and what was agreed."""

    is_about_structure = forms.TypedChoiceField(
        label="D’où vient ce texte",
        choices=[
            ("yes", "Ce texte vient d’une structure, qui a donné son accord"),
            ("no", "Ce texte ne parle d’aucune structure accompagnée"),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    consent_on = DayField(label="Accord donné le", ahead=TODAY, required=False)
    consent_scope = forms.CharField(
        label="À quoi la structure a dit oui",
        max_length=200,
        required=False,
        help_text="Par exemple «\u00a0la communauté, sans le nom ni la commune\u00a0».",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class LinkFields(forms.Form):
    """What a contribution rests on: another report, a sheet."""

    linked_report = forms.ModelChoiceField(
        label="Un autre retour d’expérience",
        queryset=ExperienceReport.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="aucun",
        help_text="Nécessaire pour une expérience voisine.",
    )
    linked_resource = forms.ModelChoiceField(
        label="Une fiche",
        queryset=SharedResource.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="aucune",
        help_text="Nécessaire pour un apport conceptuel.",
    )

    def __init__(self, *args: Any, reports: Any, resources: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["linked_report"].queryset = reports  # type: ignore[attr-defined]
        self.fields["linked_resource"].queryset = resources  # type: ignore[attr-defined]
        self.helper = bare_helper()


def _text_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 7}), help_text=help_text
    )


class ContributionForm(SharedTexts, LinkFields, SentOnceForm):
    """The kind is chosen first: it says what is looked for."""

    shared_texts = ("text",)
    read_by = DEBATE_READS

    kind = forms.ChoiceField(
        label="Genre de contribution",
        choices=[(kind.value, kind.label) for kind in KIND_MEANINGS],
        widget=forms.RadioSelect,
    )
    text = _text_field("Votre texte", "Sans nom de structure ni de personne, comme dans le retour d’expérience.")
    field_order = ["kind", "text"]

    def clean_kind(self) -> ContributionKind:
        return ContributionKind(self.cleaned_data["kind"])


class ContributionEditForm(SharedTexts, LinkFields, VersionedForm):
    shared_texts = ("text",)
    read_by = DEBATE_READS
    text = _text_field("Votre texte")
    field_order = ["text"]


class AnswerForm(SharedTexts, SentOnceForm):
    shared_texts = ("text",)
    read_by = DEBATE_READS
    text = _text_field("Votre réponse")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class AnswerEditForm(SharedTexts, VersionedForm):
    shared_texts = ("text",)
    read_by = DEBATE_READS
    text = _text_field("Votre réponse")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class SheetForm(SharedTexts, WrittenByOperation):
    """A sheet: what is looked for and how it is used are enough."""

    shared_texts = tuple(SHEET_PARTS)
    read_by = "toute la communauté, qui peut aussi la modifier."

    class Meta:
        model = SharedResource
        fields = SHEET_FIELDS
        widgets = _areas(SHEET_PARTS)
        help_texts = {
            "intention": "Ce que cela permet de comprendre ou de faire bouger.",
            "usage": "Assez précis pour que quelqu’un d’autre l’essaie sans vous.",
            "conditions": "Le temps, les personnes, la confiance qu’il y faut.",
            "limits": "Quand cela ne marche pas, ou fait du tort.",
            "variants": "Les façons dont d’autres s’en servent.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = chosen(ResourceKind, "choisir un genre")  # type: ignore[attr-defined]
        _bound_texts(self)
        self.helper = bare_helper()


class ProfileForm(SharedTexts, VersionedForm):
    """What one says of one's practice; nothing of it is asked."""

    shared_texts = ("work", "help")
    read_by = "les membres de la communauté. Ni les structures, ni leurs dirigeant·es, ni le public."

    work = forms.CharField(
        label="Sur quoi je travaille",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Les activités, les questions qui vous occupent en ce moment.",
    )
    territory = forms.CharField(
        label="Où",
        max_length=200,
        required=False,
        help_text="Un département, un bassin de vie, une vallée\u00a0: avec vos mots.",
    )
    help = forms.CharField(
        label="En quoi je peux aider",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce que d’autres peuvent venir vous demander.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class SheetNewForm(SheetForm, SentOnceForm):
    pass


class SheetEditForm(SheetForm, VersionedForm):
    pass
