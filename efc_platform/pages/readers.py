"""Who reads this text, by name: one tap from the text, for whoever reads it and for nobody else."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from accounts.models import Role, User
from accounts.requests import SignedInRequest
from efc_platform.shared.pauses import Names
from structures.readers import KINDS, Kind, readers_of


@dataclass(frozen=True)
class Audience:
    """One text and its readers, as they are told to one of them."""

    told: str
    sentence: str
    groups: list[Names]
    coordination_reads: bool


@require_safe
def readers(request: SignedInRequest, public_id: UUID, kind: str) -> HttpResponse:
    known = KINDS[kind]
    rows = list(known.rule(request.user).filter(**{known.key: public_id}).select_related(*known.related))
    if not rows:
        raise Http404
    context = {
        "heading": f"Qui lit {known.told(rows[0])}",
        "structure": _structure_of(rows[0]),
        "audiences": [_audience(known, row, request.user) for row in rows],
        "is_journal": kind == "journal",
        "back_url": _place_of(rows[0]),
    }
    return render(request, "pages/readers.html", context)


def _audience(kind: Kind, row: Any, viewer: User) -> Audience:
    found = readers_of(row, kind.rule)
    coordinates = any(Role.COORDINATOR in reader.user.roles for reader in found)
    return Audience(kind.told(row), kind.sentence(row), kind.groups(row, viewer, found), coordinates)


def _place_of(row: Any) -> str:
    """The page on which the text is read, or the nearest to it."""
    near = (row, *(getattr(row, name, None) for name in ("intervention", "session", "trajectory")))
    return next((one.get_absolute_url() for one in near if hasattr(one, "get_absolute_url")), "")


def _structure_of(row: Any) -> str:
    trajectory = getattr(row, "trajectory", None)
    return trajectory.structure.name if trajectory else ""


# One address a kind, each with its name: what every address answers to everybody is asked of each of them.
ADDRESSES = [
    path(f"qui-lit/{kind}/<uuid:public_id>/", readers, {"kind": kind}, name=f"readers_{kind}") for kind in KINDS.names
]
