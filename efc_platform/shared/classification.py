"""What each field of a model tells about people: written beside the model, read by the register page and its test."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=type[models.Model])
# Of every table, and of nobody: keys, counters and what PostgreSQL derives from other columns.
TECHNICAL = frozenset({"id", "public_id", "version", "client_key", "search"})


class Basis(Enum):
    """Why the platform may keep it (RGPD, article 6)."""

    CONTRACT = "l’accompagnement convenu avec la structure"
    INTEREST = "l’intérêt légitime du réseau à faire vivre la plateforme et à la protéger"
    CONSENT = "le consentement de la personne"
    LAW = "une obligation légale"


class Retention(Enum):
    """How long it stays; the lengths themselves are settings."""

    NOBODY = "sans durée : ne dit rien d’une personne"
    ACCOUNT = "tant que la personne est là ; anonymisé à sa demande, ou après deux ans sans visite"
    TRAJECTORY = "tant que la trajectoire de la structure est suivie"
    AUTHOR = "jusqu’à ce que son auteur l’efface, ou parte"
    SHORT = "quelques mois au plus, puis effacé chaque nuit"
    TRACE = "douze mois, puis effacé"
    PROOF = "tant que dure la preuve qu’il apporte"


@dataclass(frozen=True)
class Classification:
    """The fields of one model by what they tell, and why and how long they are kept."""

    purpose: str
    basis: Basis
    retention: Retention
    none: frozenset[str]
    personal: frozenset[str]
    confidential: frozenset[str]


def classified(
    *,
    none: str = "",
    personal: str = "",
    confidential: str = "",
    purpose: str = "",
    basis: Basis = Basis.CONTRACT,
    retention: Retention = Retention.NOBODY,
) -> Callable[[M], M]:
    """Names, separated by spaces, every field of the model: `none` tells nothing of a person; `personal`
    names or reaches somebody, or says what they did; `confidential` is a text with a circle, or a secret.
    TECHNICAL ones go without saying. Purpose in French, as the register prints it; needed as soon as a
    field is not `none`."""
    sorts = [frozenset(names.split()) for names in (none, personal, confidential)]
    if (personal or confidential) and not purpose:
        raise ValueError("a personal field is kept for a purpose")

    def keep(model: M) -> M:
        model.classification = Classification(purpose, basis, retention, *sorts)  # type: ignore[attr-defined]
        return model

    return keep
