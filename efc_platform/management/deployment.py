"""What a real installation shows of itself, from outside and from within, and what to mend.

Each check looks at one thing as it is, never at what the settings promise, and says it in a sentence.
"""

import shlex
import shutil
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from celery import current_app
from django.conf import settings
from django.core import checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError
from obstore.exceptions import BaseError

from accounts.factors import factors_by_key
from efc_platform.backstage.drafts import drafts_by_key
from efc_platform.backstage.models import StoredFile
from efc_platform.backstage.watching import LITTLE_SPACE, SWEEP, asked_by_the_clock
from efc_platform.backups import BackupRefused
from efc_platform.backups.rotation import archives_in
from efc_platform.backups.stores import store_at
from efc_platform.management.words import counted
from efc_platform.shared.database_roles import excess_of_rights
from efc_platform.shared.encryption import known_key_ids
from efc_platform.shared.files import BucketOfFiles, Files, stored_files
from trajectories.queries import journal_pages_by_key

# What every answer carries, and what it must hold.
HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "content-security-policy": "default-src",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}
SECONDS, CLOSE_CLOCKS, OLD_CERTIFICATE = 10, timedelta(seconds=5), timedelta(days=15)
OLD_BACKUP = timedelta(hours=26)
LEAST_POSTGRESQL = 140_000


@dataclass(frozen=True)
class Finding:
    """What was seen; `mend` says what to do, and nothing is to be done without it."""

    seen: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        return not self.mend


Check = Callable[[], Iterator[Finding]]


def findings() -> Iterator[Finding]:
    """Of every check; one that stumbles says so, and the others go on."""
    for check in CHECKS:
        try:
            yield from check()
        except (Error, OSError, httpx.HTTPError, OperationalError, BackupRefused, BaseError) as problem:
            yield Finding(
                f"{(check.__doc__ or '').rstrip('.')}\u00a0: rien n’a pu être vu ({type(problem).__name__}).",
                f"Voyez d’abord pourquoi cela ne répond pas\u00a0: {problem}".splitlines()[0],
            )


def _settings() -> Iterator[Finding]:
    """Les réglages."""
    found = checks.run_checks(include_deployment_checks=True)
    warned = [one for one in found if one.level >= checks.WARNING and not one.is_silenced()]
    for one in warned:
        yield Finding(f"{one.id}\u00a0: {one.msg}", one.hint or "Voyez docs/production.md.")
    if not warned:
        yield Finding("Les réglages sont ceux d’une production.")


def _asked(address: str) -> httpx.Response:
    """One of our own addresses, as it is: no redirect followed, no proxy of this machine in between."""
    return httpx.get(address, timeout=SECONDS, trust_env=False)


def _site() -> Iterator[Finding]:
    """Le site, vu du dehors."""
    answer = _asked(f"{settings.SITE_URL}/")
    if answer.is_redirect and answer.headers.get("location", "").rstrip("/") == settings.SITE_URL:
        yield Finding(
            "Le site redirige sans fin vers lui-même.", "Mettez TRUSTED_PROXY_COUNT=1 derrière un mandataire."
        )
        return
    if answer.status_code != httpx.codes.OK:
        yield Finding(f"L’accueil répond {answer.status_code}.", _what_to_look_at(answer.status_code))
        return
    missing = [name for name, held in HEADERS.items() if held.lower() not in answer.headers.get(name, "").lower()]
    if missing:
        yield Finding(
            f"Il manque à la réponse\u00a0: {', '.join(missing)}.",
            "Le mandataire les retire, ou le site tourne hors production.",
        )
    else:
        yield Finding("L’accueil répond, avec tous ses en-têtes.")
    yield from _dated(answer)


def _what_to_look_at(status: int) -> str:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return "Regardez le journal du site, puis celui du mandataire."
    return "Regardez le mandataire et ALLOWED_HOSTS."


def _dated(answer: httpx.Response) -> Iterator[Finding]:
    said = answer.headers.get("date")
    apart = abs(parsedate_to_datetime(said) - timezone.now()) if said else timedelta()
    if apart > CLOSE_CLOCKS:
        yield Finding(f"L’horloge du site s’écarte de {apart}.", "Réglez les machines par NTP (systemd-timesyncd).")


