"""Forms of an appointment: plan it, change it, cancel it, answer."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Person
from efc_platform.shared.duration import DurationField
from efc_platform.shared.forms import DateTimeInput, SentOnceForm, SharedTexts, bare_helper
from trajectories.appointments import address_of
from trajectories.forms.modalities import ModalityFields, OvertakenModality, modalities
from trajectories.models import Answer, Appointment

APPOINTMENT_FIELDS = ["starts_at", "minutes", "subject", "place", "link", "modality", "guests"]


class GuestChoices(forms.ModelMultipleChoiceField):
    """By their name; one whom no mail reaches says so."""

    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name if address_of(obj) else f"{obj.display_name} (sans adresse)"


class AppointmentFields(ModalityFields, SharedTexts, forms.Form):
    """What a meeting is, and who is invited to it."""

    shared_texts = ("subject", "place")
    read_by = (
        "les personnes de la structure, celles qui l’accompagnent et celles que vous invitez\u00a0; la coordination en "
        "voit la date et le lieu."
    )

    starts_at = forms.DateTimeField(label="Date et heure", widget=DateTimeInput())
    minutes = DurationField(label="Durée", least=5, initial=120)
    subject = forms.CharField(label="Sujet", max_length=200)
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    link = forms.URLField(
        label="Lien pour se rejoindre à distance", max_length=300, required=False, assume_scheme="https"
    )
    modality = forms.ChoiceField(label="Modalité", required=False)
    guests = GuestChoices(
        label="Qui inviter",
        queryset=Person.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chaque personne reçoit une invitation qui entre dans son calendrier. L’adresse de qui fixe le "
        "rendez-vous y figure\u00a0: une réponse donnée depuis une messagerie lui arrive. Qui n’a pas d’adresse est à "
        "prévenir de vive voix.",
    )

    def __init__(self, *args: Any, offered: QuerySet[Person] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        also = str(self.initial.get("modality", ""))
        self.fields["modality"].choices = [("", "à voir"), *modalities(also=also)]  # type: ignore[attr-defined]
        if offered is not None:
            self.fields["guests"].queryset = offered  # type: ignore[attr-defined]
        self.helper = bare_helper()


class AppointmentForm(AppointmentFields, SentOnceForm):
    """The next meeting."""


class AppointmentEditForm(AppointmentFields, OvertakenModality):
    """A meeting as it stands."""


class CancelAppointmentForm(SharedTexts, forms.Form):
    """A word of why, for those who were to come."""

    shared_texts = ("because",)
    read_by = "les personnes de la structure, celles qui l’accompagnent et celles qui étaient invitées."

    because = forms.CharField(label="Pourquoi ce rendez-vous est annulé", max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class AnswerForm(forms.Form):
    """Comes, does not, perhaps."""

    answer = forms.ChoiceField(choices=[(one.value, one.label) for one in Answer if one != Answer.WAITING])


def of_appointment(appointment: Appointment) -> dict[str, Any]:
    """What the form shows of it."""
    values: dict[str, Any] = {name: getattr(appointment, name) for name in APPOINTMENT_FIELDS[:-1]}
    values["modality"] = appointment.code
    guests = Person.objects.filter(pk__in=appointment.guests.values("person")).exclude(pk=appointment.created_by_id)
    return values | {"guests": list(guests)}
