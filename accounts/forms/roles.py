"""The form that gives a role."""

from django import forms

from accounts.models import Role
from efc_platform.shared.forms import bare_helper


class RoleForm(forms.Form):
    """One role on the platform, from today."""

    role = forms.ChoiceField(label="Donner un rôle", choices=Role.choices)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
