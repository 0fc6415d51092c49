"""Form of a silence that is expected."""

from typing import Any

from django import forms

from efc_platform.shared.forms import DayField, SentOnceForm, bare_helper


class PauseForm(SentOnceForm):
    until = DayField(label="Jusqu’au")
    reason = forms.CharField(
        label="Pourquoi",
        max_length=200,
        help_text="En quelques mots\u00a0: une saison creuse, un congé… Lu par les personnes qui accompagnent la "
        "structure et par la coordination.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()
