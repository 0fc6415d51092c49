"""Forms of the modalities of the network, and what any form asks when it names one."""

from typing import Any

from django import forms

from efc_platform.shared.forms import VersionedForm, bare_helper
from trajectories.models import Modality
from trajectories.models.modalities import OF_NETWORK, added_modalities


def modalities(*, also: str = "") -> list[tuple[str, str]]:
    """Those of the platform, then the network's own, « autre » last; one that is retired stays offered (`also`) to
    what was noted under it."""
    added = [(f"{OF_NETWORK}{one.pk}", one.name, one.retired_on) for one in added_modalities().values()]
    kept = [(code, name) for code, name, retired in added if retired is None or code == also]
    everybodys = [choice for choice in Modality.choices if choice[0] != Modality.OTHER]
    return [*everybodys, *kept, (Modality.OTHER.value, Modality.OTHER.label)]


class ModalityFields(forms.Form):
    """One field that names a modality, `modality`, and two columns that keep it."""

    def clean(self) -> dict[str, Any]:
        """`modality` is one of the platform's; `added_modality` the network's own when that is what was chosen."""
        cleaned = super().clean() or {}
        if (code := cleaned.get("modality", "")).startswith(OF_NETWORK):
            names = {str(key): one for key, one in added_modalities().items()}
            cleaned["added_modality"] = names.get(code.removeprefix(OF_NETWORK))
            cleaned["modality"] = Modality.OTHER.value
        else:
            cleaned["added_modality"] = None
        return cleaned


class OvertakenModality(VersionedForm):
    """A modality of the network cleans into two columns: it is compared as the form names it."""

    def _mine(self, name: str) -> Any:
        return self["modality"].value() if name == "modality" else super()._mine(name)


class ModalityForm(forms.Form):
    """A kind of intervention of the network."""

    name = forms.CharField(label="Nom de la modalité", max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class ModalityChangeForm(ModalityForm, VersionedForm):
    is_retired = forms.BooleanField(
        label="Ne plus la proposer", required=False, help_text="Ce qui est déjà noté garde son nom."
    )
