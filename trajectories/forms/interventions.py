"""Forms of interventions and of the journal beside them."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Circle, Person, User
from efc_platform.shared.duration import DurationField
from efc_platform.shared.forms import (
    DayField,
    FilesField,
    FilesInput,
    SentOnceForm,
    SharedTexts,
    VersionedForm,
    bare_helper,
)
from efc_platform.shared.uploads import DOCUMENTS, accept, kinds_in_words
from structures.models import EcosystemActor, StructureDocument
from trajectories.forms.modalities import ModalityFields, OvertakenModality, modalities
from trajectories.forms.trajectories import TODAY
from trajectories.framework import Framework
from trajectories.models import (
    AccountRemark,
    Criterion,
    Dimension,
    Intervention,
    InterventionShare,
    Place,
    RemarkKind,
    RemarkOutcome,
    Trajectory,
)
from trajectories.operations import MOST_FILES
from trajectories.participants import LONGEST
from trajectories.ties import PREFIX, TIES

CIRCLES = [Circle.STRUCTURE, Circle.DIRECTION, Circle.TEAM, Circle.PARTICIPANTS]
BY_MODALITY = (
    "",
    "Comme le veut la modalité",
    "Les personnes présentes pour un espace d’échange, la structure et l’équipe d’accompagnement pour le reste.",
)


class CriterionChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Criterion) -> str:
        return obj.text


class StructureChoice(forms.ModelChoiceField):
    """By the name of the structure; one that is closed says so, as the structure may be on its way again."""

    def label_from_instance(self, obj: Trajectory) -> str:
        if obj.closed_on is None:
            return obj.structure.name
        return f"{obj.structure.name} (close depuis le {date_format(obj.closed_on)})"


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """These rows to choose among; without any the question is not asked. They are read once: as choices of the field
    itself they would be read again when it is shown."""
    if found := list(rows):
        field: Any = form.fields[name]
        field.queryset = rows
        field.choices = [(one.pk, str(one)) for one in found]
    else:
        del form.fields[name]


class DimensionChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Dimension) -> str:
        return obj.short_name


class JournalFields(forms.Form):
    """The three parts of a journal page, each named for what it holds."""

    facts = forms.CharField(label="Faits", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    feelings = forms.CharField(
        label="Ressentis", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    interpretations = forms.CharField(
        label="Interprétations", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EventFields(ModalityFields, SharedTexts, forms.Form):
    """What happened: date, duration, modality and one text are enough."""

    shared_texts = ("account", "title", "location", "decision", "open_question", "next_step")

    occurred_on = DayField(label="Date", ahead=TODAY)
    minutes = DurationField(label="Durée", least=5, help_text="3 h, 1 h 30 ou 45 min")
    modality = forms.ChoiceField(label="Modalité", choices=modalities)
    with_whom = forms.CharField(
        label="Avec qui",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Des noms ou des nombres\u00a0: «\u00a0Nadia Roussel, 4 salariées, 6 bénévoles\u00a0».",
    )
    account = forms.CharField(
        label="Compte rendu partagé",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    circle = forms.ChoiceField(
        label="Qui peut lire ce compte rendu",
        choices=[(circle.value, circle.label) for circle in CIRCLES],
        widget=forms.RadioSelect,
    )
    dimensions = DimensionChoices(
        label="Dimensions travaillées",
        queryset=Dimension.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(
        label="Titre", required=False, max_length=160, help_text="Par exemple «\u00a0Atelier tri en duo\u00a0»."
    )
    place = forms.ChoiceField(label="Lieu", choices=Place.choices, required=False)
    location = forms.CharField(
        label="Où",
        required=False,
        max_length=160,
        help_text="Par exemple «\u00a0à l’atelier\u00a0», ou l’outil de visio.",
    )
    practitioners = forms.ModelMultipleChoiceField(
        label="Menée avec",
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chaque personne de la paire écrit ensuite sa note d’équipe et son journal.",
    )
    preparation_minutes = DurationField(label="Préparation", required=False)
    travel_minutes = DurationField(label="Trajet", required=False)
    decision = forms.CharField(
        label="Décision prise", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    open_question = forms.CharField(
        label="Question restée ouverte", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    uploads = FilesField(
        label="Ajouter des documents ou des photos",
        required=False,
        widget=FilesInput(attrs={"accept": accept(DOCUMENTS)}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        heaviest = settings.UPLOAD_BYTES // 1_000_000
        self.fields["uploads"].help_text = (
            f"{kinds_in_words(DOCUMENTS)}\u00a0; {MOST_FILES} au plus à la fois, de {heaviest}\u00a0Mo chacun. Ils "
            "rejoignent les documents de la structure, que toutes ses personnes lisent, quel que soit le cercle du "
            "compte rendu."
        )

    def offer_ties(self, user: User, intervention: Intervention | None = None) -> None:
        """What upper applications tie it to, each as boxes; without any the question is not asked."""
        for name, tie in TIES.items():
            if offered := tie.choices(user, intervention):
                self.fields[f"{PREFIX}{name}"] = forms.MultipleChoiceField(
                    label=tie.label,
                    choices=[(one.key, one.label) for one in offered],
                    initial=[one.key for one in offered if one.is_tied],
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )

    @property
    def ties(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    def ask_files_again(self) -> None:
        """A browser gives no file back with a form that is shown again."""
        if self.is_bound and self.files:
            self.add_error("uploads", "Choisissez vos fichiers à nouveau\u00a0: ils ne reviennent pas avec la page.")

    def clean_with_whom(self) -> str:
        line = self.cleaned_data["with_whom"]
        if any(len(part) > LONGEST for part in re.split(r"[,;\n]", line)):
            raise forms.ValidationError(
                "Séparez les personnes par des virgules\u00a0: une partie de cette ligne est trop longue."
            )
        return line

    def clean_circle(self) -> Circle | None:
        return Circle(self.cleaned_data["circle"]) if self.cleaned_data["circle"] else None

    @property
    def circles(self) -> list[tuple[str, str, str]]:
        """Each circle with who that is; without one yet, what the modality calls for."""
        known = [(circle.value, circle.label.capitalize(), circle.sentence) for circle in CIRCLES]
        return known if self.fields["circle"].required else [BY_MODALITY, *known]

    @property
    def chosen_circle(self) -> str:
        return str(self["circle"].value() or "")

    def offer_people(self, people: QuerySet[Person]) -> None:
        """With whom one may have led it; without a colleague the question is not asked."""
        offer(self, "practitioners", people)

    def clean_place(self) -> str:
        return self.cleaned_data["place"] or Place.ON_SITE

    def clean_preparation_minutes(self) -> int:
        return self.cleaned_data["preparation_minutes"] or 0

    def clean_travel_minutes(self) -> int:
        return self.cleaned_data["travel_minutes"] or 0


class InterventionForm(EventFields, JournalFields, SentOnceForm):
    """Logging: the event, one promise and the private journal, sent together and once."""

    trajectory = StructureChoice(
        label="Structure",
        queryset=Trajectory.objects.none(),
        to_field_name="public_id",
        empty_label="choisir une structure",
    )
    also = forms.ModelMultipleChoiceField(
        label="Cette intervention concernait aussi",
        queryset=Trajectory.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Le temps est partagé également entre elles\u00a0; chacune a son propre compte rendu, à écrire "
        "ensuite. Aucune ne lit celui d’une autre.",
    )
    next_step = forms.CharField(label="Prochain pas", required=False, max_length=300)
    due_on = DayField(label="Échéance", required=False)
    # As on the page, so that what is refused is listed in the order in which it is met.
    field_order = ["trajectory"]

    def __init__(
        self,
        *args: Any,
        trajectories: QuerySet[Trajectory],
        framework: Framework | None,
        colleagues: QuerySet[Person],
        **options: Any,
    ) -> None:
        options["initial"] = {"occurred_on": timezone.localdate()} | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.fields["trajectory"].queryset = trajectories  # type: ignore[attr-defined]
        self._offer_others(trajectories)
        self.offer_people(colleagues)
        self.fields["circle"].required = False
        self.fields["circle"].choices = [BY_MODALITY[:2], *self.fields["circle"].choices]  # type: ignore[attr-defined]
        if framework:
            self.fields["dimensions"].queryset = framework.version.dimensions.all()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def _offer_others(self, trajectories: QuerySet[Trajectory]) -> None:
        """The other open trajectories, from those already read; alone, the question is not asked."""
        named = str(self.initial.get("trajectory") or "")
        others = [one for one in trajectories if one.closed_on is None and str(one.public_id) != named]
        if others:
            field: Any = self.fields["also"]
            field.queryset = trajectories
            field.choices = [(str(one.public_id), one.structure.name) for one in others]
        else:
            del self.fields["also"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("due_on") and not cleaned.get("next_step"):
            self.add_error("next_step", "Une échéance est posée\u00a0: dites ce qui est prévu ce jour-là.")
        if (also := cleaned.get("also")) is not None and cleaned.get("trajectory"):
            cleaned["also"] = [one for one in also if one != cleaned["trajectory"]]
        return cleaned


class InterventionEditForm(EventFields, OvertakenModality):
    """All that may be said of it, for one of the structures it served."""

    share_minutes = DurationField(
        label="Part de cette structure",
        least=1,
        help_text="Les parts de toutes les structures ne dépassent pas la durée.",
    )
    criteria = CriterionChoices(
        label="Critères travaillés",
        queryset=Criterion.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    actors = forms.ModelMultipleChoiceField(
        label="Relations de l’écosystème concernées",
        queryset=EcosystemActor.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    documents = forms.ModelMultipleChoiceField(
        label="Documents et photos",
        queryset=StructureDocument.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Parmi ceux de la structure, que toutes ses personnes lisent.",
    )

    def __init__(
        self,
        *args: Any,
        framework: Framework,
        share: InterventionShare,
        colleagues: QuerySet[Person],
        is_shared_out: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        structure = share.trajectory.structure
        chosen = options.get("initial", {}).get("modality", "")
        self.fields["modality"].choices = modalities(also=str(chosen))  # type: ignore[attr-defined]
        for name, part in (("dimensions", Dimension), ("criteria", Criterion)):
            field: Any = self.fields[name]
            field.queryset = part.objects.offered(framework.version, getattr(share, name).all())
        self.offer_people(colleagues)
        if not is_shared_out:
            del self.fields["share_minutes"]
        for name, rows in (("actors", structure.ecosystem_actors.all()), ("documents", structure.documents.all())):
            offer(self, name, rows)
        self.helper = bare_helper()


class JournalForm(JournalFields, VersionedForm, SentOnceForm):
    """A journal page by itself; a new one has no version yet."""

    written_on = DayField(label="Date", ahead=TODAY)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in ("facts", "feelings", "interpretations")):
            raise forms.ValidationError("Écrivez au moins une ligne, dans la partie que vous voulez.")
        return cleaned


class TeamNoteForm(SharedTexts, VersionedForm, SentOnceForm):
    """One's own note for the team: before, and after."""

    shared_texts = ("preparation", "debrief")
    read_by = "les personnes qui accompagnent cette structure, et personne d’autre."

    preparation = forms.CharField(
        label="Avant\u00a0: ce que nous préparons",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    debrief = forms.CharField(
        label="Après coup\u00a0: ce que j’en retiens pour l’équipe",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class RemarkForm(SharedTexts, SentOnceForm):
    """A word in answer to an account, or a correction asked for."""

    shared_texts = ("text",)
    read_by = "les personnes qui lisent ce compte rendu."

    kind = forms.ChoiceField(
        label="C’est", choices=RemarkKind.choices, initial=RemarkKind.COMMENT, widget=forms.RadioSelect
    )
    text = forms.CharField(label="Votre remarque", max_length=3_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_kind(self) -> RemarkKind:
        return RemarkKind(self.cleaned_data["kind"])


class RemarkAnswerForm(SharedTexts, forms.Form):
    """What is answered, and for a correction what became of it."""

    shared_texts = ("answer",)
    read_by = "les personnes qui lisent ce compte rendu."

    outcome = forms.ChoiceField(
        label="Suite donnée", choices=RemarkOutcome.choices, required=False, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label="Votre réponse", required=False, max_length=3_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, remark: AccountRemark, **options: Any) -> None:
        super().__init__(*args, **options)
        if remark.kind != RemarkKind.CORRECTION:
            del self.fields["outcome"]
        self.helper = bare_helper()

    def clean_outcome(self) -> RemarkOutcome | None:
        return RemarkOutcome(self.cleaned_data["outcome"]) if self.cleaned_data["outcome"] else None
