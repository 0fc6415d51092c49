"""What a mail becomes before a real mail server that does not do as it should."""

import pytest

from devtools.processes import free_port
from efc_platform.backstage.mails import post
from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.tasks import run_job
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def port(settings) -> int:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 0.5
    return settings.EMAIL_PORT


def tried() -> Job:
    job = post(key="essai", to="a@essai.example", template="emails/layout.txt", context={"body": "", "subject": "Mot"})
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_mail_taken_by_a_server_that_then_hangs_has_left(port):
    with smtp_server(port, hangs_at="leave") as server:
        job = tried()
    assert (job.state, job.attempts, len(server.taken)) == (JobState.READY, 1, 1)
    assert server.held == ["leave"]


@pytest.mark.parametrize("behaviour", [{"hangs_at": "greeting"}, {"refused": "a@essai.example"}])
def test_mail_that_was_not_taken_waits_for_another_try(port, behaviour):
    with smtp_server(port, **behaviour) as server:
        job = tried()
        assert (job.state, job.attempts, server.taken) == (JobState.QUEUED, 1, [])
