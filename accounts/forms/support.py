"""The form by which the coordination asks to take somebody's place."""

from django import forms

from accounts.models import User
from efc_platform.shared.forms import SentOnceForm, bare_helper


class SupportForm(SentOnceForm):
    """Whose place, and what for: the person reads both before they answer."""

    email = forms.EmailField(label="Adresse de la personne")
    reason = forms.CharField(
        label="Pour quoi faire",
        max_length=300,
        help_text="La personne le lit avant de répondre. Dites ce que vous ferez à sa place, et rien d’autre.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean_email(self) -> str:
        found = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if found is None:
            raise forms.ValidationError("Aucun compte ouvert n’a cette adresse.")
        self.concerned = found
        return self.cleaned_data["email"]
