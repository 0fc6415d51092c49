"""The public register of companies and associations, asked by name, SIRET or RNA: the API « Recherche d’entreprises ».

https://recherche-entreprises.api.gouv.fr/docs: `GET /search?q=…`, seven requests a second at most, 429 and
`Retry-After` beyond. It is a help, never a condition: what it says is proposed, and whatever happens to it ends in
`RegisterUnavailable`, whose sentence the page shows above a form that stays as it was typed.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError

from structures.models import Accreditation, LegalForm, as_ape, as_rna, as_siren, as_siret

# Seconds, tries and the reading of the answer included: somebody is waiting before a form.
PATIENCE = 2.0
TRIES = 2
# All together, whatever the number of processes; the register allows seven from one address.
A_SECOND = 5
KEPT_FOR = 24 * 3600
LARGEST = 1_000_000
FEW = 8
SHORTEST = 3
_WORTH_ANOTHER_TRY = {500, 502, 503, 504}
# What it writes instead of what a person asked not to be published.
_UNPUBLISHED = "[NON-DIFFUSIBLE]"


class RegisterUnavailable(Exception):
    """The register cannot be read now; the message is the sentence that the person reads."""


@dataclass(frozen=True)
class Registered:
    """What the register says of one structure: columns of its sheet, and whether it has ceased."""

    sheet: Mapping[str, Any] = field(default_factory=dict)
    has_ceased: bool = False

    @property
    def place(self) -> str:
        return f"{self.sheet.get('postcode', '')} {self.sheet.get('commune_name', '')}".strip()


def is_asked() -> bool:
    """Off until an installation says at which address the register answers."""
    return bool(settings.REGISTER_URL)


def look_up(words: str) -> list[Registered]:
    """The few it finds for a name, a SIRET, a SIREN or an RNA. The same words are asked once a day.

    RegisterUnavailable when it is off, slow, full, down, or answers something else than it documents.
    """
    asked = " ".join(words.replace("\x00", "").split())[:100]
    if not is_asked() or len(asked) < SHORTEST:
        return []
    key = f"register:{hashlib.sha256(asked.casefold().encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = _ask(asked)
        cache.set(key, kept, KEPT_FOR)
    return [one for one in map(_read, kept) if one.sheet.get("siren")]


def found_at(siret: str) -> Registered | None:
    """The one at this SIRET; RegisterUnavailable as `look_up` does."""
    return next((one for one in look_up(siret) if one.sheet.get("siret") == siret), None)


def _ask(words: str) -> list[Any]:
    if cache.get("register:rest"):
        raise _full()
    if not _is_polite():
        raise _full()
    until = time.monotonic() + PATIENCE
    for rest in range(TRIES - 1, -1, -1):
        try:
            return _results(_get(words, until))
        except (httpx.TransportError, _TryAgain) as failure:
            left = until - time.monotonic()
            if not rest or left <= 0 or isinstance(failure, httpx.TimeoutException):
                raise _slow() from failure
    raise _slow()


class _TryAgain(Exception):
    pass


def _get(words: str, until: float) -> bytes:
    """The answer, read bit by bit: a register that drips does not hold the page longer than one that is silent."""
    read = bytearray()
    query: dict[str, str | int] = {"q": words, "per_page": FEW, "page": 1}
    with (
        httpx.Client(timeout=max(until - time.monotonic(), 0.05), trust_env=False) as client,
        client.stream("GET", f"{settings.REGISTER_URL}/search", params=query, headers=_HEADERS) as answer,
    ):
        _heed(answer)
        for piece in answer.iter_bytes():
            read += piece
            if len(read) > LARGEST:
                raise _unreadable()
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the answer drips")
    return bytes(read)


_HEADERS = {"Accept": "application/json", "User-Agent": "Trajectoires-EFC"}


def _heed(answer: httpx.Response) -> None:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        asked = answer.headers.get("Retry-After", "")
        cache.set("register:rest", True, min(int(asked), 600) if asked.isdigit() else 10)
        raise _full()
    if answer.status_code in _WORTH_ANOTHER_TRY:
        raise _TryAgain
    if answer.status_code != httpx.codes.OK:
        raise _unreadable()


def _results(body: bytes) -> list[Any]:
    try:
        answer = json.loads(body)
    except ValueError as wrong:
        raise _unreadable() from wrong
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise _unreadable()
    return [_kept(one) for one in results[:FEW] if isinstance(one, dict)]


def _kept(result: dict[str, Any]) -> dict[str, Any]:
    """What is read of it, and nothing of its directors, whom it names."""
    return {name: result.get(name) for name in (*_OF_UNIT, "siege", "complements")}


_OF_UNIT = [
    *("siren", "nom_complet", "nom_raison_sociale", "sigle", "nature_juridique", "activite_principale"),
    *("date_creation", "etat_administratif"),
]


def _is_polite() -> bool:
    """Counts the second that runs; a few more may slip through between two processes, the margin is for them."""
    second = f"register:second:{int(time.time())}"
    cache.add(second, 0, 5)
    try:
        return cache.incr(second) <= A_SECOND
    except ValueError:
        return True


def _slow() -> RegisterUnavailable:
    return RegisterUnavailable(
        "Le registre public ne répond pas à temps. Remplissez la fiche à la main : rien n’est perdu."
    )


def _full() -> RegisterUnavailable:
    return RegisterUnavailable(
        "Le registre public reçoit trop de demandes en ce moment. Réessayez dans une minute, ou remplissez la fiche à "
        "la main\u00a0: rien n’est perdu."
    )


def _unreadable() -> RegisterUnavailable:
    return RegisterUnavailable(
        "Le registre public a répondu quelque chose d’illisible. Remplissez la fiche à la main\u00a0: rien n’est perdu."
    )


def _read(result: dict[str, Any]) -> Registered:
    """Each value on its own: one that is missing or wrong leaves the others."""
    siege = result["siege"] if isinstance(result["siege"], dict) else {}
    more = result["complements"] if isinstance(result["complements"], dict) else {}
    name = _text(result["nom_raison_sociale"]) or _text(result["nom_complet"])
    founded_on = _day(result["date_creation"])
    sheet = {
        "name": _titled(name)[:200],
        "acronym": _text(result["sigle"])[:30],
        "legal_form": _legal_form(_text(result["nature_juridique"])),
        "siren": _checked(as_siren, result["siren"]),
        "siret": _checked(as_siret, siege.get("siret")),
        "rna": _checked(as_rna, more.get("identifiant_association")),
        "ape_code": _checked(as_ape, result["activite_principale"]),
        "founded_on": founded_on,
        "founded_in": founded_on.year if founded_on else None,
        "accreditations": [value for flag, value in _FLAGS.items() if more.get(flag) is True],
        "address": _street(siege)[:200],
        "postcode": _text(siege.get("code_postal"))[:5],
        "commune_name": _titled(_text(siege.get("libelle_commune")))[:120],
        "commune_code": _text(siege.get("commune"))[:5],
    }
    return Registered(sheet, has_ceased=result["etat_administratif"] == "C")


_FLAGS = {"est_qualiopi": Accreditation.QUALIOPI.value, "est_siae": Accreditation.SIAE.value}


def _text(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return "" if _UNPUBLISHED in text else text.replace("\x00", "")


def _checked(read: Any, value: Any) -> str:
    try:
        return read(_text(value)) if _text(value) else ""
    except ValidationError:
        return ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        return None


def _street(siege: Mapping[str, Any]) -> str:
    parts = [_text(siege.get(name)) for name in ("numero_voie", "indice_repetition", "type_voie", "libelle_voie")]
    return _titled(" ".join(one for one in parts if one))


_SMALL = {"de", "du", "des", "la", "le", "les", "et", "en", "sur", "sous", "aux", "au", "à", "pour", "par", "d", "l"}


def _titled(text: str) -> str:
    """The register writes in capitals; a name is read otherwise. What is not all in capitals is left as it is."""
    if text != text.upper():
        return text
    words = [word if word in _SMALL and place else word.capitalize() for place, word in enumerate(text.lower().split())]
    return " ".join(
        "-".join(part.capitalize() if part not in _SMALL else part for part in one.split("-")) for one in words
    )


def _legal_form(code: str) -> str:
    """From the legal categories of the Insee (nomenclature of September 2022, level III)."""
    exact = {
        "9260": LegalForm.ASSOCIATION_ALSACE_MOSELLE,
        "9300": LegalForm.FONDATION,
        "8210": LegalForm.MUTUELLE,
        "5458": LegalForm.SCOP,
        "5558": LegalForm.SCOP,
        "5658": LegalForm.SCOP,
    }
    families = {"92": LegalForm.ASSOCIATION, "545": LegalForm.COOPERATIVE, "555": LegalForm.COOPERATIVE}
    families |= {"546": LegalForm.COOPERATIVE, "556": LegalForm.COOPERATIVE, "63": LegalForm.COOPERATIVE}
    found = exact.get(code) or next((form for start, form in families.items() if code.startswith(start)), None)
    return found.value if found else ""
