"""Form of a structure that is archived."""

from django import forms

from efc_platform.shared.forms import bare_helper
from structures.models import Structure


class ArchiveForm(forms.ModelForm):
    """Why the network no longer meets it."""

    class Meta:
        model = Structure
        fields = ["archive_reason"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["archive_reason"]
        reason.required, reason.label = True, "Pourquoi l’archiver"
        reason.help_text = "Par exemple\u00a0: accompagnement achevé, structure dissoute, partie dans un autre réseau."
        self.helper = bare_helper()