def _certificate() -> Iterator[Finding]:
    """Le certificat."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https":
        yield Finding(
            f"{settings.SITE_URL} n’est pas en HTTPS.", "Mettez un certificat devant, et https:// dans SITE_URL."
        )
        return
    context = ssl.create_default_context()
    with (
        socket.create_connection((parts.hostname or "", parts.port or 443), timeout=SECONDS) as bare,
        context.wrap_socket(bare, server_hostname=parts.hostname) as held,
    ):
        ends = ssl.cert_time_to_seconds(str((held.getpeercert() or {})["notAfter"]))
        version = held.version()
    left = datetime.fromtimestamp(ends, tz=timezone.get_current_timezone()) - timezone.now()
    if left < OLD_CERTIFICATE:
        yield Finding(
            f"Le certificat finit dans {counted(left.days, 'jour')}.", "Voyez pourquoi il ne se renouvelle pas seul."
        )
    else:
        yield Finding(f"Le certificat vaut encore {counted(left.days, 'jour')} ({version}).")


def _plain_address() -> Iterator[Finding]:
    """L’adresse sans chiffrement."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https" or parts.port:
        return
    answer = _asked(f"http://{parts.hostname}/")
    if answer.headers.get("location", "").startswith("https://"):
        yield Finding("L’adresse en http:// mène à https://.")
    else:
        yield Finding("L’adresse en http:// ne mène pas à https://.", "Ajoutez la redirection au mandataire.")


