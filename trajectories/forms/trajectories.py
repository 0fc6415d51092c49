"""Forms of a trajectory: intervention and journal, reading, trials, promises, meetings, reports."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Circle
from efc_platform.shared.duration import DurationField
from efc_platform.shared.forms import DateTimeInput, DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from trajectories.framework import Framework
from trajectories.models import (
    Dimension,
    InterventionShare,
    Modality,
    Place,
    PositioningState,
    ProgressReport,
    Trajectory,
    Trial,
    TrialState,
    Viewpoint,
)
from trajectories.participants import LONGEST

TODAY = timedelta()
CIRCLES = [Circle.STRUCTURE, Circle.DIRECTION, Circle.TEAM, Circle.PARTICIPANTS]
BY_MODALITY = (
    "",
    "Comme le veut la modalité",
    "Les personnes présentes pour un espace d’échange, la structure et l’équipe d’accompagnement pour le reste.",
)
STRUCTURE_READS = "les personnes de la structure et celles qui l’accompagnent."


class StructureChoice(forms.ModelChoiceField):
    """By the name of the structure; one that is closed says so, as the structure may be on its way again."""

    def label_from_instance(self, obj: Trajectory) -> str:
        if obj.closed_on is None:
            return obj.structure.name
        return f"{obj.structure.name} (close depuis le {date_format(obj.closed_on)})"


class DimensionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Dimension) -> str:
        return obj.short_name


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


class EventFields(SharedTexts, forms.Form):
    """What happened: date, duration, modality and one text are enough."""

    shared_texts = ("account", "title", "decision", "open_question", "next_step")

    occurred_on = DayField(label="Date", ahead=TODAY)
    minutes = DurationField(label="Durée", least=5, help_text="3 h, 1 h 30 ou 45 min")
    modality = forms.ChoiceField(label="Modalité", choices=Modality.choices)
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
    preparation_minutes = DurationField(label="Préparation", required=False)
    travel_minutes = DurationField(label="Trajet", required=False)
    decision = forms.CharField(
        label="Décision prise", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    open_question = forms.CharField(
        label="Question restée ouverte", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )

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
    next_step = forms.CharField(label="Prochain pas", required=False, max_length=300)
    due_on = DayField(label="Échéance", required=False)
    # As on the page, so that what is refused is listed in the order in which it is met.
    field_order = ["trajectory"]

    def __init__(self, *args: Any, trajectories: Any, framework: Framework | None, **options: Any) -> None:
        options["initial"] = {"occurred_on": timezone.localdate()} | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.fields["trajectory"].queryset = trajectories  # type: ignore[attr-defined]
        self.fields["circle"].required = False
        self.fields["circle"].choices = [BY_MODALITY[:2], *self.fields["circle"].choices]  # type: ignore[attr-defined]
        if framework:
            self.fields["dimensions"].queryset = framework.version.dimensions.all()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("due_on") and not cleaned.get("next_step"):
            self.add_error("next_step", "Une échéance est posée\u00a0: dites ce qui est prévu ce jour-là.")
        return cleaned


class InterventionEditForm(EventFields, VersionedForm):
    def __init__(self, *args: Any, framework: Framework, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["dimensions"].queryset = framework.version.dimensions.all()  # type: ignore[attr-defined]
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


class ReadingForm(SentOnceForm):
    """From where one reads, and on which day."""

    viewpoint = forms.ChoiceField(label="Point de vue", widget=forms.RadioSelect)
    read_on = DayField(label="Date de la lecture", ahead=TODAY)

    def __init__(self, *args: Any, viewpoints: list[Viewpoint], **options: Any) -> None:
        first = viewpoints[0] if viewpoints else None
        options["initial"] = {"read_on": timezone.localdate(), "viewpoint": first}
        super().__init__(*args, **options)
        self.fields["viewpoint"].choices = [(one.value, one.label) for one in viewpoints]  # type: ignore[attr-defined]
        self.helper = bare_helper()


class PositioningForm(SharedTexts, VersionedForm):
    """One dimension: a level with the fact that founds it, or why there is none."""

    shared_texts = ("observed_fact", "next_question")
    read_by = f"vous et vos co-auteur·es, puis, une fois la lecture scellée, {STRUCTURE_READS}"

    answer = forms.CharField(label="Où en sommes-nous\u00a0?", required=False)
    observed_fact = forms.CharField(
        label="Fait observé",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une situation précise, vue ou racontée, que l’on pourra rediscuter.",
    )
    next_question = forms.CharField(
        label="Prochaine question", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """`answer` is a level's rank or another state; empty leaves the dimension unread."""
        cleaned = super().clean() or {}
        answer = cleaned.get("answer", "")
        cleaned["level"] = int(answer) if answer in {"1", "2", "3", "4", "5"} else None
        cleaned["state"] = PositioningState.LEVEL if cleaned["level"] else self._other_state(answer)
        if cleaned["level"] and not cleaned.get("observed_fact"):
            self.add_error(
                "observed_fact",
                "Un repère s’appuie toujours sur un fait observé\u00a0: dites ce qui vous y fait penser.",
            )
        if not answer and (cleaned.get("observed_fact") or cleaned.get("next_question")):
            self.add_error(
                "answer",
                "Choisissez un repère, ou dites pourquoi il n’y en a pas\u00a0: votre texte est gardé.",
            )
        return cleaned

    def _other_state(self, answer: str) -> PositioningState | None:
        if answer and answer not in {PositioningState.NOT_APPLICABLE, PositioningState.NOT_ENOUGH_EVIDENCE}:
            self.add_error("answer", "Ce choix n’existe pas.")
            return None
        return PositioningState(answer) if answer else None


