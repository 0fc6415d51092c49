"""Run in a process of its own on a restored copy, by verify_backup: does the application live on these data?

    python -m efc_platform.backups.probe

Everything it writes is rolled back. Its last line is JSON: what was tried, and what came of it.
"""

import io
import json
import secrets
from collections.abc import Callable
from datetime import timedelta

import django
from django.conf import settings

_YEAR = timedelta(days=365)
Tried = dict[str, str]


class Failed(Exception):
    """What did not work, in French."""


def _check() -> str:
    from django.core.management import call_command

    call_command("check", fail_level="ERROR", stdout=io.StringIO(), stderr=io.StringIO())
    return "rien à redire"


def _journal() -> str:
    """One page under each key; nothing of it is shown."""
    from efc_platform.shared.encryption import TamperedText, UnknownKey, unseal
    from trajectories.models import JournalEntry

    closed, number = [], 0
    for key_id in JournalEntry.objects.order_by("key_id").values_list("key_id", flat=True).distinct():
        entry = JournalEntry.objects.filter(key_id=key_id).order_by("pk")[0]
        try:
            unseal(key_id, bytes(entry.sealed_text), bound_to=entry.bound_to)
            number += 1
        except UnknownKey:
            closed.append(f"la clé {key_id} n’est pas dans JOURNAL_KEYS")
        except TamperedText:
            closed.append(f"la clé {key_id} n’est pas celle qui a chiffré ces pages")
    if closed:
        raise Failed(" ; ".join(closed))
    return f"une page ouverte sous chacune des {number} clés" if number else "aucune page à ouvrir"


def _factors() -> str:
    """The secrets of one second factor under each key; nothing of them is shown."""
    from accounts.factors import one_under_each_key, open_all
    from efc_platform.shared.encryption import TamperedText, UnknownKey

    found = one_under_each_key()
    for key_id, factor in found.items():
        try:
            open_all(factor)
        except UnknownKey:
            raise Failed(f"la clé {key_id}, celle de seconds facteurs, n’est pas dans JOURNAL_KEYS") from None
        except TamperedText:
            raise Failed(f"la clé {key_id} n’est pas celle qui a chiffré les seconds facteurs") from None
    return f"ouverts, sous {', '.join(found)}" if found else "aucun à ouvrir"


def _sign_in() -> str:
    """Somebody who has no second factor, by the page where people sign in."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User

    user = User.objects.filter(is_active=True).exclude(authenticator__isnull=False).order_by("pk").first()
    if user is None:
        # As on a new site, where everybody is held to one: nothing is wrong with the backup.
        return "personne n’a de compte ouvert sans second facteur : la connexion n’a pas été essayée"
    password = secrets.token_urlsafe(24)
    user.set_password(password)
    user.save(update_fields=["password"])
    client = Client(headers={"host": next(iter(settings.ALLOWED_HOSTS)).lstrip(".*") or "localhost"})
    where, sent = {"secure": settings.HTTPS}, {"login": user.email, "password": password}
    client.post(reverse("account_login"), sent, **where)
    if "_auth_user_id" not in client.session:
        raise Failed("la page de connexion n’a laissé entrer personne")
    page = client.get(reverse("home"), follow=True, **where)
    if page.status_code != 200:
        raise Failed(f"la première page répond {page.status_code}")
    return "quelqu’un est entré et a lu sa première page"


def _pdf() -> str:
    """A report as somebody asks for it, from the button to the file."""
    from django.utils import timezone

    from efc_platform.backstage.tasks import run_job
    from structures.models import Accompaniment
    from trajectories.models import Trajectory
    from trajectories.operations import request_progress_report

    today = timezone.localdate()
    for one in Accompaniment.objects.current().filter(practitioner__user__is_active=True).order_by("pk"):
        trajectory = Trajectory.objects.filter(structure=one.structure_id).order_by("-pk").first()
        if trajectory is None:
            continue
        report = request_progress_report(
            by=one.practitioner.user, trajectory=trajectory, period_start=today - _YEAR, period_end=today
        )
        run_job(report.job_id)
        report.refresh_from_db()
        if report.file is None or not report.file.read().startswith(b"%PDF-"):
            raise Failed(f"le bilan ne se compose pas : {report.job.error}")
        return f"un bilan de {report.file.size // 1000} ko"
    return "aucune trajectoire accompagnée : aucun bilan à composer"


TRIALS: dict[str, Callable[[], str]] = {
    "check": _check,
    "journal": _journal,
    "seconds facteurs": _factors,
    "connexion": _sign_in,
    "pdf": _pdf,
}


def tried(trial: Callable[[], str]) -> Tried:
    from django.db import transaction

    try:
        with transaction.atomic():
            said = trial()
            transaction.set_rollback(True)
    except Failed as failure:
        return {"failed": str(failure)}
    except Exception as problem:
        # Its message may quote a row.
        return {"failed": f"erreur imprévue ({type(problem).__name__})"}
    return {"done": said}


def main() -> None:
    django.setup()
    print(json.dumps({name: tried(trial) for name, trial in TRIALS.items()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
