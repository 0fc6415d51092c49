"""Forms of those who accompany a structure."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Person, Role, RoleGrant
from efc_platform.shared.forms import DayField, SharedTexts, VersionedForm, bare_helper
from structures.forms.messages import LONGEST
from structures.models import Accompaniment, Structure


def days_field() -> forms.DecimalField:
    return forms.DecimalField(
        label="Jours prévus",
        required=False,
        min_value=0.5,
        error_messages={"min_value": "Écrivez au moins une demi-journée\u00a0: 0,5."},
        max_value=999,
        decimal_places=1,
        localize=True,
        help_text="Si on le sait\u00a0: le temps que cette personne y consacrera, en jours de 7\u00a0heures.",
    )


class PractitionerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name


def practitioners(*, but: QuerySet) -> QuerySet[Person]:
    """Those who hold the role, without these people."""
    grants = RoleGrant.objects.current().filter(role=Role.PRACTITIONER, user__is_active=True)
    return Person.objects.filter(user__in=grants.values("user")).exclude(pk__in=but)


def practitioner_field(label: str) -> PractitionerChoice:
    return PractitionerChoice(label=label, queryset=Person.objects.none(), empty_label="choisir une personne")


class AppointmentOfPractitionerForm(forms.Form):
    """Who accompanies the structure from today."""

    practitioner = practitioner_field("Qui accompagne")
    is_lead = forms.BooleanField(label="en charge de l’accompagnement", required=False)
    days = days_field()

    def __init__(self, *args: Any, structure: Structure, **options: Any) -> None:
        super().__init__(*args, **options)
        present = structure.accompaniments.unended().values("practitioner")
        self.fields["practitioner"].queryset = practitioners(but=present)  # type: ignore[attr-defined]
        self.helper = bare_helper()


class DaysForm(forms.Form):
    """How many days are foreseen for somebody who accompanies."""

    days = days_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class StandInForm(forms.Form):
    """Who accompanies while somebody is away."""

    practitioner = practitioner_field("Qui remplace")
    since = DayField(label="À partir du", initial=timezone.localdate)
    until = DayField(label="Jusqu’au", help_text="Son dernier jour.")

    def __init__(self, *args: Any, held: Accompaniment, **options: Any) -> None:
        super().__init__(*args, **options)
        present = held.structure.accompaniments.unended().values("practitioner")
        self.fields["practitioner"].queryset = practitioners(but=present)  # type: ignore[attr-defined]
        self.helper = bare_helper()


class HandOverForm(forms.Form):
    """Who goes on in the place of somebody, those who accompany beside them among others."""

    practitioner = practitioner_field("Qui continue")
    on = DayField(label="À partir du", initial=timezone.localdate, ahead=timedelta(days=730))

    def __init__(self, *args: Any, held: Accompaniment, **options: Any) -> None:
        super().__init__(*args, **options)
        leaving = Person.objects.filter(pk=held.practitioner_id).values("pk")
        self.fields["practitioner"].queryset = practitioners(but=leaving)  # type: ignore[attr-defined]
        self.helper = bare_helper()


class HandoverForm(SharedTexts, VersionedForm):
    """What those who go on need to know."""

    shared_texts = ("note",)
    read_by = (
        "les personnes qui accompagnent la structure, aujourd’hui et après vous. Ni la structure, ni la coordination."
    )

    note = forms.CharField(
        label="Ce qu’il faut savoir pour continuer",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Où en est-on, qu’a-t-on promis, à qui parler d’abord, à quoi faire attention.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()
