"""The secrets of second factors, sealed under the keys of the journal: without theirs, nobody who has one signs in."""

import base64
from collections import Counter
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from efc_platform.shared.encryption import TamperedText, UnknownKey, current_key_id, seal, unseal
from efc_platform.shared.rotation import Rotation

_BOUND_TO = "second factor"
# Where allauth keeps them: of an application, of recovery codes. A passkey leaves no secret here.
_SECRETS = ("secret", "seed")


def seal_secret(text: str) -> str:
    sealed = seal(text, bound_to=_BOUND_TO)
    return f"{sealed.key_id}:{base64.b64encode(sealed.blob).decode()}"


def open_secret(sealed: str) -> str:
    """Raises UnknownKey or TamperedText."""
    return unseal(_key_of(sealed), base64.b64decode(sealed.partition(":")[2]), bound_to=_BOUND_TO)


def factors_by_key() -> Counter[str]:
    """How many applications and sets of recovery codes stand under each key; nothing of them is read."""
    return Counter(key for row in _sealed_factors().values_list("data", flat=True) for key in _keys_of(row))


def rotate_factor_keys() -> Rotation:
    """Seals again, under the current key, the secrets that stand under another; a code used meanwhile stays used."""
    done = Rotation()
    for number in _sealed_factors().values_list("pk", flat=True):
        with transaction.atomic():
            one = _sealed_factors().select_for_update().filter(pk=number).first()
            if one is None or _keys_of(one.data) <= {current_key_id()}:
                continue
            try:
                one.data = _with_secrets(one.data, lambda sealed: seal_secret(open_secret(sealed)))
            except (UnknownKey, TamperedText) as problem:
                kept_under = ", ".join(sorted(_keys_of(one.data)))
                done.unreadable.append(f"second facteur {number} ({kept_under}, {type(problem).__name__})")
                continue
            one.save(update_fields=["data"])
            done.resealed += 1
    return done


def one_under_each_key() -> dict[str, Authenticator]:
    """Something to try each key on."""
    return {key: one for one in _sealed_factors() for key in _keys_of(one.data)}


def open_all(factor: Authenticator) -> None:
    """Raises UnknownKey or TamperedText; what it opens goes nowhere."""
    _with_secrets(factor.data, open_secret)


def _sealed_factors() -> QuerySet[Authenticator]:
    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")


def _with_secrets(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return data | {name: change(data[name]) for name in _SECRETS if name in data}


def _keys_of(data: dict[str, Any]) -> set[str]:
    return {_key_of(data[name]) for name in _SECRETS if name in data}


def _key_of(sealed: str) -> str:
    return sealed.partition(":")[0]
