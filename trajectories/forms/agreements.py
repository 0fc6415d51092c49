"""Forms of an agreement, of its amendments and of who signs them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from efc_platform.shared.forms import DayField, SharedTexts, VersionedForm, bare_helper
from efc_platform.shared.uploads import SCANS, accept, kinds_in_words
from trajectories.forms.trajectories import TODAY
from trajectories.models import BoardSays
from trajectories.strokes import Strokes, read_strokes

CONTRACT_READS = (
    "la direction et le conseil de la structure, les personnes qui l’accompagnent et la coordination du réseau."
)
# What is offered at first, to be made one’s own.
CONFIDENTIALITY = (
    "Ce qui se dit pendant les rencontres reste entre les personnes présentes et celles à qui le compte rendu est "
    "ouvert. Les journaux de bord de l’accompagnement restent privés. Rien de ce qui permettrait de reconnaître la "
    "structure ne sort d’ici sans son accord."
)
RIGHTS = (
    "Les comptes rendus, les bilans et le diagnostic appartiennent à la structure. Ils ne circulent pas sans son "
    "accord écrit. Elle peut les reprendre, les corriger et les montrer à qui elle veut."
)
_LONG = 5_000


class DaysField(forms.DecimalField):
    """« 4,5 » or « 4.5 »."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(min_value=0, max_value=999, max_digits=5, decimal_places=1, widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value).replace(",", ".") if value not in self.empty_values else value)

    def prepare_value(self, value: Any) -> Any:
        is_number = value is not None and not isinstance(value, str)
        return f"{value:.1f}".removesuffix(".0").replace(".", ",") if is_number else value


def _text(label: str, rows: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=_LONG, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class AgreementForm(SharedTexts, VersionedForm):
    """What is agreed; a first writing carries no version yet."""

    shared_texts = ("aim", "working_question", "modalities", "confidentiality", "rights", "funding", "board_not_asked")
    read_by = CONTRACT_READS

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    aim = _text("Visée", 3)
    working_question = _text("Question de travail", 2)
    starts_on = DayField(label="Du", ahead=timedelta(days=3650))
    ends_on = DayField(label="Au", ahead=timedelta(days=3650))
    days_agreed = DaysField(label="Jours convenus", help_text="En demi-journées\u00a0: 4 ou 4,5.")
    modalities = _text("Modalités", 4, "Qui vient, à quel rythme, où, avec qui dans la structure.")
    confidentiality = _text("Règles de confidentialité", 4)
    rights = _text("Droits sur les écrits", 4)
    funding = forms.CharField(
        label="Prix et financement",
        max_length=300,
        required=False,
        help_text="Une ligne\u00a0: qui paie quoi, ou rien à payer.",
    )
    board_says = forms.ChoiceField(
        label="Accord du conseil d’administration", choices=BoardSays.choices, widget=forms.RadioSelect
    )
    board_agreed_on = DayField(label="Donné le", required=False, ahead=TODAY)
    board_agreed_by = forms.CharField(
        label="Par qui", max_length=200, required=False, help_text="Le conseil du 12 mars, la présidente…"
    )
    board_not_asked = forms.CharField(label="Pourquoi il n’est pas demandé", max_length=300, required=False)
    board_signs = forms.BooleanField(label="La présidence du conseil signe aussi", required=False)
    coordination_signs = forms.BooleanField(label="La coordination du réseau signe aussi", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_board_says(self) -> BoardSays:
        return BoardSays(self.cleaned_data["board_says"])


class AmendmentForm(SharedTexts, VersionedForm):
    """What changes: in words, and for its end or its days, what they are from now on."""

    shared_texts = ("what_changes",)
    read_by = CONTRACT_READS

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what_changes = _text("Ce qui change", 4)
    ends_on = DayField(label="Nouvelle fin", required=False)
    days_agreed = DaysField(
        label="Jours convenus désormais",
        required=False,
        help_text="Le nombre entier, et non ce qui s’ajoute\u00a0; vide si rien ne change.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class SignatureForm(VersionedForm):
    """One’s name written in full is a signature; drawing it is offered to whoever likes."""

    name = forms.CharField(
        label="Je signe en écrivant mon nom",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Prénom et nom, en toutes lettres.",
    )
    strokes = forms.CharField(label="Tracé", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean_strokes(self) -> Strokes:
        try:
            return read_strokes(self.cleaned_data["strokes"])
        except ValueError:
            raise forms.ValidationError(
                "Ce tracé n’a pas pu être lu\u00a0: recommencez, ou écrivez votre nom."
            ) from None


class PaperSignatureForm(VersionedForm):
    """A page signed by hand, noted here."""

    name = forms.CharField(label="Qui a signé", max_length=200, help_text="Le nom qui figure sur la page.")
    signed_on = DayField(label="Signé le", ahead=TODAY)
    scan = forms.FileField(
        label="La page, photographiée ou numérisée",
        required=False,
        widget=forms.FileInput(attrs={"accept": accept(SCANS)}),
        help_text=f"{kinds_in_words(SCANS)}. Lue par qui lit la convention.",
    )
    kept_where = forms.CharField(
        label="Ou bien, où la page est gardée",
        max_length=200,
        required=False,
        help_text="Par exemple «\u00a0classeur bleu, bureau de Lens\u00a0».",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"signed_on": timezone.localdate()} | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.helper = bare_helper()
