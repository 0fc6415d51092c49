"""Forms of what is written between somebody of a structure and whoever accompanies it."""

from typing import Any

from django import forms

from efc_platform.shared.forms import SentOnceForm, SharedTexts, bare_helper

# Nobody reads more in one go; a longer text is a document, or two messages.
LONGEST = 10_000


class ConversationForm(SharedTexts, SentOnceForm):
    """One more message of a conversation."""

    shared_texts = ("text",)
    read_by = (
        "la personne de la structure et celles qui répondent de son accompagnement, entre qui se tient cette "
        "conversation. Ni la coordination, ni le reste de la structure."
    )

    text = forms.CharField(label="Votre message", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class MessageForm(ConversationForm):
    """The first one, or one that changes the subject."""

    subject = forms.CharField(
        label="Objet", max_length=160, required=False, help_text="Si vous voulez. On peut s’en passer."
    )

    field_order = ["client_key", "subject", "text"]