def _database() -> Iterator[Finding]:
    """La base."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, now()")
        version, now = cursor.fetchone() or (0, timezone.now())
        excess = excess_of_rights(cursor)
    if version < LEAST_POSTGRESQL:
        yield Finding(f"PostgreSQL {version // 10_000}\u00a0: trop ancien.", "Il en faut 14 ou plus récent.")
    if abs(now - timezone.now()) > CLOSE_CLOCKS:
        yield Finding("L’horloge de la base s’écarte de celle-ci.", "Réglez les machines par NTP.")
    if excess:
        yield Finding(
            f"Le rôle de l’application est {excess}.",
            "Donnez-lui le sien\u00a0: docs/production.md, «\u00a0Installer\u00a0».",
        )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding("Des migrations attendent.", "Lancez «\u00a0manage.py migrate\u00a0» avec DATABASE_OWNER_URL.")
    else:
        yield Finding(f"PostgreSQL {version // 10_000} répond, à jour.")


def _broker() -> Iterator[Finding]:
    """Le courtier."""
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=SECONDS)
    yield Finding("Le courtier répond.")


def _workers() -> Iterator[Finding]:
    """L’ouvrier et l’horloge."""
    asked = asked_by_the_clock()
    others = [one for one in asked if one.name != SWEEP]
    if not any(one.is_heard for one in asked if one.name == SWEEP):
        yield Finding(
            "Ni ouvrier ni horloge depuis deux minutes.",
            "Relancez-les\u00a0: «\u00a0sudo systemctl restart trajectoires-worker trajectoires-clock\u00a0», ou "
            "«\u00a0docker compose restart worker scheduler\u00a0». Après un redémarrage, une minute peut passer avant "
            "qu’ils se fassent entendre.",
        )
        return
    late = [one.name for one in others if one.is_overdue or one.problem]
    if late:
        yield Finding(f"En retard, ou sur une erreur\u00a0: {', '.join(late)}.", "Voyez /supervision/ et le journal.")
    else:
        yield Finding("L’ouvrier et l’horloge ont été entendus il y a moins de deux minutes.")


def _files() -> Iterator[Finding]:
    """Les fichiers gardés."""
    folder = settings.FILES_DIR
    folder.mkdir(parents=True, exist_ok=True)
    kept, newest = stored_files(), StoredFile.objects.order_by("-pk").first()
    mode = stat.S_IMODE(folder.stat().st_mode)
    if isinstance(kept, BucketOfFiles) and kept.owner != settings.SITE_URL:
        yield Finding(
            f"Le seau de FILES_URL est celui de {kept.owner}\u00a0: rien ne s’y écrit ni ne s’y efface d’ici.",
            "Donnez à ce site un seau ou un dossier à lui\u00a0; ou, s’il a seulement changé d’adresse, effacez du "
            "seau l’objet «\u00a0owner\u00a0», puis relancez les processus.",
        )
        return
    _keep_one(kept)
    if newest and not newest.is_there:
        yield Finding(
            "Le dernier fichier que la base nomme n’est pas là.",
            "Voyez si les fichiers sont restés ailleurs\u00a0: VAR_DIR, FILES_URL, le dossier d’une autre machine.",
        )
    if settings.FILES_URL:
        yield Finding(f"{settings.FILES_URL.partition('?')[0]} s’écrit, se lit et s’efface.")
    elif mode & stat.S_IRWXO:
        yield Finding(
            f"{folder} s’ouvre à tous les comptes de la machine ({mode:o}).",
            f"sudo chmod -R o-rwx {shlex.quote(str(folder))}",
        )
    else:
        yield Finding(f"{folder} s’écrit, et ne s’ouvre qu’à qui le doit.")
    usage = shutil.disk_usage(folder)
    if usage.free < LITTLE_SPACE * usage.total:
        yield Finding("Il reste moins d’un dixième du disque.", "Faites de la place, ou agrandissez-le.")


def _keep_one(kept: Files) -> None:
    name = f"00/{uuid4().hex}"
    kept.write(name, b"essai")
    kept.open(name).close()
    kept.delete(name)


def _keys() -> Iterator[Finding]:
    """Les clés du journal et des seconds facteurs."""
    sealed = [
        (journal_pages_by_key(), "page", "de journal", "scellée", "personne ne les lira"),
        (drafts_by_key(), "brouillon", "", "scellé", "personne ne les reprendra"),
        (factors_by_key(), "moyen", "de second facteur", "scellé", "les personnes qui en ont un ne peuvent pas entrer"),
    ]
    known, lost = set(known_key_ids()), False
    for used, one, of_what, are_sealed, without in sealed:
        for key, number in used.items():
            if key in known:
                continue
            lost, what = True, " ".join(filter(None, [counted(number, one), of_what]))
            yield Finding(
                f"{what} {'sont' if number > 1 else 'est'} {are_sealed}{'s' if number > 1 else ''} sous la clé "
                f"«\u00a0{key}\u00a0», qui n’est pas là.",
                f"Remettez-la dans JOURNAL_KEYS\u00a0: sans elle {without}.",
            )
    if not lost:
        yield Finding("Chaque page de journal, chaque brouillon et chaque second facteur a sa clé.")


def _backups() -> Iterator[Finding]:
    """Les sauvegardes."""
    if not (settings.BACKUP_URL and settings.BACKUP_RECIPIENTS):
        yield Finding(
            "Rien n’est sauvegardé.",
            "Donnez BACKUP_URL et BACKUP_RECIPIENTS\u00a0: docs/production.md, «\u00a0Sauvegarder\u00a0».",
        )
        return
    kept = archives_in(store_at(settings.BACKUP_URL))
    last = max((one.made_at for one in kept), default=None)
    if last is None or timezone.now() - last > OLD_BACKUP:
        yield Finding("La dernière sauvegarde a plus d’un jour.", "Voyez le journal de l’ouvrier, puis /supervision/.")
    else:
        yield Finding(f"Sauvegardes gardées\u00a0: {len(kept)}, la dernière a moins d’un jour.")


def _errors() -> Iterator[Finding]:
    """Ce que la page de panne laisse voir."""
    answer = _asked(f"{settings.SITE_URL}/cette-adresse-n-existe-pas-{uuid4().hex}/")
    if "Traceback" in answer.text or "DEBUG = True" in answer.text:
        yield Finding("Une page de panne montre le code.", "Mettez APP_MODE=production.")


CHECKS: list[Check] = [
    *(_settings, _site, _certificate, _plain_address, _errors),
    *(_database, _broker, _workers, _files, _keys, _backups),
]
