"""Texts that the database must not be able to read: AES-256-GCM under keys that can be changed."""

import base64
import binascii
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import checks

_KEY_BYTES = 32
_NONCE_BYTES = 12


class UnknownKey(Exception):
    """The text was sealed under a key that JOURNAL_KEYS no longer holds."""


class TamperedText(Exception):
    """The bytes changed, or stand in another row than the one they were sealed for."""


@dataclass(frozen=True)
class Sealed:
    key_id: str
    blob: bytes


def _parsed(entry: str) -> tuple[str, bytes]:
    """One "id:base64" entry; raises ValueError with what is wrong."""
    key_id, separator, encoded = entry.strip().partition(":")
    if not (key_id and separator):
        raise ValueError("il manque l’identifiant suivi de deux-points")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError("la clé n’est pas du base64") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"la clé fait {len(key)} octets au lieu de {_KEY_BYTES}")
    return key_id, key


def _cipher(key_id: str) -> AESGCM:
    found = _ciphers(tuple(settings.JOURNAL_KEYS)).get(key_id)
    if found is None:
        raise UnknownKey(key_id)
    return found


@lru_cache(maxsize=1)
def _ciphers(entries: tuple[str, ...]) -> dict[str, AESGCM]:
    """Made once: a search in a journal opens its pages by the thousand."""
    return {key_id: AESGCM(key) for key_id, key in map(_parsed, entries)}


def journal_keys() -> dict[str, bytes]:
    """The keys themselves, for who tells whether they are those of a backup."""
    return dict(_parsed(entry) for entry in settings.JOURNAL_KEYS)


def current_key_id() -> str:
    """The key under which everything new is sealed."""
    return _parsed(settings.JOURNAL_KEYS[0])[0]


def known_key_ids() -> list[str]:
    return [_parsed(entry)[0] for entry in settings.JOURNAL_KEYS]


def seal(text: str, *, bound_to: str) -> Sealed:
    """Encrypts under the current key; `bound_to` names the row and its author, so that the same bytes
    copied into another row open nothing."""
    key_id = current_key_id()
    nonce = os.urandom(_NONCE_BYTES)
    return Sealed(key_id, nonce + _cipher(key_id).encrypt(nonce, text.encode(), bound_to.encode()))


def unseal(key_id: str, blob: bytes, *, bound_to: str) -> str:
    """The text as it was sealed; raises UnknownKey or TamperedText."""
    cipher, nonce, sealed = _cipher(key_id), blob[:_NONCE_BYTES], blob[_NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, sealed, bound_to.encode()).decode()
    except (InvalidTag, ValueError) as problem:
        raise TamperedText("these bytes were not sealed for this row") from problem


@checks.register(checks.Tags.security)
def check_journal_keys(**_kwargs) -> list[checks.CheckMessage]:
    """Refuses to go on with keys that could not seal, or that would answer to the same name."""
    if not settings.JOURNAL_KEYS:
        return [_error("JOURNAL_KEYS est vide")]
    problems: list[checks.CheckMessage] = []
    ids = []
    for rank, entry in enumerate(settings.JOURNAL_KEYS, start=1):
        try:
            ids.append(_parsed(entry)[0])
        except ValueError as problem:
            problems.append(_error(f"JOURNAL_KEYS, clé n° {rank} : {problem}"))
    if len(set(ids)) < len(ids):
        problems.append(_error("JOURNAL_KEYS : deux clés portent le même identifiant"))
    return problems


def _error(message: str) -> checks.Error:
    return checks.Error(
        message,
        hint="Écrivez JOURNAL_KEYS=identifiant:clé[,ancien:clé]. Une clé se fabrique par : openssl rand -base64 32. "
        "Gardez les anciennes clés après la nouvelle : sans elles les pages déjà écrites ne s’ouvrent plus.",
        id="efc_platform.E001",
    )
