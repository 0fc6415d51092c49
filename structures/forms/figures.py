"""The form of a year's figures, whose numbers are typed the French way."""

from decimal import Decimal
from typing import Any

from django import forms

from efc_platform.shared.forms import VersionedForm, bare_helper, chosen
from structures.models import FigureSource, YearlyFigures

_BLANKS = str.maketrans("", "", " \u00a0\u202f€")
_SOURCES = ("work_source", "life_source", "beneficiaries_source", "money_source")
COLUMNS = [one.name for one in YearlyFigures._meta.concrete_fields]
FIGURE_FIELDS = [name for name in COLUMNS if name not in {"id", "structure", "year", "version"}]
_COUNTS = ("employees", "insertion_people", "volunteers", "volunteer_hours", "members", "beneficiaries")
_DECIMALS = [name for name in FIGURE_FIELDS if name not in {*_COUNTS, *_SOURCES, "beneficiaries_words"}]


class _FrenchNumber:
    """« 1 250,50 € » is a number; so is 1250.5, as spreadsheets give it."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.translate(_BLANKS).replace(",", ".").replace("−", "-")
        return super().to_python(value)  # type: ignore[misc]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


class FrenchInteger(_FrenchNumber, forms.IntegerField):
    pass


class FrenchDecimal(_FrenchNumber, forms.DecimalField):
    def clean(self, value: Any) -> Decimal | None:
        # As the database keeps it, so that what is compared with what is kept differs only when it does.
        number = super().clean(value)
        return None if number is None else number.quantize(Decimal("0.01"))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return (f"{value:.2f}" if value % 1 else f"{value:.0f}").replace(".", ",")


class FiguresForm(forms.ModelForm, VersionedForm):
    """A year: nothing is asked for, and what stays empty is missing, not zero."""

    class Meta:
        model = YearlyFigures
        fields = FIGURE_FIELDS
        field_classes = {**dict.fromkeys(_COUNTS, FrenchInteger), **dict.fromkeys(_DECIMALS, FrenchDecimal)}
        help_texts = {
            "beneficiaries_words": "Habitantes et habitants d’un quartier, familles, écoles…",
            "income_sales": "Suit des volumes\u00a0: plus on vend, plus il en rentre.",
            "income_per_head": "Prix de journée, aide au poste, financement à l’heure\u00a0: suit des volumes aussi.",
            "income_agreements": "Sur plusieurs années, avec des engagements de part et d’autre.",
            "income_in_kind": "Local prêté, bénévolat valorisé, matériel donné\u00a0: compté à part.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in _SOURCES:
            self.fields[name].choices = chosen(FigureSource, "à préciser")  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """An empty form would make a year of nothing look like a year that is known."""
        given = super().clean() or self.cleaned_data
        figures = [given.get(name) for name in (*_COUNTS, *_DECIMALS)]
        if not self.errors and self.instance.pk is None and all(one is None for one in figures):
            raise forms.ValidationError("Écrivez au moins un chiffre\u00a0; le reste peut attendre.")
        return given
