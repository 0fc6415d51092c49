"""What workers and the clock do of trajectories: print a report once, whatever happens; say when news are due."""

from collections.abc import Callable

from celery import shared_task
from django.db import transaction

from efc_platform.backstage import operations as backstage
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import Job
from efc_platform.backstage.organisation import this_organisation
from efc_platform.shared.frozen import digest, to_json
from efc_platform.shared.pdf import render_pdf
from trajectories import operations
from trajectories.gathering import progress_report_content
from trajectories.models import ProgressReport, Verbatim
from trajectories.notifications import tell_report_failed, tell_report_ready
from trajectories.permissions import can_request_report
from trajectories.reports import ProgressReportContent


def _render(job: Job) -> None:
    """Gathers the data, prints them, keeps both, tells whoever asked.

    Rights are asked again: somebody who left the structure while the report waited gets none. The
    file is written before the row that names it; a worker overtaken by another keeps nothing.
    """
    report = _report_of(job)
    if not can_request_report(report.requested_by, report.trajectory):
        backstage.give_up(job=job, error="La personne qui l’a demandé n’a plus accès à cette structure.")
        return
    while not _keep(job, report, progress_report_content(report)):
        pass


def _keep(job: Job, report: ProgressReport, content: ProgressReportContent) -> bool:
    """False when somebody withdrew their words while they were being printed: it is told again, without them."""
    title = f"Bilan de trajectoire\u00a0: {content.structure_name}"
    frozen = to_json(content)
    context = {"report": content, "digest": digest(frozen)}
    author = this_organisation().name
    pdf = render_pdf("pdf/progress_report.html", context, title=title, author=author, issued_on=content.established_on)
    with transaction.atomic():
        if not backstage.still_holds(job=job):
            return True
        said = {one.key for one in content.verbatims}
        if len(Verbatim.objects.printed().select_for_update().filter(public_id__in=said)) != len(said):
            return False
        report.file = backstage.store_file(name=report.file_name, content_type="application/pdf", content=pdf)
        report.content, report.digest = frozen, digest(frozen)
        report.save(update_fields=["content", "digest", "file"])
        backstage.finish(job=job)
        tell_report_ready(report)
        return True


def _give_up(job: Job) -> None:
    tell_report_failed(_report_of(job))


def _report_of(job: Job) -> ProgressReport:
    reports = ProgressReport.objects.select_related("trajectory__structure", "requested_by__person")
    return reports.get(public_id=job.payload["report"])


run_progress_report = Runner(label="Bilan PDF", queue="pdf", run=_render, give_up=_give_up)


def _tell_nobody(job: Job) -> None:
    """Whoever brought the file has its page before their eyes, which says so and lets them ask again."""


_OF_IMPORTS = {
    "intervention_import_reading": ("Lecture d’un tableur d’interventions", operations.read_interventions),
    "intervention_import_writing": ("Écriture des interventions d’un tableur", operations.write_intervention_lines),
    "intervention_import_undoing": ("Retrait des interventions d’un tableur", operations.take_interventions_back),
}


def _import_runner(label: str, run: Callable[..., None]) -> Runner:
    return Runner(label=label, queue="pdf", run=lambda job: run(job=job), give_up=_tell_nobody)


def register() -> None:
    RUNNERS.register("progress_report", run_progress_report)
    for kind, (label, run) in _OF_IMPORTS.items():
        RUNNERS.register(kind, _import_runner(label, run))


@shared_task
def remind_of_what_comes() -> int:
    """Each morning: meetings that are near, promises whose day has passed; rounds open before anybody is reminded."""
    operations.open_due_rounds()
    reminded = operations.remind_of_appointments() + operations.remind_of_steps()
    return reminded + operations.remind_of_rounds()


@shared_task
def remind_of_news() -> int:
    """Each morning."""
    return operations.remind_of_news()
