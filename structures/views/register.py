"""The public register asked while a sheet is written: whatever it says, what was typed stays."""

from dataclasses import dataclass, field
from typing import Any

from accounts.requests import SignedInRequest
from structures.forms import SHEET_FIELDS
from structures.register import Registered, RegisterUnavailable, found_at, is_asked, look_up

_SEVERAL = {"accreditations"}
# What the form must find again as it was sent.
_CARRIED = ("version", "client_key")


@dataclass
class Lookup:
    """What the page shows of the register. `typed` is what to put back in the form, with what was taken."""

    is_on: bool = field(default_factory=is_asked)
    words: str = ""
    found: list[Registered] | None = None
    message: str = ""
    taken: Registered | None = None
    otherwise: list[tuple[str, str]] = field(default_factory=list)
    typed: dict[str, Any] = field(default_factory=dict)


def asks_register(request: SignedInRequest) -> bool:
    """One of its buttons was pressed, not that of the form."""
    return request.method == "POST" and bool({"look_up", "take"} & request.POST.keys())


def lookup(request: SignedInRequest) -> Lookup:
    asked = Lookup(words=request.POST.get("register_words", ""), typed=_typed(request))
    try:
        if "take" in request.POST:
            _take(asked, found_at(request.POST["take"]))
        else:
            asked.found = look_up(asked.words or _best_known(asked.typed))
    except RegisterUnavailable as unavailable:
        asked.message = str(unavailable)
    return asked


def _typed(request: SignedInRequest) -> dict[str, Any]:
    names = [name for name in (*SHEET_FIELDS, *_CARRIED) if name in request.POST]
    return {name: request.POST.getlist(name) if name in _SEVERAL else request.POST[name] for name in names}


def _best_known(typed: dict[str, Any]) -> str:
    return next((typed[name] for name in ("siret", "siren", "rna", "name") if typed.get(name)), "")


def _take(asked: Lookup, found: Registered | None) -> None:
    """It fills what is empty; where something else was typed, both are said and the person chooses."""
    if found is None:
        asked.message = "Le registre ne donne plus cette structure. Cherchez-la de nouveau, ou remplissez la fiche."
        return
    asked.taken = found
    for name, value in found.sheet.items():
        typed = asked.typed.get(name)
        if value and not typed:
            asked.typed[name] = value
        elif value and name not in _SEVERAL and _as_compared(typed) != _as_compared(value):
            asked.otherwise.append((name, str(value)))


def _as_compared(value: Any) -> str:
    return str(value).replace(" ", "").casefold()
