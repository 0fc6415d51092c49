"""What the masthead shows: the same few places for everybody, where one stands marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.permissions import is_permitted, lacks_second_factor


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    is_current: bool


# Label, address, and the address prefixes that belong to it.
_PLACES: list[tuple[str, str, tuple[str, ...]]] = [
    ("Accueil", "home", ("/",)),
    (
        "Structures",
        "structures",
        (
            *("/structures/", "/trajectoires/", "/lectures/", "/interventions/", "/essais/", "/bilans/"),
            *("/conversations/", "/promotions/", "/operations/"),
        ),
    ),
    ("Agenda", "agenda", ("/agenda/", "/rendez-vous/")),
    ("Formations", "trainings", ("/formations/", "/sessions/", "/inscriptions/")),
]
_COMMUNITY = [("Communauté", "community", ("/communaute/",))]


_NETWORK = [("Réseau", "network", ("/reseau/",))]
_OPEN = [
    ("Sessions ouvertes", "public_sessions", ("/sessions-ouvertes/",)),
    ("Être accompagné·e", "ask_for_support", ("/etre-accompagne/",)),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Before one has signed in, the pages that are open; nothing when nobody knows who asks."""
    if not getattr(request, "user", None):
        return {}
    if not request.user.is_authenticated:
        return {"navigation": _places(request, _OPEN)}
    places = _PLACES + (_COMMUNITY if is_permitted(request.user, "take_part_in_community") else [])
    places += _NETWORK if _has_two_homes(request.user) else []
    return {
        "navigation": _places(request, places),
        "lacks_second_factor": lacks_second_factor(request.user),
        "is_second_factor_required": settings.SECOND_FACTOR_REQUIRED,
    }


def _places(request: HttpRequest, known: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[Place]:
    return [Place(label, reverse(name), _is_here(request.path, under)) for label, name, under in known]


def _has_two_homes(user: User) -> bool:
    """Whoever coordinates and accompanies lands on their structures; the network is one tap further."""
    return is_permitted(user, "see_network_figures") and is_permitted(user, "accompany_structure")


def _is_here(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix if prefix == "/" else path.startswith(prefix) for prefix in prefixes)
