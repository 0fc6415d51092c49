"""The forms about one's own data: correcting, leaving."""

from crispy_forms.helper import FormHelper
from django import forms

from accounts.models import Gender, Person
from efc_platform.shared.forms import VersionedForm, bare_helper


class IdentityForm(VersionedForm, forms.ModelForm):
    """One's own names, and how one likes to be addressed."""

    gender = forms.ChoiceField(
        label="Comment accorder les phrases qui parlent de vous",
        choices=[(one.value, one.label) for one in (Gender.UNSAID, Gender.FEMININE, Gender.MASCULINE)],
        required=False,
    )

    class Meta:
        model = Person
        fields = ["first_name", "last_name", "gender", "phone"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name, token in (("first_name", "given-name"), ("last_name", "family-name"), ("phone", "tel")):
            self.fields[name].widget.attrs["autocomplete"] = token

    @property
    def helper(self) -> FormHelper:
        return bare_helper()


class LeavingForm(forms.Form):
    """What one wants done with what was shared, and that one has understood."""

    withdraws_texts = forms.BooleanField(
        label="Retirer aussi mes retours d’expérience (ceux que je signe seul·e) et mes contributions",
        required=False,
        help_text="Sinon ils restent lisibles par la communauté, signés «\u00a0Personne partie\u00a0».",
    )
    is_understood = forms.BooleanField(
        label="J’ai compris qu’une fois fait, personne ne peut revenir en arrière",
        error_messages={"required": "Cochez cette case pour confirmer."},
    )

    @property
    def helper(self) -> FormHelper:
        return bare_helper()
