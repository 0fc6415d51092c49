"""Forms of the remarks about the words of the référentiel."""

from collections.abc import Sequence
from typing import Any

from django import forms

from efc_platform.shared.forms import SentOnceForm, SharedTexts, bare_helper
from trajectories.models import FrameworkVersion

REMARK_READS = "la coordination du réseau et vous."


class FrameworkRemarkForm(SharedTexts, SentOnceForm):
    """A remark; of levels, about which of them."""

    shared_texts = ("text",)
    read_by = REMARK_READS

    rank = forms.TypedChoiceField(label="Sur quel repère", required=False, coerce=int, empty_value=None)
    text = forms.CharField(
        label="Votre remarque",
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce que ces mots vous font comprendre, ou manquer. Une autre façon de le dire est bienvenue.",
    )

    def __init__(self, *args: Any, levels: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if levels:
            named = [(rank, name) for rank, name in enumerate(levels, start=1)]
            self.fields["rank"].choices = [("", "les cinq ensemble"), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["rank"]
        self.helper = bare_helper()


class FrameworkRemarkAnswerForm(SharedTexts, forms.Form):
    """A word in answer, and whether the version in preparation takes the remark up."""

    shared_texts = ("answer",)
    read_by = "la coordination du réseau et la personne qui a écrit la remarque."

    answer = forms.CharField(label="Votre réponse", max_length=3_000, widget=forms.Textarea(attrs={"rows": 3}))
    is_taken_up = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, draft: FrameworkVersion | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if draft:
            self.fields["is_taken_up"].label = f"La version {draft.number}, en préparation, la reprend"
        else:
            del self.fields["is_taken_up"]
        self.helper = bare_helper()
