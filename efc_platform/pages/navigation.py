"""What the masthead shows: the same few places for everybody, where one stands marked."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


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


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Nothing before one has signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {
        "navigation": [
            Place(label, reverse(name), _is_here(request.path, prefixes)) for label, name, prefixes in _PLACES
        ]
    }


def _is_here(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix if prefix == "/" else path.startswith(prefix) for prefix in prefixes)
