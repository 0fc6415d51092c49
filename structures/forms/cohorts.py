"""Forms of cohorts and of funded operations: what they are, who is in them, and what is written there."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from efc_platform.shared.forms import DayField, SentOnceForm, SharedTexts, VersionedForm, bare_helper
from structures.forms.messages import LONGEST
from structures.models import Cohort, FundingOperation, Structure

COHORT_FIELDS = ["name", "starts_on", "ends_on", "presentation"]
FUNDING_FIELDS = ["name", "funder", "starts_on", "ends_on", "days", "reference", "purpose"]


class CohortForm(SharedTexts, forms.Form):
    """What a cohort is."""

    shared_texts = ("presentation",)
    read_by = "les personnes des structures qui voyagent avec elle, celles qui les accompagnent, et la coordination."

    name = forms.CharField(label="Nom", max_length=120, help_text="Celui que les structures emploieront entre elles.")
    starts_on = DayField(label="Début")
    ends_on = DayField(label="Fin", required=False, help_text="Si elle est connue.")
    presentation = forms.CharField(
        label="Présentation",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui les réunit, en quelques phrases.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class CohortNewForm(CohortForm, SentOnceForm):
    pass


class CohortEditForm(CohortForm, VersionedForm):
    pass


class CohortMessageForm(SharedTexts, SentOnceForm):
    """A message to all those of a cohort."""

    shared_texts = ("text",)
    read_by = "toutes les personnes des structures de la promotion, celles qui les accompagnent, et la coordination."

    text = forms.CharField(label="Votre message", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class FundingForm(SharedTexts, forms.Form):
    """What a funded operation is."""

    shared_texts = ("purpose",)
    read_by = "la coordination, et elle seule."

    name = forms.CharField(label="Nom de l’opération", max_length=160)
    funder = forms.CharField(label="Qui finance", max_length=160)
    starts_on = DayField(label="Début")
    ends_on = DayField(label="Fin")
    days = forms.DecimalField(
        label="Jours prévus",
        required=False,
        min_value=0.5,
        error_messages={"min_value": "Écrivez au moins une demi-journée\u00a0: 0,5."},
        max_value=9999,
        decimal_places=1,
        localize=True,
        help_text="Le temps d’accompagnement que le dossier prévoit, en jours de 7\u00a0heures.",
    )
    reference = forms.CharField(label="Référence du dossier", required=False, max_length=80)
    purpose = forms.CharField(
        label="Ce qui est financé",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Avec les mots du dossier.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


class FundingNewForm(FundingForm, SentOnceForm):
    pass


class FundingEditForm(FundingForm, VersionedForm):
    pass


class Choices(forms.ModelMultipleChoiceField):
    """Among all those that may be chosen, the few that are offered on the page."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Structure.objects.none(), to_field_name="public_id", **options)

    def offer(self, allowed: QuerySet, offered: Sequence[Any]) -> None:
        self.queryset = allowed
        self.choices = [(str(one.public_id), _named(one)) for one in offered]


def _named(one: Structure | Cohort) -> str:
    place = one.place if isinstance(one, Structure) else ""
    return f"{one.name}, {place}" if place else one.name


class JoinCohortForm(forms.Form):
    """Which structures join it, and from when."""

    structures = Choices(
        label="Structures", error_messages={"required": "Cochez au moins une structure, ou cherchez-en une autre."}
    )
    since = DayField(label="À partir du", initial=timezone.localdate)

    def __init__(self, *args: Any, allowed: QuerySet, offered: Sequence[Structure], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["structures"].offer(allowed, offered)  # type: ignore[attr-defined]
        self.helper = bare_helper()


class AttachForm(forms.Form):
    """Which structures and cohorts an operation pays for, and from when."""

    cohorts = Choices(label="Promotions", required=False)
    structures = Choices(label="Structures", required=False)
    since = DayField(label="À partir du", initial=timezone.localdate)

    def __init__(
        self,
        *args: Any,
        allowed: QuerySet,
        offered: Sequence[Structure],
        cohorts: QuerySet,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["structures"].offer(allowed, offered)  # type: ignore[attr-defined]
        self.fields["cohorts"].offer(cohorts, list(cohorts))  # type: ignore[attr-defined]
        self.helper = bare_helper()


class LastDayForm(forms.Form):
    """The last day of what comes to an end."""

    on = DayField(label="Dernier jour", initial=timezone.localdate)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.helper = bare_helper()


def of_cohort(cohort: Cohort) -> dict[str, Any]:
    return {name: getattr(cohort, name) for name in COHORT_FIELDS}


def of_funding(operation: FundingOperation) -> dict[str, Any]:
    return {name: getattr(operation, name) for name in FUNDING_FIELDS}
