"""The official division of the country: communes, what groups them, départements and régions."""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import F, IntegerField, QuerySet, Value

from efc_platform.shared.classification import classified

SHORTEST = 3
# Below it two names have too little in common for one to be a slip for the other.
NEAR = 0.6
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
# Three cities are one commune each, whatever the arrondissement that an address gives.
_IN_AN_ARRONDISSEMENT = re.compile(r"^(paris|lyon|marseille) \d{1,2}(er|e|eme)?( arrondissement)?$")
_ARRONDISSEMENTS = {"751": "75056", "693": "69123", "132": "13055"}
_SHORTENED = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def place_key(name: str) -> str:
    """What two ways of writing a place have in common: « St-Étienne-du-Bois », « saint etienne du bois »."""
    spelled = name.lower().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(one for one in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(one))
    key = " ".join(_SHORTENED.get(word, word) for word in _NOT_A_WORD.sub(" ", plain).split())
    return _IN_AN_ARRONDISSEMENT.sub(r"\1", key)


@classified(none="code name")
class Region(models.Model):
    """A région, or an overseas collectivity that has the place of one."""

    code = models.CharField("code Insee", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=60)

    class Meta:
        verbose_name = "région"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@classified(none="code name region")
class Department(models.Model):
    """A département, or an overseas collectivity that has the place of one."""

    code = models.CharField("code Insee", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departments", verbose_name="région")

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@classified(none="code name")
class Epci(models.Model):
    """A grouping of communes with taxes of its own: communauté de communes or d’agglomération, métropole."""

    code = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=160)

    class Meta:
        verbose_name = "intercommunalité"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CommuneQuerySet(models.QuerySet["Commune"]):
    def found_by(self, typed: str, limit: int) -> list["Commune"]:
        """By the beginning of the name, the exact name first, then the largest; when these are few, by a name
        that is nearly it. Figures are the beginning of a postcode. From three letters or figures."""
        figures, words = split_figures(typed)
        if max(len(figures), len(words)) < SHORTEST:
            return []
        rows = self.with_postcode(figures).select_related("department")
        if not words:
            return list(rows.order_by("-population", "code")[:limit])
        named = rows.filter(key__startswith=words).order_by(_last_unless(key=words), "-population", "code")
        found = list(named[:limit])
        return found + rows._nearly(words, found, limit - len(found)) if len(found) < limit else found

    def _nearly(self, words: str, found: list["Commune"], limit: int) -> list["Commune"]:
        near = self.exclude(pk__in=[one.pk for one in found]).filter(TrigramWordSimilar(F("key"), Value(words)))
        alike = near.annotate(likeness=TrigramWordSimilarity(words, "key")).filter(likeness__gte=NEAR)
        return list(alike.order_by("-likeness", "-population", "code")[:limit])

    def with_postcode(self, figures: str) -> "CommuneQuerySet":
        """Whose postcode begins with these figures; all of them when there are none or too few to tell."""
        return self.filter(postcode_list__contains=f" {figures}") if len(figures) > 1 else self

    def named(self, name: str, postcode: str = "", department: str = "") -> list["Commune"]:
        """Those of exactly this name. The postcode tells them apart, or its département where it is a cedex that
        none of them has; then the département as it is written, as far as one of them agrees."""
        rows: QuerySet[Commune] = self.filter(key=place_key(name)).select_related("department__region", "epci")
        found = list(rows.order_by("code"))
        if postcode:
            here = [one for one in found if postcode in one.postcodes]
            found = here or [one for one in found if any(own[:2] == postcode[:2] for own in one.postcodes)]
        told = [one for one in found if place_key(one.department.name) == place_key(department)]
        return told or found


def split_figures(typed: str) -> tuple[str, str]:
    """« 62300 Lens » is a postcode and a name."""
    words = place_key(typed).split()
    return "".join(one for one in words if one.isdigit()), " ".join(one for one in words if not one.isdigit())


def _last_unless(**same: Any) -> models.Case:
    return models.Case(models.When(**same, then=0), default=1, output_field=IntegerField())


@classified(none="code name key postcode_list population department epci")
class Commune(models.Model):
    """A commune of today, by its Insee code; those that became one with another are no longer here."""

    code = models.CharField("code Insee", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=120)
    key = models.CharField("nom sans accents", max_length=120)
    # Each after a space, which is where the index finds that a postcode begins.
    postcode_list = models.TextField("codes postaux", blank=True)
    population = models.PositiveIntegerField("population", default=0)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="communes", verbose_name="département"
    )
    epci = models.ForeignKey(
        Epci, on_delete=models.PROTECT, null=True, blank=True, related_name="communes", verbose_name="intercommunalité"
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        indexes = [
            GinIndex(fields=["key"], opclasses=["gin_trgm_ops"], name="communes_nearly_named"),
            models.Index(OpClass("key", "varchar_pattern_ops"), name="communes_beginning_with"),
            GinIndex(fields=["postcode_list"], opclasses=["gin_trgm_ops"], name="communes_by_postcode"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def postcodes(self) -> list[str]:
        return self.postcode_list.split()

    @property
    def postcodes_in_words(self) -> str:
        """A large city has a score of them."""
        all_of_them = self.postcodes
        return ", ".join(all_of_them) if len(all_of_them) < 4 else f"{all_of_them[0]} à {all_of_them[-1]}"

    def postcode_for(self, typed: str) -> str:
        """The one typed when it is one of its own, else its only one."""
        own = self.postcodes
        if typed in own:
            return typed
        return own[0] if len(own) == 1 else ""


def commune_of(code: str) -> Commune | None:
    """With all that it is part of; None for a code that is not, or no longer, one."""
    rows: QuerySet[Commune] = Commune.objects.select_related("department__region", "epci")
    return rows.filter(pk__in={code, _ARRONDISSEMENTS.get(code[:3], code)}).first() if code else None


def department_named(name: str) -> Department | None:
    """As somebody wrote it; there are few enough to read them all."""
    if not name:
        return None
    written = place_key(name)
    all_of_them = Department.objects.select_related("region")
    return next((one for one in all_of_them if written in {place_key(one.name), one.code.lower()}), None)
