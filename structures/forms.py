"""Forms of a structure's sheet and of its people."""

from django import forms
from django.utils import timezone

from accounts.models import Gender, Person, Role, RoleGrant
from efc_platform.shared.forms import SentOnceForm, VersionedForm, bare_helper, chosen
from structures.models import LegalForm, LocalRole, Structure

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


class SheetForm(forms.ModelForm):
    """A structure's sheet: the name is enough, the rest may wait."""

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
