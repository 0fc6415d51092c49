"""Forms of trainings: the catalogue, a session and its half-days, who is enrolled, who came."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Person, RoleGrant
from accounts.permissions import roles_open_to
from efc_platform.shared.forms import DayField, Overtaken, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from efc_platform.templatetags.french import clock, long_date
from structures.models import Cohort
from trainings.models import HalfDay, Regime, Training, regime_refused
from trainings.operations import Slot
from trainings.queries import Candidate
from trajectories.models import Dimension, Modality

TRAINING_FIELDS = [
    "title",
    "modality",
    "regime",
    "summary",
    "objectives",
    "audience",
    "prerequisites",
    "content",
    "dimensions",
]
SESSION_FIELDS = ["cohort", "is_public", "place", "address", "information", "capacity"]
# As many as a two-day session with an evening each day, and two more.
MOST_HALF_DAYS = 8


class DimensionChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Dimension) -> str:
        return obj.short_name


class PeopleChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name


class TrainingForm(SharedTexts, forms.ModelForm):
    """What the catalogue says of a training."""

    shared_texts = ("summary", "objectives", "audience", "prerequisites", "content")
    read_by = "toutes les personnes qui ont un compte, et n’importe qui quand une session en est annoncée."

    modality = forms.ChoiceField(label="Modalité", choices=[(one.value, one.label) for one in Modality])
    regime = forms.ChoiceField(
        label="Régime",
        choices=Regime.choices,
        help_text="Il décide des papiers\u00a0: une formation s’émarge, une rencontre garde une liste, "
        "un accompagnement se raconte. On ne les mélange pas.",
    )
    dimensions = DimensionChoices(
        label="Dimensions travaillées",
        queryset=Dimension.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Training
        fields = TRAINING_FIELDS
        widgets = {
            "objectives": forms.Textarea(attrs={"rows": 4}),
            "content": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "objectives": "Un par ligne, précédé d’un tiret.",
            "audience": "À qui cela s’adresse, en une phrase.",
            "prerequisites": "Ce qu’il faut avoir lu, fait ou apporté\u00a0; souvent rien.",
        }

    def __init__(self, *args: Any, dimensions: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["dimensions"].queryset = dimensions  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """Said here beside the regime, before the constraints of the database say it by their names."""
        cleaned = super().clean() or {}
        if {"modality", "regime"} <= cleaned.keys() and (
            refusal := regime_refused(cleaned["modality"], cleaned["regime"])
        ):
            self.add_error("regime", refusal)
        return cleaned


class TrainingNewForm(TrainingForm, SentOnceForm):
    pass


class TrainingEditForm(TrainingForm, VersionedForm):
    pass


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class HalfDayForm(forms.Form):
    """One line: the day, from when until when. Left empty or made so, it counts for nothing."""

    day = DayField(label="Jour", ahead=timedelta(days=1000), required=False)
    begins = forms.TimeField(label="De", widget=TimeInput(), required=False)
    ends = forms.TimeField(label="À", widget=TimeInput(), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = [name for name in self.fields if cleaned.get(name) is None and name not in self.errors]
        if missing == list(self.fields):
            return cleaned
        for name in missing:
            self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned if self.errors else cleaned | {"minutes": self._length(cleaned)}

    def _length(self, cleaned: dict[str, Any]) -> int:
        minutes = self._minutes(cleaned)
        if not 30 <= minutes <= 300:
            self.add_error("ends", "Une demi-journée dure entre une demi-heure et cinq heures.")
        return minutes

    @staticmethod
    def _minutes(cleaned: dict[str, Any]) -> int:
        begins, ends = (datetime.combine(cleaned["day"], cleaned[name]) for name in ("begins", "ends"))
        return int((ends - begins).total_seconds() // 60)

    @property
    def slot(self) -> Slot:
        at = datetime.combine(self.cleaned_data["day"], self.cleaned_data["begins"])
        return Slot(timezone.make_aware(at), self.cleaned_data["minutes"])


HalfDays = forms.formset_factory(HalfDayForm, extra=MOST_HALF_DAYS, max_num=MOST_HALF_DAYS, absolute_max=MOST_HALF_DAYS)


def half_days_of(half_days: Sequence[HalfDay]) -> list[dict[str, Any]]:
    """What the lines hold when the form is opened on a session."""
    starts = [(one, timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)) for one in half_days]
    return [{"day": one.on, "begins": begins.time(), "ends": ends.time()} for one, begins, ends in starts]


def slots_of(lines: Any) -> list[Slot]:
    """The half-days that were typed, empty lines left out."""
    return [line.slot for line in lines if "minutes" in line.cleaned_data]


def half_days_overtaken(saved: Sequence[HalfDay], typed: Sequence[Slot]) -> list[Overtaken]:
    """After a stale edit: the half-days as they are and as they were typed, where they differ."""
    theirs, mine = _written(saved), _written(typed)
    return [] if theirs == mine else [Overtaken("Demi-journées", theirs, mine)]


def _written(half_days: Iterable[HalfDay | Slot]) -> str:
    ordered = sorted(half_days, key=lambda one: one.starts_at)
    return ", ".join(f"{long_date(one.starts_at)} de {clock(one.starts_at)} à {clock(one.ends_at)}" for one in ordered)


class SessionForm(SharedTexts, forms.Form):
    """Where, with whom, for how many; the half-days stand below."""

    shared_texts = ("information",)
    read_by = "toutes les personnes qui ont un compte, ou celles de la promotion à laquelle la session est réservée."

    place = forms.CharField(
        label="Lieu", max_length=160, help_text="Le nom du lieu, ou «\u00a0En visioconférence\u00a0»."
    )
    address = forms.CharField(label="Adresse", max_length=200, required=False)
    capacity = forms.IntegerField(
        label="Nombre de places", min_value=1, max_value=200, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    trainers = PeopleChoices(
        label="Qui forme ou anime", queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    cohort = forms.ModelChoiceField(
        label="Réservée à une promotion",
        queryset=Cohort.objects.none(),
        required=False,
        empty_label="non, ouverte à toutes les structures",
    )
    is_public = forms.BooleanField(
        label="L’annoncer sur la page publique", required=False, help_text="Sans les noms de qui vient."
    )
    information = forms.CharField(
        label="À savoir avant de venir",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Repas, accès, ce qu’il faut apporter, accessibilité du lieu.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        leading = Person.objects.filter(user__in=self._grants().values("user"))
        self.fields["trainers"].queryset = leading  # type: ignore[attr-defined]
        self.fields["cohort"].queryset = Cohort.objects.order_by("name")  # type: ignore[attr-defined]
        self.helper = bare_helper()

    @staticmethod
    def _grants() -> QuerySet[RoleGrant]:
        return RoleGrant.objects.current().filter(role__in=roles_open_to("lead_session"))


class SessionNewForm(SessionForm, SentOnceForm):
    pass


class SessionEditForm(SessionForm, VersionedForm):
    """Whoever leads the session stays a choice once their role has ended: what took place keeps its names."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        leading = Q(user__in=self._grants().values("user")) | Q(pk__in=[one.pk for one in self.initial["trainers"]])
        self.fields["trainers"].queryset = Person.objects.filter(leading)  # type: ignore[attr-defined]


