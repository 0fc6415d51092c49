"""Forms of a structure’s sheet."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from efc_platform.shared.forms import DateInput, SentOnceForm, SharedTexts, VersionedForm, bare_helper, chosen
from structures.likeness import Identity
from structures.models import (
    Accreditation,
    Commune,
    LegalForm,
    Structure,
    as_ape,
    as_rna,
    as_siren,
    as_siret,
    commune_of,
    department_named,
    place_key,
)

SHEET_FIELDS = [
    "name",
    "acronym",
    "legal_form",
    "sector",
    "functional_sphere",
    "presentation",
    "founded_in",
    "founded_on",
    "siret",
    "siren",
    "rna",
    "ape_code",
    "accreditations",
    "networks",
    "website",
    "address",
    "commune_name",
    "commune_code",
    "postcode",
    "department",
    "region",
    "territory_of_action",
]
EARLIEST = 1700
# Instead of the code of one of several communes of that name: none of them.
NONE_OF_THEM = "autre"
# Left as they were, they are not asked about again.
PLACE = {"commune_name", "commune_code", "postcode", "department"}


class NumberField(forms.CharField):
    """A number of a public register, typed with or without its spaces."""

    def __init__(self, *, read: Callable[[str], str], **options: Any) -> None:
        super().__init__(
            required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}), **options
        )
        self.read = read

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return self.read(typed) if typed else ""


class SheetForm(SharedTexts, forms.ModelForm):
    """A structure's sheet: the name is enough, the rest may wait."""

    shared_texts = ("presentation",)
    read_by = "les personnes de la structure, celles qui l’accompagnent et la coordination du réseau."

    siret = NumberField(
        label="SIRET", read=as_siret, help_text="Quatorze chiffres\u00a0: il suffit à retrouver le SIREN."
    )
    siren = NumberField(label="SIREN", read=as_siren, help_text="Neuf chiffres, si vous n’avez pas le SIRET.")
    rna = NumberField(
        label="Numéro RNA",
        read=as_rna,
        help_text="Celui de l’association en préfecture\u00a0: W et neuf chiffres. Il n’y en a pas en Alsace-Moselle.",
    )
    ape_code = NumberField(label="Code APE", read=as_ape, help_text="Celui de l’activité principale\u00a0: 94.99Z.")
    accreditations = forms.MultipleChoiceField(
        label="Agréments et reconnaissances",
        choices=Accreditation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.URLField(
        label="Site", required=False, max_length=300, assume_scheme="https", help_text="Par exemple exemple.fr."
    )

    class Meta:
        model = Structure
        fields = SHEET_FIELDS
        widgets = {
            "presentation": forms.Textarea(attrs={"rows": 5}),
            "founded_on": DateInput(),
            "commune_code": forms.HiddenInput(),
        }
        help_texts = {
            "networks": "Fédération, réseau thématique, union régionale… séparés par des virgules.",
            "founded_on": "Si vous connaissez le jour\u00a0: l’année suffit.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_form"].choices = chosen(LegalForm, "à préciser")  # type: ignore[attr-defined]
        self.fields["postcode"].widget.attrs.update(inputmode="numeric", autocomplete="off")
        self.fields["commune_name"].widget.attrs.update(autocomplete="off")
        # Those among which the person must choose.
        self.communes: list[Commune] = []
        self.helper = bare_helper()

    def clean_founded_in(self) -> int | None:
        year = self.cleaned_data["founded_in"]
        if year is not None and not EARLIEST <= year <= timezone.localdate().year:
            raise forms.ValidationError("Écrivez l’année sur quatre chiffres, par exemple 1998.")
        return year

    def clean_founded_on(self) -> date | None:
        day = self.cleaned_data["founded_on"]
        if day is not None and not date(EARLIEST, 1, 1) <= day <= timezone.localdate():
            raise forms.ValidationError("Cette date de création n’est pas possible\u00a0: vérifiez l’année.")
        return day

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"]
        if postcode and not (len(postcode) == 5 and postcode.isdigit()):
            raise forms.ValidationError("Un code postal compte cinq chiffres, par exemple 62370.")
        return postcode

    def clean(self) -> dict[str, Any]:
        """One number completes the other, a day its year; two that contradict each other are refused."""
        given = super().clean() or self.cleaned_data
        siret, siren = given.get("siret"), given.get("siren")
        if siret and siren and not siret.startswith(siren):
            self.add_error("siren", "Ce SIREN n’est pas celui du SIRET\u00a0: les neuf premiers chiffres diffèrent.")
        elif siret:
            given["siren"] = siret[:9]
        day, year = given.get("founded_on"), given.get("founded_in")
        if day and year and day.year != year:
            self.add_error("founded_on", f"Cette date n’est pas dans l’année de création, {year}.")
        elif day:
            given["founded_in"] = day.year
        given.update(self._place(given))
        return given

    def _place(self, given: dict[str, Any]) -> dict[str, Any]:
        """A commune that is known gives its code, département and région; any other stays as it is written, since
        a structure may be abroad or name its commune as it was before."""
        code, name = given.get("commune_code", ""), given.get("commune_name", "")
        postcode, department = given.get("postcode", ""), given.get("department", "")
        chosen = commune_of(code)
        if chosen and is_still(chosen, name, postcode):
            return columns_of(chosen, postcode)
        found = Commune.objects.named(name, postcode, department) if name and code != NONE_OF_THEM else []
        if len(found) == 1:
            return columns_of(found[0], postcode)
        if found and PLACE.intersection(self.changed_data):
            self.communes = found
            self.add_error("commune_name", "Plusieurs communes portent ce nom\u00a0: dites laquelle, juste dessous.")
        return {"commune_code": ""} | _department(department, given.get("region", ""))


def is_still(chosen: Commune, name: str, postcode: str) -> bool:
    """Whether what is typed is of the commune that was chosen before: its name may have been typed over since, or
    the postcode for that of another of this name."""
    if place_key(name) != chosen.key:
        return False
    return not postcode or any(own[:2] == postcode[:2] for own in chosen.postcodes or [postcode])


def columns_of(commune: Commune, postcode: str) -> dict[str, str]:
    """What the sheet says once its commune is known; the postcode that was typed may be a cedex, and stays."""
    return {
        "commune_name": commune.name,
        "commune_code": commune.code,
        "postcode": postcode or commune.postcode_for(postcode),
        "department": commune.department.name,
        "region": commune.department.region.name,
    }


def _department(written: str, region: str) -> dict[str, str]:
    known = department_named(written)
    return {"department": known.name, "region": region or known.region.name} if known else {"department": written}


class SheetNewForm(SheetForm, SentOnceForm):
    def identity(self) -> Identity:
        """What was rightly typed of it."""
        return Identity(**{name: self.cleaned_data.get(name, "") for name in Identity.__dataclass_fields__})


class SheetEditForm(SheetForm, VersionedForm):
    pass


class AlikeForm(forms.Form):
    """What is typed so far of a sheet, right or wrong: a number that is not one yet is of no account."""

    name = forms.CharField(max_length=200, required=False)
    siret = NumberField(read=as_siret)
    siren = NumberField(read=as_siren)
    rna = NumberField(read=as_rna)
    commune_name = forms.CharField(max_length=120, required=False)

    def identity(self) -> Identity:
        self.is_valid()
        return Identity(**{name: self.cleaned_data.get(name, "") for name in Identity.__dataclass_fields__})


class RestoreForm(VersionedForm):
    """Nothing to type: the version says on which text the choice was made."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
