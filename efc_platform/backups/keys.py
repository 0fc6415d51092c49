"""The age format (age-encryption.org/v1): sealed to public keys, opened with a private one that is not here."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyrage
from django.conf import settings
from django.core import checks

from efc_platform.backups import BackupRefused
from efc_platform.backups.streams import Reader, as_file, written_by
from efc_platform.shared.encryption import journal_keys

_STDIN = ("-", "/dev/stdin")


def new_key() -> tuple[str, str]:
    """A private key, and the public one that goes with it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipients(public_keys: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """BackupRefused for a list that is empty, or holds anything else than age public keys."""
    if not public_keys:
        raise BackupRefused(
            "Aucune clé publique : BACKUP_RECIPIENTS est vide. Fabriquez une paire par « manage.py backup_key »."
        )
    try:
        return [pyrage.x25519.Recipient.from_str(one.strip()) for one in public_keys]
    except pyrage.RecipientError as problem:
        raise BackupRefused("BACKUP_RECIPIENTS contient autre chose que des clés publiques age1….") from problem


def identities(text: str) -> list[pyrage.x25519.Identity]:
    """The private keys of an age key file, where # begins a comment."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as problem:
        raise BackupRefused("Ce fichier ne contient pas une clé privée AGE-SECRET-KEY-1….") from problem
    if not found:
        raise BackupRefused("Ce fichier ne contient aucune clé privée AGE-SECRET-KEY-1….")
    return found


def identities_of(path: Path) -> list[pyrage.x25519.Identity]:
    """Of that file, or of what the command is fed: read as it was given to us, since another account (sudo -u) may not
    open it again by its name."""
    try:
        return identities(sys.stdin.read() if str(path) in _STDIN and sys.stdin else path.read_text())
    except (OSError, UnicodeDecodeError) as problem:
        raise BackupRefused(f"La clé privée {path} ne se lit pas.") from problem


def sealed(pieces: Iterable[bytes], public_keys: Sequence[str]) -> Iterator[bytes]:
    """The same for those keys alone; what stops the pieces is raised here as it was raised there."""
    source, to = Reader(pieces), recipients(public_keys)
    try:
        yield from written_by(lambda out: pyrage.encrypt_io(as_file(source), out, to))
    except pyrage.EncryptError as problem:
        raise source.failure or problem from problem


def opened(pieces: Iterable[bytes], known: Sequence[pyrage.x25519.Identity]) -> Iterator[bytes]:
    """The same, in clear. What comes out before a damage is authentic, but the end is known only once reached."""
    source = Reader(pieces)
    try:
        yield from written_by(lambda out: pyrage.decrypt_io(as_file(source), out, known))
    except (pyrage.DecryptError, OSError) as problem:
        if source.failure:
            raise source.failure from problem
        raise BackupRefused(_why_closed(problem)) from problem


def _why_closed(problem: Exception) -> str:
    if isinstance(problem, OSError):
        return "La sauvegarde est abîmée ou incomplète : elle ne se déchiffre pas jusqu’au bout."
    if "matching" in str(problem):
        return "Cette clé n’ouvre pas cette sauvegarde : elle a été faite pour une autre."
    # Before the first byte: the header.
    return "Ce n’est pas une sauvegarde, ou son début est abîmé."


def fingerprint(key: bytes) -> str:
    """Tells whether a key is the one of a backup; nothing of it can be drawn from that."""
    return hashlib.sha256(b"trajectoires-efc, empreinte de cle\0" + key).hexdigest()[:16]


def fingerprints() -> dict[str, dict[str, str]]:
    """Of the keys that this installation holds and no archive does."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return {
        "journal": {key_id: fingerprint(key) for key_id, key in journal_keys().items()},
        "secret": {f"SECRET_KEY{rank or ''}": fingerprint(key.encode()) for rank, key in enumerate(secrets)},
    }


@checks.register(checks.Tags.security)
def check_backup_settings(**_kwargs: object) -> list[checks.CheckMessage]:
    """A place without a key, or a key without a place, would be found out on the night it is needed."""
    if not settings.BACKUP_URL and not settings.BACKUP_RECIPIENTS:
        return []
    problems = []
    if not settings.BACKUP_URL:
        problems.append("BACKUP_RECIPIENTS est là, et BACKUP_URL ne dit pas où ranger les sauvegardes.")
    try:
        recipients(settings.BACKUP_RECIPIENTS)
    except BackupRefused as refusal:
        problems.append(str(refusal))
    return [checks.Error(one, id="efc_platform.E003") for one in problems]