class CancelSessionForm(SharedTexts, forms.Form):
    shared_texts = ("because",)
    read_by = "les personnes qui voient la session."
    because = forms.CharField(
        label="Pourquoi", max_length=300, help_text="Cette raison est envoyée aux personnes inscrites."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class CandidatesField(forms.MultipleChoiceField):
    """Offers those who are not enrolled yet; whoever is already may be sent again, by a second press."""

    known: Collection[str] = ()

    def valid_value(self, value: str) -> bool:
        return value in self.known


class EnrolForm(SentOnceForm):
    """Who comes: oneself, one's people, several at once."""

    people = CandidatesField(
        label="Qui vient", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choisissez qui vient."}
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **options: Any) -> None:
        super().__init__(*args, **options)
        self.by_key = {one.key: one for one in candidates}
        self.fields["people"].known = self.by_key.keys()  # type: ignore[attr-defined]
        free = [one for one in candidates if one.enrolment is None]
        self.fields["people"].choices = [(one.key, self._label(one)) for one in free]  # type: ignore[attr-defined]
        if len(free) == 1:
            self.fields["people"].initial = [free[0].key]
        self.helper = bare_helper()

    @staticmethod
    def _label(candidate: Candidate) -> str:
        name = candidate.person.display_name
        return f"{name}, {candidate.structure.name}" if candidate.structure else name

    @property
    def chosen(self) -> list[Candidate]:
        return [self.by_key[key] for key in self.cleaned_data["people"]]


class AttendanceForm(VersionedForm):
    """Who was there, one half-day."""

    present = forms.MultipleChoiceField(label="Présences", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["present"].choices = [(str(pk), name) for pk, name in people]  # type: ignore[attr-defined]
        self.helper = bare_helper()

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["present"]]
