"""Forms of a structure's people and of those who accompany it."""

from django import forms

from accounts.models import Gender, Person, Role, RoleGrant
from efc_platform.shared.forms import SentOnceForm, bare_helper
from structures.models import LocalRole, Structure


class MemberForm(SentOnceForm):
    """A person of the structure; only a first name is needed."""

    first_name = forms.CharField(label="Prénom", max_length=80)
    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    role = forms.ChoiceField(label="Place dans la structure", choices=LocalRole.choices)
    function = forms.CharField(
        label="Fonction", max_length=120, required=False, help_text="Directrice, encadrant technique, trésorier…"
    )
    presides = forms.BooleanField(label="préside la structure, pour le conseil d’administration", required=False)
    gender = forms.ChoiceField(
        label="Comment en parler",
        choices=[("", "sans préférence"), ("f", "au féminin"), ("m", "au masculin")],
        required=False,
    )
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Facultative, pour la joindre. Vue de qui tient la fiche.",
    )
    phone = forms.CharField(
        label="Téléphone", max_length=30, required=False, help_text="Facultatif. Vu de qui tient la fiche."
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    @property
    def full_name(self) -> str:
        return f"{self.cleaned_data['first_name']} {self.cleaned_data['last_name']}".strip()

    def clean_gender(self) -> str:
        return Gender(self.cleaned_data["gender"])


class PractitionerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Person) -> str:
        return obj.display_name


class AppointmentOfPractitionerForm(forms.Form):
    """Who accompanies the structure from today."""

    practitioner = PractitionerChoice(
        label="Qui accompagne", queryset=Person.objects.none(), empty_label="choisir une personne"
    )
    is_lead = forms.BooleanField(label="en charge de l’accompagnement", required=False)

    def __init__(self, *args, structure: Structure, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        grants = RoleGrant.objects.current().filter(role=Role.PRACTITIONER)
        present = structure.accompaniments.current().values("practitioner")
        people = Person.objects.filter(user__in=grants.values("user")).exclude(pk__in=present)
        self.fields["practitioner"].queryset = people  # type: ignore[attr-defined]
        self.helper = bare_helper()
