"""Forms of a round: prepare it, leave a view out, take one up again, note what the meeting came to."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms

from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from trajectories.forms.trajectories import STRUCTURE_READS
from trajectories.models import Level, Milestone, Outcome, Viewpoint

_A_YEAR = timedelta(days=366)


class RoundForm(SentOnceForm):
    """At which milestone, whose views, and the day they open."""

    milestone = forms.ChoiceField(label="À quel moment")
    viewpoints = forms.MultipleChoiceField(
        label="Les regards attendus",
        choices=Viewpoint.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Deux au moins. Chacun s’écrit sans connaître les autres.",
        error_messages={"required": "Un tour attend au moins deux regards."},
    )
    opens_on = DayField(
        label="Jour d’ouverture",
        ahead=_A_YEAR,
        help_text="Le tour s’ouvre ce jour-là si chaque regard est scellé\u00a0; sinon, dès que le dernier l’est.",
    )

    def __init__(self, *args: Any, milestones: Sequence[Milestone], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["milestone"].choices = [(one.value, one.label) for one in milestones]  # type: ignore[attr-defined]
        self.helper = bare_helper()

    def clean_milestone(self) -> Milestone:
        return Milestone(self.cleaned_data["milestone"])

    def clean_viewpoints(self) -> list[Viewpoint]:
        return [Viewpoint(one) for one in self.cleaned_data["viewpoints"]]


class LeaveOutForm(SharedTexts, VersionedForm):
    """Why a view that never came is left out."""

    shared_texts = ("why",)
    read_by = STRUCTURE_READS

    why = forms.CharField(
        label="Pourquoi",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Cette décision est datée et signée de votre nom\u00a0; elle reste.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class ReopeningForm(SharedTexts, SentOnceForm):
    """Why somebody asks to take up what they had sealed."""

    shared_texts = ("why",)
    read_by = STRUCTURE_READS

    why = forms.CharField(label="Pourquoi la reprendre", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


def _voice(viewpoint: str) -> str:
    return f"voice-{viewpoint}"


class SettlementForm(SharedTexts, VersionedForm, SentOnceForm):
    """What a meeting came to on one dimension; `version` is how many outcomes were noted when it was opened."""

    shared_texts = ("words",)
    read_by = f"{STRUCTURE_READS} Les bilans le racontent."

    outcome = forms.ChoiceField(label="L’issue", choices=Outcome.choices)
    viewpoint = forms.ChoiceField(
        label="Le regard qui se déplace", required=False, help_text="Seulement si l’un des regards se déplace."
    )
    level = forms.TypedChoiceField(
        label="Le repère commun, ou celui où ce regard va",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="S’accorder peut se dire sans repère.",
    )
    words = forms.CharField(
        label="Avec nos mots",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Dans quels mots nous nous accordons, ou ce qui déplace ce regard.",
    )

    def __init__(self, *args: Any, viewpoints: Sequence[str], levels: Sequence[Level], **options: Any) -> None:
        super().__init__(*args, **options)
        self.viewpoints = [Viewpoint(one) for one in viewpoints]
        offered = [("", "aucun"), *((one.value, one.label) for one in self.viewpoints)]
        self.fields["viewpoint"].choices = offered  # type: ignore[attr-defined]
        ranks = [("", "aucun repère"), *((one.rank, one.name) for one in levels)]
        self.fields["level"].choices = ranks  # type: ignore[attr-defined]
        for one in self.viewpoints:
            self.fields[_voice(one)] = forms.CharField(
                label=f"Ce que maintient le regard «\u00a0{one.label.lower()}\u00a0»",
                required=False,
                max_length=5_000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Si nous gardons le désaccord\u00a0: ce texte reste, à côté des autres.",
            )
        self.helper = bare_helper()

    def clean_outcome(self) -> Outcome:
        return Outcome(self.cleaned_data["outcome"])

    def clean(self) -> dict[str, Any]:
        """The voices in one; the version under the name that the operation gives it."""
        cleaned = super().clean() or {}
        cleaned["voices"] = {one.value: cleaned.pop(_voice(one), "") for one in self.viewpoints}
        cleaned["expected_number"] = cleaned.pop("version", 0)
        return cleaned
