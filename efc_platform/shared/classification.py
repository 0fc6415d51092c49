"""What each field of a model tells about people: written beside the model, read by the register page and its test."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from django.apps import apps
from django.conf import settings
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
    """How long it stays; a length in braces is the one that settings.RETENTION holds today."""

    NOBODY = "sans durée\u00a0: ne dit rien d’une personne"
    ACCOUNT = "tant que la personne est là\u00a0; anonymisé à sa demande, ou après {inactivity} sans visite"
    TRAJECTORY = "tant que la trajectoire de la structure est suivie"
    AUTHOR = "jusqu’à ce que son auteur l’efface, ou parte"
    SHORT = "{kept}, puis effacé chaque nuit"
    TRACE = "{traces}, puis effacé"
    REQUEST = "{support_requests} après la réponse ou le classement, puis effacé"
    SESSION = "{session} au plus, puis effacé la nuit suivante"
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
    kept: str = ""

    @property
    def names(self) -> list[str]:
        """Every field named, as often as it is."""
        return [*self.none, *self.personal, *self.confidential]

    @property
    def retention_in_words(self) -> str:
        """With the lengths of this installation."""
        lengths = {name: length_in_words(days) for name, days in settings.RETENTION.items()}
        hours = f"{settings.SESSION_COOKIE_AGE // 3600}\u00a0heures"
        kept = lengths.get(self.kept, "quelques mois au plus")
        return self.retention.value.format(kept=kept, session=hours, **lengths)


def length_in_words(days: int) -> str:
    """« 2 ans », « 12 mois » or « 30 jours »: the roundest that is true."""
    if days >= 730 and days % 365 == 0:
        return f"{days // 365}\u00a0ans"
    if days == 365:
        return "12\u00a0mois"
    return f"{days}\u00a0jour{'s' if days > 1 else ''}"


def classified(
    *,
    none: str = "",
    personal: str = "",
    confidential: str = "",
    purpose: str = "",
    basis: Basis = Basis.CONTRACT,
    retention: Retention = Retention.NOBODY,
    kept: str = "",
) -> Callable[[M], M]:
    """Names, separated by spaces, every field of the model: `none` tells nothing of a person; `personal`
    names or reaches somebody, or says what they did; `confidential` is a text with a circle, or a secret.
    TECHNICAL ones go without saying. Purpose in French, as the register prints it; needed as soon as a
    field is not `none`. `kept` is the key of settings.RETENTION that a SHORT one follows."""
    said = " ".join((none, personal, confidential)).split()
    if len(said) != len(set(said)):
        raise ValueError("a field is classified twice")
    sorts = [frozenset(names.split()) for names in (none, personal, confidential)]
    if (personal or confidential) and not purpose:
        raise ValueError("a personal field is kept for a purpose")

    def keep(model: M) -> M:
        model.classification = Classification(purpose, basis, retention, sorts[0], sorts[1], sorts[2], kept)  # type: ignore[attr-defined]
        return model

    return keep


# Tables that packages bring, whole, said here since their models are not ours to decorate.
OTHERS: dict[str, tuple[str, str, Basis, Retention]] = {
    "sessions.Session": ("connexions ouvertes", "garder une personne connectée", Basis.INTEREST, Retention.SESSION),
    "account.EmailAddress": (
        "adresses de connexion",
        "vérifier l’adresse par laquelle on se connecte",
        Basis.INTEREST,
        Retention.ACCOUNT,
    ),
    "account.EmailConfirmation": (
        "confirmations d’adresse",
        "vérifier l’adresse par laquelle on se connecte",
        Basis.INTEREST,
        Retention.ACCOUNT,
    ),
    "mfa.Authenticator": (
        "moyens de vérification (code, clé)",
        "prouver par un second moyen que c’est bien vous",
        Basis.INTEREST,
        Retention.ACCOUNT,
    ),
    "usersessions.UserSession": (
        "appareils connectés",
        "vous montrer d’où vous êtes connecté·e, et vous laisser fermer",
        Basis.INTEREST,
        Retention.SESSION,
    ),
    "pghistory.Context": (
        "qui a agi, et depuis quelle page",
        "savoir qui a changé quoi, pour que rien ne change en silence",
        Basis.INTEREST,
        Retention.TRAJECTORY,
    ),
}
# Of nobody: what Django and the history make for themselves, and views over the tables above.
OF_NOBODY = frozenset(
    {
        "auth.Permission",
        "auth.Group",
        "contenttypes.ContentType",
        "pghistory.Events",
        "pghistory.MiddlewareEvents",
    }
)
# Fields whose name in the code is their only one, as the register and the archives say them.
_WORDS = {
    "answered_by": "qui a répondu",
    "author": "qui l’a écrit",
    "authors": "qui signe",
    "created_by": "qui l’a écrit",
    "done_by": "qui l’a fait",
    "edited_by": "qui l’a modifié",
    "enrolled_by": "qui a inscrit",
    "granted_by": "qui l’a donné",
    "requested_by": "qui l’a demandé",
    "starting_words_by": "de qui sont les mots du départ",
    "taken_by": "qui a noté les présences",
    "asked_at": "demandé le",
    "cancelled_at": "annulé le",
    "content": "contenu",
    "created_at": "écrit le",
    "done_at": "fait le",
    "ended_on": "fin",
    "enrolment": "inscription",
    "error": "ce qui a empêché",
    "file": "document",
    "half_day": "demi-journée",
    "intervention": "intervention",
    "is_active": "compte ouvert",
    "is_present": "présence",
    "key": "à quoi il sert",
    "kind": "genre",
    "level": "repère",
    "linked_report": "retour d’expérience cité",
    "linked_resource": "fiche citée",
    "owner": "qui s’en charge",
    "payload": "texte et adresse du courriel",
    "person": "personne",
    "practitioner": "qui accompagne",
    "practitioners": "qui accompagne",
    "role": "rôle",
    "sealed_text": "texte chiffré",
    "since": "depuis le",
    "state": "état",
    "structure": "structure",
    "trainers": "qui mène la session",
    "trajectory": "trajectoire",
    "until": "jusqu’au",
    "url": "page",
    "user": "compte",
}


def in_words(field: models.Field) -> str:
    """What a person reads for a field: its French name."""
    is_named = str(field.verbose_name) != field.name.replace("_", " ")
    return str(field.verbose_name) if is_named else _WORDS.get(field.name, field.name)


def classification_of(model: type[models.Model]) -> Classification | None:
    """Its own, or that of the model whose history it keeps."""
    tracked = getattr(model, "pgh_tracked_model", model)
    return vars(tracked).get("classification")


def classified_models() -> list[type[models.Model]]:
    """Every table of the project, histories aside: they follow their model."""
    return [model for model in apps.get_models() if "classification" in vars(model)]