class NextStepForm(SharedTexts, SentOnceForm):
    shared_texts = ("text",)
    read_by = STRUCTURE_READS
    text = forms.CharField(label="Prochain pas", max_length=300)
    due_on = DayField(label="Échéance", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class TrialForm(SharedTexts, forms.ModelForm, SentOnceForm):
    """Something to try, in order to learn."""

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

    def __init__(self, *args: Any, framework: Framework, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["dimension"].queryset = framework.version.dimensions.all()  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean_state(self) -> TrialState:
        return TrialState(self.cleaned_data["state"])


class TrialChangeForm(SharedTexts, VersionedForm):
    """Where a trial has come to, and what was learnt."""

    shared_texts = ("learnt",)
    read_by = STRUCTURE_READS

    state = forms.ChoiceField(label="Où en est-il", choices=TrialState.choices)
    learnt = forms.CharField(
        label="Ce que nous avons appris", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class AppointmentForm(SharedTexts, SentOnceForm):
    """The next meeting."""

    shared_texts = ("subject", "place")
    read_by = (
        "les personnes de la structure et celles qui l’accompagnent\u00a0; la coordination en voit la date et le lieu."
    )

    starts_at = forms.DateTimeField(label="Date et heure", widget=DateTimeInput())
    minutes = DurationField(label="Durée", least=5, initial=120)
    subject = forms.CharField(label="Sujet", max_length=200)
    place = forms.CharField(label="Lieu", max_length=200, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class WordsForm(SharedTexts, VersionedForm):
    """What the trajectory says of itself, in the structure's own words."""

    shared_texts = ("lead_words", "starting_words", "aim", "working_question")
    read_by = STRUCTURE_READS

    lead_words = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce texte ouvre le bilan\u00a0: d’où vous partez, ce que vous essayez, vers quoi vous allez.",
    )
    starting_words = forms.CharField(
        label="Les mots du départ", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    aim = forms.CharField(
        label="Visée provisoire", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    working_question = forms.CharField(
        label="Question de travail", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class ReportForm(forms.Form):
    """The period a report tells of, both days included."""

    period_start = DayField(label="Du", ahead=TODAY)
    period_end = DayField(label="Au", ahead=TODAY)

    def __init__(self, *args: Any, trajectory: Trajectory, **options: Any) -> None:
        options["initial"] = {"period_start": trajectory.started_on, "period_end": timezone.localdate()}
        super().__init__(*args, **options)
        self.helper = bare_helper()


class OpenTrajectoryForm(forms.Form):
    started_on = DayField(label="Début de la trajectoire", ahead=timedelta(days=366))

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"started_on": timezone.localdate()}
        super().__init__(*args, **options)
        self.helper = bare_helper()


class TextOpeningForm(SentOnceForm):
    """Which text, and why: what the structure will read."""

    what = forms.ChoiceField(label="Ce que vous ouvrez", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Pourquoi",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La direction de la structure et les personnes qui l’accompagnent liront cette phrase.",
    )

    def __init__(self, *args, targets: Mapping[str, Any], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [(key, _named(one)) for key, one in targets.items()]  # type: ignore[attr-defined]
        self.fields["what"].initial = next(iter(targets))
        self.helper = bare_helper()


def _named(target: Trajectory | InterventionShare | ProgressReport) -> str:
    if isinstance(target, InterventionShare):
        return f"Le compte rendu du {date_format(target.intervention.occurred_on)}"
    if isinstance(target, ProgressReport):
        return f"Le bilan du {date_format(target.period_start)} au {date_format(target.period_end)}"
    return "Les mots de la trajectoire, les essais, les prochains pas, les faits des lectures"
