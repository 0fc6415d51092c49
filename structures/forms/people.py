"""Forms of a structure's people."""

from django import forms

from accounts.models import Gender
from efc_platform.shared.forms import SentOnceForm, bare_helper
from structures.models import LocalRole


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
