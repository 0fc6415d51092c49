"""Form of what the organisation says of itself."""

import re
from typing import Any

from django import forms
from stdnum.exceptions import ValidationError as NoNumber
from stdnum.fr import siret

from efc_platform.backstage.models import Organisation
from efc_platform.shared.forms import VersionedForm, bare_helper
from efc_platform.shared.uploads import PICTURES, accept, kinds_in_words

ORGANISATION_FIELDS = [
    *("name", "address", "contact", "siret", "training_number", "disability_contact"),
    *("sender_name", "reply_to", "front_heading", "front_lede", "front_about"),
]
_PARTS = [
    ("Qui nous sommes", ["name", "address", "contact", "siret", "logo", "without_logo"]),
    ("Les formations", ["training_number", "disability_contact"]),
    ("Les courriels", ["sender_name", "reply_to"]),
    ("La page d’accueil", ["front_heading", "front_lede", "front_about"]),
]
# Two figures for the region, two for the département (2A and 2B in Corsica), five, two.
_TRAINING_NUMBER = re.compile(r"\d{2}(\d{2}|2[AB])\d{7}")


class OrganisationForm(VersionedForm, forms.ModelForm):
    """All of it may stay empty: the pages then say what they say by themselves."""

    # Typed with spaces, as they are printed.
    siret = forms.CharField(label="SIRET", max_length=20, required=False)
    training_number = forms.CharField(
        label="Numéro de déclaration d’activité",
        max_length=20,
        required=False,
        help_text="Si vous êtes organisme de formation. Il figure sur les formations.",
    )
    logo = forms.FileField(
        label="Logo",
        required=False,
        widget=forms.FileInput(attrs={"accept": accept(PICTURES)}),
        help_text=f"I{kinds_in_words(PICTURES)[1:]}. Il remplace celui qui est là.",
    )
    without_logo = forms.BooleanField(label="Retirer le logo", required=False)

    class Meta:
        model = Organisation
        fields = ORGANISATION_FIELDS
        widgets = {
            "front_lede": forms.Textarea(attrs={"rows": 3}),
            "front_about": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "name": "Il figure dans les mentions légales, sur les documents et sur la page d’accueil.",
            "contact": "Une adresse, un téléphone\u00a0: dans les mentions légales et la page sur les données.",
            "disability_contact": "Qui, et comment le ou la joindre. Affiché avec chaque session.",
            "sender_name": "Devant l’adresse de la plateforme, dans les courriels qu’elle envoie.",
            "reply_to": "Où vont les réponses à ces courriels. Sans elle, à l’adresse de la plateforme.",
            "front_heading": "À la place du titre prévu. Lu par tout le monde, comme les deux textes qui suivent.",
            "front_about": "Quelques lignes, sous le titre «\u00a0Qui nous sommes\u00a0».",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["front_lede"].max_length = 600  # type: ignore[attr-defined]
        if not self.instance.logo_id:
            del self.fields["without_logo"]
        self.helper = bare_helper()

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """As its page shows them, under their headings."""
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in _PARTS]

    def clean_siret(self) -> str:
        typed = self.cleaned_data["siret"]
        try:
            return siret.validate(typed) if typed else ""
        except NoNumber:
            raise forms.ValidationError(
                "Vérifiez ce SIRET\u00a0: quatorze chiffres, dont le dernier contrôle les autres."
            ) from None

    def clean_training_number(self) -> str:
        typed = re.sub(r"\s+", "", self.cleaned_data["training_number"]).upper()
        if typed and not _TRAINING_NUMBER.fullmatch(typed):
            raise forms.ValidationError("Onze caractères, par exemple 53\u00a035\u00a001234\u00a035.")
        return typed
