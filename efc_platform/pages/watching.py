"""For those in charge: does the platform work, what waits, what failed and may be tried again; and the same for a
monitoring tool."""

import hmac
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS
from efc_platform.backstage.models import Job
from efc_platform.backstage.watching import (
    SWEEP,
    Asked,
    Backups,
    Space,
    Waiting,
    asked_by_the_clock,
    failed_lately,
    kept_backups,
    space_left,
    waiting_now,
    watched_jobs,
)

PER_PAGE = 20
# What the clock asks for, in words.
CLOCK = {
    "back-up": "Sauvegarder",
    "sweep-jobs": "Reprendre ce qui attend",
    "clear-orphan-files": "Retirer les fichiers que plus rien ne nomme",
    "forget-ended-sessions": "Oublier les connexions terminées",
    "ask-for-digests": "Préparer les courriels du matin",
    "tell-who-begins": "Annoncer les accompagnements qui commencent",
    "remind-of-news": "Demander des nouvelles après une fin",
    "remind-of-what-comes": "Rappeler ce qui vient",
    "apply-retention": "Effacer ce qui n’a plus à être gardé",
    "close-due-calibrations": "Clore les lectures de récits dont le jour est passé",
    "look-at-the-quarter": "Relever ce qui a précédé les pas d’un trimestre",
    "seal-history": "Sceller l’historique",
    "verify-history": "Vérifier les sceaux de l’historique",
}


def _refuse_others(request: SignedInRequest) -> None:
    if not is_permitted(request.user, "watch_platform"):
        raise PermissionDenied


@require_safe
def watching(request: SignedInRequest) -> HttpResponse:
    _refuse_others(request)
    waiting, asked, space, backups = waiting_now(), asked_by_the_clock(), space_left(), kept_backups()
    page = Paginator(failed_lately(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": waiting,
        "space": space,
        "backups": backups,
        "is_saved": _is_saved(),
        "free_share": round(100 * space.share),
        "clock": [(one, CLOCK[one.name]) for one in asked],
        "to_look_at": [*_to_look_at(waiting, asked, space), *_of_backups(backups)],
        "page_obj": page,
        "failed": [(job, _label_of(job)) for job in page],
    }
    return render(request, "pages/watching.html", context)


def _label_of(job: Job) -> str:
    """A kind that this release no longer knows keeps its own name."""
    runner = RUNNERS.get(job.kind)
    return runner.label if runner else job.kind


def _to_look_at(waiting: Waiting, asked: list[Asked], space: Space) -> Iterator[str]:
    sweep = next(one for one in asked if one.name == SWEEP)
    if not sweep.is_heard:
        yield (
            "Aucun ouvrier ne répond. Les courriels et les documents attendent, rien n’est perdu\u00a0: relancez "
            "les processus «\u00a0worker\u00a0» et «\u00a0beat\u00a0»."
        )
    elif waiting.is_late:
        yield "Du travail attend depuis plus de cinq minutes\u00a0: les ouvriers sont trop peu, ou trop lents."
    for one in asked:
        if one.problem:
            yield f"«\u00a0{CLOCK[one.name]}\u00a0»\u00a0: arrêté par une erreur ({one.problem}). Voyez le journal."
        elif one.is_overdue and one is not sweep:
            yield f"«\u00a0{CLOCK[one.name]}\u00a0» n’a pas été fait depuis plus d’un jour."
    if not space.is_writable:
        yield (
            "Le dossier des fichiers ne s’écrit plus\u00a0: documents et bilans sont refusés. Rendez-le au compte du "
            "site (chown), ou voyez pourquoi son disque est passé en lecture seule."
        )
    if space.is_little:
        yield "Il reste moins d’un dixième du disque\u00a0: faites de la place avant qu’un document soit refusé."


def _is_saved() -> bool:
    return bool(settings.BACKUP_URL and settings.BACKUP_RECIPIENTS)


def _of_backups(backups: Backups) -> Iterator[str]:
    """Where nobody asked for any, it is said only to those whose people really write."""
    if not _is_saved():
        if settings.IS_PRODUCTION:
            yield (
                "Rien n’est sauvegardé\u00a0: il reste à dire où ranger les sauvegardes, et pour quelle clé. Montrez "
                "docs/production.md à qui héberge la plateforme."
            )
        return
    if backups.are_late:
        yield "Aucune sauvegarde depuis plus d’un jour\u00a0: si le serveur tombait, la suite serait perdue."
    if backups.are_unverified:
        yield (
            "Aucune sauvegarde n’a été essayée depuis plus d’un mois\u00a0: on ne sait pas si elles se restaurent. "
            "C’est «\u00a0manage.py verify_backup\u00a0», avec la clé gardée ailleurs."
        )


@require_POST
def job_retry(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """As many new attempts; pressed twice, it is asked once."""
    _refuse_others(request)
    job = get_object_or_404(watched_jobs(), public_id=public_id)
    operations.requeue(job=job)
    messages.success(request, "C’est redemandé. La page dira s’il reste une difficulté.")
    return redirect("watching")


class _Now(Collector):
    """The state of the platform at the moment it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting, space, backups = waiting_now(), space_left(), kept_backups()
        yield _gauge("jobs_due", "Jobs that wait for a worker", waiting.due)
        yield _gauge("jobs_running", "Jobs under a lease", waiting.running)
        yield _gauge("jobs_failed", "Jobs that failed these last seven days", waiting.failed)
        oldest = waiting.oldest.timestamp() if waiting.oldest else 0
        yield _gauge("oldest_due_job_timestamp_seconds", "Since when the oldest waits; 0 when none does", oldest)
        yield _gauge("files_free_bytes", "Free space where files are kept", space.free)
        yield _gauge("files_total_bytes", "Size of the disk where files are kept", space.total)
        yield _gauge("files_writable", "1 when files may be written", float(space.is_writable))
        for name, said, moment in (
            ("newest_backup", "When the newest backup was made; 0 without any", backups.newest),
            ("newest_verified_backup", "When the newest of those tried out was made; 0 without any", backups.verified),
        ):
            yield _gauge(f"{name}_timestamp_seconds", said, moment.timestamp() if moment else 0)
        began = GaugeMetricFamily("trajectoires_clock_began_timestamp_seconds", "Last beginning", labels=["task"])
        failed = GaugeMetricFamily("trajectoires_clock_failed", "1 when the last run ended badly", labels=["task"])
        for one in asked_by_the_clock():
            began.add_metric([one.name], one.last.began_at.timestamp() if one.last else 0)
            failed.add_metric([one.name], float(bool(one.problem)))
        yield began
        yield failed


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"trajectoires_{name}", said, value=value)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, under the token of the settings; without one there is no such page."""
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        raise Http404
    registry: Any = CollectorRegistry(auto_describe=False)
    registry.register(_Now())
    return HttpResponse(
        generate_latest(registry),
        content_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
