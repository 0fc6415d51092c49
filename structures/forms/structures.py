"""Forms of a structure's sheet, of its people, and of who asks for an accompaniment."""

import re
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from accounts.models import Gender, Person, Role, RoleGrant
from efc_platform.shared.forms import SentOnceForm, SharedTexts, VersionedForm, bare_helper, chosen
from structures.models import LegalForm, LocalRole, Structure
from structures.operations import NO_WAY_TO_ANSWER

SHEET_FIELDS = [
    "name",
    "acronym",
    "legal_form",
    "sector",
    "functional_sphere",
    "founded_in",
    "commune_name",
    "postcode",
    "department",
    "region",
    "territory_of_action",
    "presentation",
]


class SheetForm(SharedTexts, forms.ModelForm):
    """A structure's sheet: the name is enough, the rest may wait."""

    shared_texts = ("presentation",)
    read_by = "les personnes de la structure, celles qui l’accompagnent et la coordination du réseau."

    class Meta:
        model = Structure
        fields = SHEET_FIELDS
        widgets = {"presentation": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_form"].choices = chosen(LegalForm, "à préciser")  # type: ignore[attr-defined]
        self.fields["postcode"].widget.attrs.update(inputmode="numeric", autocomplete="off")
        self.helper = bare_helper()

    def clean_founded_in(self) -> int | None:
        year = self.cleaned_data["founded_in"]
        if year is not None and not 1700 <= year <= timezone.localdate().year:
            raise forms.ValidationError("Écrivez l’année sur quatre chiffres, par exemple 1998.")
        return year

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        if postcode and not (len(postcode) == 5 and postcode.isdigit()):
            raise forms.ValidationError("Un code postal compte cinq chiffres, par exemple 62370.")
        return postcode


class SheetNewForm(SheetForm, SentOnceForm):
    pass


class SheetEditForm(SheetForm, VersionedForm):
    pass


class MemberForm(SentOnceForm):
    """A person of the structure; only a first name is needed."""

    first_name = forms.CharField(label="Prénom", max_length=80)
    last_name = forms.CharField(label="Nom", max_length=80, required=False)
    role = forms.ChoiceField(label="Place dans la structure", choices=LocalRole.choices)
    function = forms.CharField(
        label="Fonction", max_length=120, required=False, help_text="Directrice, encadrant technique, trésorier…"
    )
    gender = forms.ChoiceField(
        label="Comment en parler",
        choices=[("", "sans préférence"), ("f", "au féminin"), ("m", "au masculin")],
        required=False,
    )
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Facultative, pour la joindre.",
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


class RequestForm(SentOnceForm):
    """What anyone may write to the coordination; a name, a few lines and one way to be answered."""

    WRITTEN = ("person_name", "structure_name", "message", "email", "phone")
    MOST = 3000

    person_name = forms.CharField(
        label="Votre nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    structure_name = forms.CharField(
        label="Votre structure",
        max_length=200,
        required=False,
        help_text="Si vous écrivez pour une association, une coopérative, une entreprise.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = forms.CharField(
        label="Ce qui vous amène",
        max_length=MOST,
        help_text="Ce que vous faites, ce qui vous questionne, ce que vous attendez d’un premier échange. "
        "Quelques lignes suffisent.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Nécessaire pour recevoir une réponse écrite.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Téléphone",
        max_length=30,
        required=False,
        help_text="Pour être appelé·e. Il faut l’adresse ou le téléphone, au choix.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    # Hidden by the style sheet: only a program that fills in whatever it finds writes here.
    website = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
        self.helper.layout = Layout("client_key", *self.WRITTEN)

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.cleaned_data["website"])

    @property
    def written(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.WRITTEN}

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and not re.fullmatch(r"\+?[\d ().\-/\u00a0\u202f]{6,}", phone):
            raise forms.ValidationError("Écrivez le numéro en chiffres, par exemple 06 39 98 12 34.")
        return phone

    def clean(self) -> dict[str, Any]:
        """The operation would refuse it too, but only once the rest is right."""
        if not (self["email"].data or self["phone"].data):
            self.add_error("email", NO_WAY_TO_ANSWER)
        return self.cleaned_data


class AnswerForm(VersionedForm, SentOnceForm):
    """What the coordination answers: a mail, or the note of a call when no address was left."""

    answer = forms.CharField(label="Votre réponse", max_length=6000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args, by_mail: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if by_mail:
            self.fields["answer"].help_text = (
                "Elle part par courriel, de l’adresse de la plateforme et signée de votre nom\u00a0: dites comment "
                "vous joindre."
            )
        else:
            self.fields["answer"].label = "Ce que vous vous êtes dit"
            self.fields["answer"].help_text = "Personne n’a laissé d’adresse\u00a0: cette note reste ici."
        self.helper = bare_helper()


class CloseRequestForm(SentOnceForm):
    """Why a request is put away."""

    reason = forms.CharField(
        label="Pourquoi la classer",
        max_length=300,
        help_text="Par exemple\u00a0: sa fiche est ouverte, orientée ailleurs, sans nouvelles. Rien ne lui est envoyé.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class RestoreForm(VersionedForm):
    """Nothing to type: the version says on which text the choice was made."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
