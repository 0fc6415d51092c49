"""How often one wants mails, category by category."""

from typing import Any

from django import forms

from accounts.models import Category, Rhythm
from efc_platform.shared.forms import bare_helper


class RhythmsForm(forms.Form):
    """Three choices for each category; one of them is always ticked, so that nothing can be left out."""

    use_required_attribute = False

    def __init__(self, *args: Any, chosen: dict[Category, Rhythm], **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()
        for one in Category:
            self.fields[one.value] = forms.ChoiceField(
                label=one.label,
                help_text=one.sentence,
                choices=[(rhythm.value, rhythm.label.capitalize()) for rhythm in Rhythm],
                widget=forms.RadioSelect,
                initial=chosen[one].value,
            )

    @property
    def rhythms(self) -> dict[Category, Rhythm]:
        return {one: Rhythm(self.cleaned_data[one.value]) for one in Category}
