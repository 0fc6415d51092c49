"""Form of a document that is added to a structure."""

from typing import Any

from django import forms
from django.conf import settings

from efc_platform.shared.forms import SentOnceForm, SharedTexts, bare_helper
from efc_platform.shared.uploads import DOCUMENTS, accept, kinds_in_words


class DocumentForm(SharedTexts, SentOnceForm):
    """The file; what it is, if its name does not say it. The operation looks into it."""

    shared_texts = ("about",)
    read_by = "les personnes de la structure et celles qui l’accompagnent, comme le document."

    file = forms.FileField(label="Fichier", widget=forms.FileInput(attrs={"accept": accept(DOCUMENTS)}))
    title = forms.CharField(
        label="Titre",
        max_length=160,
        required=False,
        help_text="Facultatif\u00a0: sans lui, le nom du fichier en sert.",
    )
    about = forms.CharField(label="À propos", max_length=300, required=False, help_text="Un mot, si vous voulez.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        heaviest = settings.UPLOAD_BYTES // 1_000_000
        self.fields["file"].help_text = f"{kinds_in_words(DOCUMENTS)}\u00a0; {heaviest}\u00a0Mo au plus."
        self.helper = bare_helper()
