"""Forms of the shared diagnosis: write it, answer it."""

from typing import Any

from django import forms

from efc_platform.shared.forms import SharedTexts, VersionedForm, bare_helper

PROPOSED_READS = (
    "la direction et les personnes qui accompagnent la structure pendant qu’il s’écrit, le conseil une fois proposé, "
    "toute la structure une fois validé."
)


def _text(label: str, rows: int, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=8_000, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class DiagnosisForm(SharedTexts, VersionedForm):
    """Four texts, written together after the readings; a new version carries no version of a row yet."""

    shared_texts = ("where_we_are", "strengths", "tensions", "question")
    read_by = PROPOSED_READS

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    where_we_are = _text("Où nous en sommes", 5, "Ce que les lectures racontent, sans repère ni chiffre.")
    strengths = _text("Ce sur quoi s’appuyer", 4, "Des gestes, des liens, des façons de faire qui tiennent.")
    tensions = _text(
        "Ce qui tire et résiste", 4, "Les désaccords utiles, ce qui coûte, ce que l’on n’arrive pas à dire."
    )
    question = _text("La question de travail qui en sort", 2, "Une seule, que l’on peut mettre à l’épreuve.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class DiagnosisAnswerForm(SharedTexts, VersionedForm):
    """To validate asks for no word; `version` is the number of the version that was read."""

    shared_texts = ("words",)
    read_by = "la direction et le conseil de la structure, et les personnes qui l’accompagnent."

    words = forms.CharField(
        label="Ce que je voudrais changer",
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Seulement si vous demandez un changement.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()
