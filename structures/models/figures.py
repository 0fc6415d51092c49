"""The yearly figures of a structure, and where each comes from."""

from decimal import Decimal
from typing import Any

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from efc_platform.shared import fields
from efc_platform.shared.classification import classified
from structures.models.structures import Structure


class FigureSource(models.TextChoices):
    ACTIVITY_REPORT = "activity_report", "rapport d’activité"
    ACCOUNTS = "accounts", "comptes annuels"
    DECLARATION = "declaration", "déclaration sociale ou fiscale"
    REGISTER = "register", "registre ou liste tenue par la structure"
    ESTIMATE = "estimate", "estimation"


# No sum of an association of this size is greater; a slip of a digit often is.
LARGEST = Decimal(1_000_000_000)


def _count(label: str) -> Any:
    return models.PositiveIntegerField(label, validators=[MaxValueValidator(10_000_000)], null=True, blank=True)


def _full_time(label: str) -> Any:
    bounds = [MinValueValidator(0), MaxValueValidator(1_000_000)]
    return models.DecimalField(label, max_digits=9, decimal_places=2, validators=bounds, null=True, blank=True)


def _sum(label: str, *, least: Decimal = Decimal(0)) -> Any:
    bounds = [MinValueValidator(least), MaxValueValidator(LARGEST)]
    return models.DecimalField(label, max_digits=12, decimal_places=2, validators=bounds, null=True, blank=True)


def _source(label: str) -> Any:
    return models.CharField(label, max_length=20, choices=FigureSource, blank=True)


# What comes in, by what it follows: volumes (units, hours, acts, heads), or something else; gifts in kind are counted
# apart, since nobody pays them.
ON_VOLUMES = ("income_sales", "income_per_head")
ELSEWHERE = ("income_use", "income_agreements", "income_grants", "income_gifts", "income_other")
IN_KIND = "income_in_kind"
INCOME = (*ON_VOLUMES, *ELSEWHERE, IN_KIND)


@classified(
    none="structure year employees fte insertion_people insertion_positions work_source volunteers volunteer_hours "
    "members life_source beneficiaries beneficiaries_words beneficiaries_source budget own_funds income_sales "
    "income_per_head income_use income_agreements income_grants income_gifts income_other income_in_kind money_source"
)
@pghistory.track()
class YearlyFigures(models.Model):
    """What a structure says of itself in figures for one year, and where they come from; a missing figure is
    missing, not zero."""

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="yearly_figures"
    )
    year = models.PositiveSmallIntegerField("année")
    employees = _count("personnes salariées")
    fte = _full_time("équivalents temps plein (ETP)")
    insertion_people = _count("personnes en insertion")
    insertion_positions = _full_time("postes d’insertion (ETP)")
    work_source = _source("source des chiffres de l’emploi")
    volunteers = _count("bénévoles")
    volunteer_hours = _count("heures de bénévolat")
    members = _count("adhérentes et adhérents")
    life_source = _source("source des chiffres de la vie associative")
    beneficiaries = _count("personnes touchées par l’activité")
    beneficiaries_words = models.CharField("de qui s’agit-il", max_length=300, blank=True)
    beneficiaries_source = _source("source de ce nombre")
    budget = _sum("budget de l’année")
    own_funds = _sum("fonds propres", least=-LARGEST)
    income_sales = _sum("ventes et prestations à l’unité, à l’heure ou à l’acte")
    income_per_head = _sum("financements à la tête, à la place ou au poste")
    income_use = _sum("abonnements, forfaits et contributions d’usage")
    income_agreements = _sum("conventions et contrats pluriannuels")
    income_grants = _sum("subventions de l’année, appels à projets")
    income_gifts = _sum("dons, mécénat, cotisations")
    income_other = _sum("autres produits")
    income_in_kind = _sum("contributions en nature, estimées")
    money_source = _source("source des sommes")
    version = fields.version()

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["structure", "year"], name="one_row_of_figures_a_year")]

    def __str__(self) -> str:
        return f"{self.structure} · {self.year}"

    def _total(self, names: tuple[str, ...]) -> Decimal | None:
        given = [value for name in names if (value := getattr(self, name)) is not None]
        return sum(given, Decimal(0)) if given else None

    @property
    def on_volumes(self) -> Decimal | None:
        """What comes in with the units sold or the heads counted; None when nobody said."""
        return self._total(ON_VOLUMES)

    @property
    def elsewhere(self) -> Decimal | None:
        """What comes in without following volumes, gifts in kind aside; None when nobody said."""
        return self._total(ELSEWHERE)

    @property
    def share_on_volumes(self) -> int | None:
        """In hundredths of what is known to come in; None unless both sides were written: half of a picture would
        say all or nothing."""
        tied, free = self.on_volumes, self.elsewhere
        if tied is None or free is None or not tied + free:
            return None
        return round(100 * tied / (tied + free))
