"""The register of what is kept of people (RGPD, article 30), read from the models themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from efc_platform.shared.classification import OTHERS, Classification, classified_models, in_words

_GROUPS = {
    "accounts": "Les personnes et leurs comptes",
    "structures": "Les structures",
    "trajectories": "Les trajectoires",
    "trainings": "Les formations",
    "community": "La communauté",
    "backstage": "Le travail de fond",
}


# Tables whose models have no French name of their own.
_NAMES = {
    "Accompaniment": "accompagnements",
    "AccompanimentRequest": "demandes d’accompagnement",
    "Appointment": "rendez-vous",
    "Attendance": "présences",
    "Axis": "axes",
    "Cohort": "promotions",
    "CohortPlace": "places dans une promotion",
    "Contribution": "contributions",
    "Criterion": "critères",
    "Dimension": "dimensions",
    "EcosystemActor": "actrices et acteurs de l’écosystème d’une structure",
    "EcosystemRelation": "relations d’une structure avec son écosystème",
    "Enrolment": "inscriptions",
    "ExperienceReport": "retours d’expérience",
    "FrameworkVersion": "versions du référentiel",
    "HalfDay": "demi-journées",
    "Intervention": "interventions",
    "InterventionShare": "comptes rendus d’intervention",
    "Job": "travaux de fond et courriels",
    "JournalEntry": "journal",
    "Level": "repères",
    "Marker": "descriptions des repères",
    "Membership": "places dans une structure",
    "NextStep": "prochains pas",
    "Participation": "participations",
    "Person": "personnes",
    "Positioning": "faits observés",
    "Evidence": "appuis des faits",
    "ProgressReport": "bilans",
    "Reading": "lectures",
    "RoleGrant": "rôles",
    "Session": "sessions de formation",
    "SharedResource": "fiches",
    "StoredFile": "documents",
    "Structure": "structures",
    "Submission": "empreintes de formulaires",
    "Training": "formations",
    "Trajectory": "trajectoires",
    "Trial": "essais",
    "User": "comptes",
    "YearlyFigures": "chiffres annuels",
}


@dataclass(frozen=True)
class Entry:
    """One table, in words."""

    name: str
    purpose: str
    basis: str
    retention: str
    personal: list[str]
    confidential: list[str]


@dataclass(frozen=True)
class Group:
    heading: str
    entries: list[Entry]


def _entry(model: type[models.Model]) -> Entry:
    said: Classification = model.classification  # type: ignore[attr-defined]

    def words(names: frozenset[str]) -> list[str]:
        fields = [*model._meta.concrete_fields, *model._meta.local_many_to_many]
        return [in_words(one) for one in fields if one.name in names]

    return Entry(
        name=_name(model),
        purpose=said.purpose,
        basis=said.basis.value,
        retention=said.retention_in_words,
        personal=words(said.personal),
        confidential=words(said.confidential),
    )


def _name(model: type[models.Model]) -> str:
    return _sentence(_NAMES.get(model.__name__, str(model._meta.verbose_name)))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _of_packages() -> Iterator[Entry]:
    for label, (name, purpose, basis, retention) in OTHERS.items():
        if label.split(".")[0] in apps.app_configs:
            said = Classification(purpose, basis, retention, frozenset(), frozenset(), frozenset())
            yield Entry(_sentence(name), purpose, basis.value, said.retention_in_words, [], [])


def groups() -> list[Group]:
    """Every table that says something of somebody, under the heading of its application."""
    telling = [one for one in classified_models() if one.classification.purpose]  # type: ignore[attr-defined]
    found = [
        Group(heading, [_entry(one) for one in telling if one._meta.app_label == label])
        for label, heading in _GROUPS.items()
    ]
    return [*found, Group("Les connexions et l’historique", list(_of_packages()))]


@login_not_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    of_nobody = [one for one in classified_models() if not one.classification.purpose]  # type: ignore[attr-defined]
    names = sorted(_name(one).lower() for one in of_nobody)
    return render(request, "pages/register.html", {"groups": groups(), "of_nobody": names})
