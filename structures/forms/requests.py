"""Forms of who asks for an accompaniment, and of the coordination that answers."""

import re
from typing import Any

from crispy_forms.layout import Layout
from django import forms

from efc_platform.shared.forms import SentOnceForm, VersionedForm, bare_helper
from structures.operations import NO_WAY_TO_ANSWER


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
