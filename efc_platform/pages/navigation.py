"""What the masthead shows: the same few places for everybody, where one stands marked."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.permissions import is_permitted


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    is_current: bool


# Label, address, and the address prefixes that belong to it.
_PLACES = [
    ("Accueil", "home", ("/",)),
    (
        "Structures",
        "structures",
        ("/structures/", "/trajectoires/", "/lectures/", "/interventions/", "/essais/", "/bilans/"),
    ),
]


_NETWORK = [("Réseau", "network", ("/reseau/",))]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Nothing before one has signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    places = _PLACES + (_NETWORK if _has_two_homes(request.user) else [])
    return {"navigation": [Place(label, reverse(name), _is_here(request.path, under)) for label, name, under in places]}


def _has_two_homes(user: User) -> bool:
    """Whoever coordinates and accompanies lands on their structures; the network is one tap further."""
    return is_permitted(user, "see_network_figures") and is_permitted(user, "accompany_structure")


def _is_here(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix if prefix == "/" else path.startswith(prefix) for prefix in prefixes)
