"""Forms of who is invited into a structure, of who asks to join it, of a request that becomes a structure."""

from django import forms

from accounts.forms import InvitationForm
from accounts.models import Person, Role, RoleGrant
from efc_platform.shared.forms import SentOnceForm, VersionedForm, bare_helper
from structures.forms.accompaniments import PractitionerChoice
from structures.models import LocalRole, Membership


class MemberInvitationForm(InvitationForm):
    """A place in the structure, and who is expected to take it."""

    role = forms.ChoiceField(label="Sa place dans la structure", choices=LocalRole.choices)
    function = forms.CharField(
        label="Fonction", max_length=120, required=False, help_text="Directrice, encadrant technique, trésorier…"
    )

    field_order = ["client_key", "role", "email", "first_name", "last_name", "function", "words"]

    def __init__(self, *args, already_written: Membership | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if already_written:
            for name in ("role", "function", "first_name", "last_name"):
                self.fields[name].disabled = True


class JoinForm(SentOnceForm):
    """Who asks, and for which place."""

    ASKED = ("first_name", "last_name", "email", "role", "words")

    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="L’invitation y arrivera, si votre demande est acceptée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    role = forms.ChoiceField(label="Votre place", choices=LocalRole.choices, initial=LocalRole.STAFF)
    words = forms.CharField(
        label="Un mot", max_length=300, required=False, help_text="Pour que l’on vous reconnaisse, si besoin."
    )

    def __init__(self, *args, person: Person | None = None, email: str = "", **kwargs) -> None:
        known = {"first_name": person.first_name, "last_name": person.last_name, "email": email} if person else {}
        super().__init__(*args, **{"initial": known, **kwargs})
        for name in known:
            self.fields[name].disabled = True
            self.fields[name].help_text = ""
        self.helper = bare_helper()


class WelcomeRequestForm(VersionedForm, SentOnceForm):
    """The structure that a request becomes, and who will be in charge of it."""

    name = forms.CharField(label="Nom de la structure", max_length=200)
    practitioner = PractitionerChoice(
        label="Qui sera en charge de l’accompagnement",
        queryset=Person.objects.none(),
        required=False,
        empty_label="à confier plus tard",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        grants = RoleGrant.objects.current().filter(role=Role.PRACTITIONER, user__is_active=True)
        people = Person.objects.filter(user__in=grants.values("user"))
        self.fields["practitioner"].queryset = people  # type: ignore[attr-defined]
        self.helper = bare_helper()
