"""Forms of who is invited, and of who comes in."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms

from accounts.forms.signing_in import HELP_IN_CHOOSING
from accounts.models import Gender, Person, Role, User
from efc_platform.shared.forms import SentOnceForm, bare_helper

OFFERED = [Role.PRACTITIONER, Role.MEMBER, Role.TRAINER, Role.COORDINATOR]
GENDERS = [("", "sans préférence"), ("f", "au féminin"), ("m", "au masculin")]


class InvitationForm(SentOnceForm):
    """To whom, and in one's own words."""

    email = forms.EmailField(
        label="Adresse électronique",
        help_text="L’invitation ne peut être acceptée qu’avec cette adresse.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    first_name = forms.CharField(label="Prénom", max_length=80, required=False)
    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    words = forms.CharField(
        label="Votre mot",
        max_length=1000,
        required=False,
        help_text="Il est repris tel quel dans le courriel\u00a0: n’y mettez rien de confidentiel.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    @property
    def written(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "client_key"}


class NetworkInvitationForm(InvitationForm):
    """With the role that is offered on the platform."""

    role = forms.ChoiceField(label="Pour quoi faire", choices=[(one.value, one.label) for one in OFFERED])

    field_order = ["client_key", "role", "email", "first_name", "last_name", "words"]


class ComingInForm(forms.Form):
    """One's own name, and a password: the address is the invitation's."""

    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    gender = forms.ChoiceField(label="Comment parler de vous", choices=GENDERS, required=False)
    password = forms.CharField(
        label="Mot de passe",
        max_length=200,
        help_text=HELP_IN_CHOOSING,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.helper = bare_helper()

    def clean_gender(self) -> str:
        return Gender(self.cleaned_data["gender"])

    def clean(self) -> dict[str, Any]:
        """As strong as one that is chosen later, and no likeness to the names or the address it goes with."""
        names = {name: self.cleaned_data.get(name, "") for name in ("first_name", "last_name")}
        password, user = self.cleaned_data.get("password"), User(email=self.email, person=Person(**names))
        try:
            get_adapter().clean_password(password or "", user=user)
        except forms.ValidationError as refused:
            if password:
                self.add_error("password", refused)
        return self.cleaned_data
