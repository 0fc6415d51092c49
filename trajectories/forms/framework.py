"""Forms of the référentiel: each part of a draft, with the reason of its change; a file, a publication."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.forms import SentOnceForm, VersionedForm, bare_helper
from efc_platform.shared.uploads.texts import text_to_keep
from trajectories.framework_file import LARGEST
from trajectories.models import (
    LEVELS,
    SHORT_LENGTH,
    SPOKE_LENGTH,
    Axis,
    Dimension,
    FrameworkVersion,
    Relation,
    Weight,
)

_LONGEST = 2_000


def _long(label: str, rows: int, help_text: str = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=_LONGEST, widget=widget, help_text=help_text, required=required)


def _short(label: str, longest: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, help_text=help_text)


class ReasonFields(forms.Form):
    """Why, last and always."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why"] = _long(
            "Pourquoi ce changement",
            2,
            "Signé et daté à votre nom. Lu par la coordination, puis par toute personne qui compare les versions.",
        )
        self.helper = bare_helper()

    @property
    def words(self) -> dict[str, Any]:
        """What was written, without what only the page needs."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "client_key"}}


class PresentationForm(ReasonFields, VersionedForm):
    """The name of the version, its introduction, and the names of the five levels."""

    name = _short("Nom", 120)
    introduction = _long("Introduction", 4, "Lue en tête du référentiel. Peut rester vide.", required=False)
    level_1 = _short("Premier repère", 80)
    level_2 = _short("Deuxième repère", 80)
    level_3 = _short("Troisième repère", 80)
    level_4 = _short("Quatrième repère", 80)
    level_5 = _short("Cinquième repère", 80)

    @property
    def words(self) -> dict[str, Any]:
        return _gathered(super().words, "levels")


def _gathered(words: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The five texts of the levels as one list."""
    levels = [f"level_{rank}" for rank in range(1, LEVELS + 1)]
    return {one: text for one, text in words.items() if one not in levels} | {name: [words[one] for one in levels]}


class AxisFields(forms.Form):
    name = _short("Nom de l’axe", 120)


class DimensionFields(forms.Form):
    name = _short("Nom", 160)
    short_name = _short("Nom court", SHORT_LENGTH, f"Pour les listes\u00a0: {SHORT_LENGTH}\u00a0signes au plus.")
    spoke_name = _short(
        "Nom sur les dessins", SPOKE_LENGTH, f"Au bout d’une branche\u00a0: {SPOKE_LENGTH}\u00a0signes au plus."
    )
    question = _long("Question", 2, "Celle que l’on se pose ensemble pour lire cette dimension.")


class CriterionFields(forms.Form):
    text = _long("Ce que l’on peut voir ou entendre", 3, "Un signe observable, en une phrase.")


class AxisForm(ReasonFields, AxisFields, VersionedForm):
    pass


class AxisAddForm(ReasonFields, AxisFields, SentOnceForm):
    pass


class DimensionForm(ReasonFields, DimensionFields, VersionedForm):
    axis = forms.ModelChoiceField(label="Axe", queryset=Axis.objects.none(), to_field_name="code", empty_label=None)

    def __init__(self, *args: Any, framework: FrameworkVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["axis"].queryset = framework.axes.all()  # type: ignore[attr-defined]


class DimensionAddForm(ReasonFields, DimensionFields, SentOnceForm):
    pass


class CriterionForm(ReasonFields, CriterionFields, VersionedForm):
    pass


class CriterionAddForm(ReasonFields, CriterionFields, SentOnceForm):
    pass


class MarkersForm(ReasonFields, VersionedForm):
    """What each level looks like in one dimension; one that is not known yet may wait, until publication."""

    level_1 = _long("", 3, required=False)
    level_2 = _long("", 3, required=False)
    level_3 = _long("", 3, required=False)
    level_4 = _long("", 3, required=False)
    level_5 = _long("", 3, required=False)

    def __init__(self, *args: Any, names: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for rank, name in enumerate(names, start=1):
            self.fields[f"level_{rank}"].label = name

    @property
    def words(self) -> dict[str, Any]:
        return _gathered(super().words, "texts")


class OriginForm(ReasonFields, VersionedForm):
    """What a dimension comes from in the version before, how, and for how much."""

    relation = forms.ChoiceField(label="Rapport à la version d’avant", choices=Relation.choices)
    sources = forms.ModelMultipleChoiceField(
        label="Elle vient de",
        queryset=Dimension.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    weight = forms.ChoiceField(
        label="Ce que l’ancienne en disait",
        choices=[("", "rien\u00a0: elle est nouvelle"), *Weight.choices],
        required=False,
        help_text="Moins l’ancienne en disait, plus une lecture d’avant, relue aujourd’hui, sera montrée comme une "
        "bande plutôt que comme un repère.",
    )

    def __init__(self, *args: Any, framework: FrameworkVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sources"].queryset = Dimension.objects.filter(  # type: ignore[attr-defined]
            framework_version=framework.based_on_id
        )

    @property
    def words(self) -> dict[str, Any]:
        told = super().words
        weight = Weight(told["weight"]) if told["weight"] else None
        return told | {"relation": Relation(told["relation"]), "weight": weight, "sources": list(told["sources"])}


class RemovalForm(ReasonFields):
    """Taking something away asks for a reason and nothing else."""


class OrderForm(ReasonFields):
    """The reason; the rows and their buttons are written by the page."""


class PublicationForm(VersionedForm):
    """`version` is the number of changes that were read over."""

    why = _long(
        "Ce qui change, et pourquoi",
        4,
        "Quelques phrases, pour celles et ceux qui lisent avec la version d’avant. Signées à votre nom.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class DropForm(forms.Form):
    is_sure = forms.BooleanField(
        label="Oui, laisser cette version",
        help_text="Ses mots, ses changements et leurs raisons s’effacent. Emportez d’abord le fichier pour y revenir.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class FrameworkImportForm(ReasonFields, SentOnceForm):
    """A file, or its text pasted; what is in it is read by the operation."""

    file = forms.FileField(
        label="Fichier YAML",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}),
        help_text=f"Au plus {LARGEST // 1000}\u00a0ko. Emportez une version pour avoir un modèle.",
    )
    text = forms.CharField(
        label="Ou son texte, collé ici",
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.pop("file", None)
        if file is not None and "file" not in self.errors:
            self._take(file, cleaned)
        elif not self.errors and not cleaned.get("text", "").strip():
            self.add_error("file", "Choisissez un fichier, ou collez son texte.")
        return cleaned

    def _take(self, file: Any, cleaned: dict[str, Any]) -> None:
        if file.size > LARGEST:
            self.add_error("file", f"Ce fichier est trop lourd\u00a0: {LARGEST // 1000}\u00a0ko au plus.")
            return
        try:
            cleaned["text"] = text_to_keep(file.read()).decode("utf-8-sig")
        except OperationRefused as refusal:
            self.add_error("file", refusal.message)
