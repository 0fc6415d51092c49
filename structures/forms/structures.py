"""Forms of a structure’s sheet."""

from django import forms
from django.utils import timezone

from efc_platform.shared.forms import SentOnceForm, SharedTexts, VersionedForm, bare_helper, chosen
from structures.models import LegalForm, Structure

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


class RestoreForm(VersionedForm):
    """Nothing to type: the version says on which text the choice was made."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
