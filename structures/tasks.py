"""What workers do of a spreadsheet, and what the clock says of who accompanies from today."""

from celery import shared_task

from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import Job
from structures import operations


def _tell_nobody(job: Job) -> None:
    """Whoever brought the file has its page before their eyes, which says so and lets them ask again."""


RUNS = {
    "import_reading": ("Lecture d’un tableur de structures", operations.read_import),
    "import_writing": ("Écriture des structures d’un tableur", operations.write_lines),
    "import_undoing": ("Retrait des structures d’un tableur", operations.take_back),
}


def _runner(label: str, run) -> Runner:
    return Runner(label=label, queue="pdf", run=lambda job: run(job=job), give_up=_tell_nobody)


def register() -> None:
    for kind, (label, run) in RUNS.items():
        RUNNERS.register(kind, _runner(label, run))


@shared_task
def tell_who_begins() -> None:
    operations.tell_who_begins()
