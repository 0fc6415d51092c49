"""Forms of a trajectory: intervention and journal, reading, trials, promises, meetings, reports."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from trajectories.forms.evidence import EvidenceLines
from trajectories.models import (
    FrameworkVersion,
    InterventionShare,
    PositioningState,
    ProgressReport,
    Trajectory,
    Viewpoint,
)

TODAY = timedelta()
STRUCTURE_READS = "les personnes de la structure et celles qui l’accompagnent."


class ReadingForm(SentOnceForm):
    """From where one reads, and on which day."""

    viewpoint = forms.ChoiceField(label="Point de vue", widget=forms.RadioSelect)
    read_on = DayField(label="Date de la lecture", ahead=TODAY)

    def __init__(self, *args: Any, viewpoints: list[Viewpoint], **options: Any) -> None:
        first = viewpoints[0] if viewpoints else None
        options["initial"] = {"read_on": timezone.localdate(), "viewpoint": first}
        super().__init__(*args, **options)
        self.fields["viewpoint"].choices = [(one.value, one.label) for one in viewpoints]  # type: ignore[attr-defined]
        self.helper = bare_helper()


class PositioningForm(SharedTexts, VersionedForm, EvidenceLines):
    """One dimension, or one criterion: a level with the fact that founds it and what that is held on, or why there is
    none."""

    shared_texts = ("observed_fact", "next_question")
    read_by = (
        f"vous et vos co-auteur·es, puis, une fois la lecture scellée (dans un tour, une fois le tour ouvert), "
        f"{STRUCTURE_READS}"
    )

    answer = forms.CharField(label="Où en sommes-nous\u00a0?", required=False)
    observed_fact = forms.CharField(
        label="Fait observé",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une scène plutôt qu’un avis\u00a0: qui, quand, ce que l’on a vu ou entendu.",
    )
    next_question = forms.CharField(
        label="Prochaine question", required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        """`answer` is a level's rank or another state; empty leaves the dimension unread."""
        cleaned = super().clean() or {}
        answer = cleaned.get("answer", "")
        cleaned["level"] = int(answer) if answer in {"1", "2", "3", "4", "5"} else None
        cleaned["state"] = PositioningState.LEVEL if cleaned["level"] else self._other_state(answer)
        if cleaned["level"] and not cleaned.get("observed_fact"):
            self.add_error(
                "observed_fact",
                "Un repère s’appuie toujours sur un fait observé\u00a0: dites ce qui vous y fait penser.",
            )
        cleaned["evidence"] = self.clean_lines(cleaned)
        if not answer and (cleaned.get("observed_fact") or cleaned.get("next_question") or cleaned["evidence"]):
            self.add_error(
                "answer",
                "Choisissez un repère, ou dites pourquoi il n’y en a pas\u00a0: votre texte est gardé.",
            )
        return cleaned

    def _other_state(self, answer: str) -> PositioningState | None:
        if answer and answer not in {PositioningState.NOT_APPLICABLE, PositioningState.NOT_ENOUGH_EVIDENCE}:
            self.add_error("answer", "Ce choix n’existe pas.")
            return None
        return PositioningState(answer) if answer else None


class WordsForm(SharedTexts, VersionedForm):
    """What the trajectory says of itself, in the structure's own words."""

    shared_texts = ("lead_words", "starting_words", "aim", "working_question")
    read_by = STRUCTURE_READS

    lead_words = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce texte ouvre le bilan\u00a0: d’où vous partez, ce que vous essayez, vers quoi vous allez.",
    )
    starting_words = forms.CharField(
        label="Les mots du départ", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    aim = forms.CharField(
        label="Visée provisoire", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    working_question = forms.CharField(
        label="Question de travail", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class ReportForm(SentOnceForm):
    """The period a report tells of, both days included."""

    period_start = DayField(label="Du", ahead=TODAY)
    period_end = DayField(label="Au", ahead=TODAY)

    def __init__(self, *args: Any, trajectory: Trajectory, **options: Any) -> None:
        options["initial"] = {"period_start": trajectory.started_on, "period_end": timezone.localdate()}
        super().__init__(*args, **options)
        self.helper = bare_helper()


class OpenTrajectoryForm(forms.Form):
    """The day, and the version of the référentiel where there is a choice of several."""

    started_on = DayField(label="Début de la trajectoire", ahead=timedelta(days=366))
    framework_version = forms.ModelChoiceField(
        label="Version du référentiel",
        queryset=FrameworkVersion.objects.published().order_by("-number"),
        to_field_name="number",
        required=False,
        empty_label="la plus récente",
    )

    def __init__(self, *args: Any, versions: QuerySet[FrameworkVersion] | None = None, **options: Any) -> None:
        options["initial"] = {"started_on": timezone.localdate()}
        super().__init__(*args, **options)
        if versions is None or versions.count() < 2:
            del self.fields["framework_version"]
        self.helper = bare_helper()


class TextOpeningForm(SentOnceForm):
    """Which text, and why: what the structure will read."""

    what = forms.ChoiceField(label="Ce que vous ouvrez", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Pourquoi",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La direction de la structure et les personnes qui l’accompagnent liront cette phrase.",
    )

    def __init__(self, *args, targets: Mapping[str, Any], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [(key, _named(one)) for key, one in targets.items()]  # type: ignore[attr-defined]
        self.fields["what"].initial = next(iter(targets))
        self.helper = bare_helper()


def _named(target: Trajectory | InterventionShare | ProgressReport) -> str:
    if isinstance(target, InterventionShare):
        return f"Le compte rendu du {date_format(target.intervention.occurred_on)}"
    if isinstance(target, ProgressReport):
        return f"Le bilan du {date_format(target.period_start)} au {date_format(target.period_end)}"
    return "Les mots de la trajectoire, les essais, les prochains pas, les faits des lectures"
