"""Whoever is in charge sees whether the platform works, and so does a monitoring tool; neither reads anybody's
words."""

import logging
from datetime import timedelta

import pytest
import sentry_sdk
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import ClockTask, Job, JobState, KeptBackup
from efc_platform.backstage.tasks import run_job, sweep_jobs
from efc_platform.backstage.watching import Space, waiting_now
from efc_platform.pages.watching import CLOCK
from efc_platform.shared.error_reports import tell_errors
from efc_platform.shared.request_id import RequestIdMiddleware, request_id
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
MAIL = {"to": "a@essai.example", "subject": "Bonjour", "body": "Un mot.\n"}


@pytest.fixture
def coordination(cast, signed_in):
    return Visitor(signed_in(cast.coordinator))


def failed(key: str = "essai:1", kind: str = "mail", **more) -> Job:
    told = {"state": JobState.FAILED, "finished_at": timezone.now(), "attempts": 3, "error": "Adresse refusée."}
    return Job.objects.create(kind=kind, key=key, payload=MAIL, **told | more)


def heard(**ago) -> None:
    operations.note_clock(name="sweep-jobs")
    operations.note_clock_end(name="sweep-jobs")
    ClockTask.objects.update(began_at=timezone.now() - timedelta(**ago))


def test_all_is_well_when_a_worker_was_heard_and_nothing_waits(coordination):
    heard(seconds=10)
    page = coordination.open(reverse("watching"))
    assert "Les ouvriers répondent" in page.section("Tout fonctionne")
    assert "Rien, depuis sept jours." in page.section("Ce qui s’est interrompu")
    # What is told is what is left, not what is taken.
    assert "Place libre sur le disque des fichiers" in page.words


def test_silent_workers_and_work_that_waits_are_said_with_what_to_do(coordination):
    heard(minutes=10)
    assert "Aucun ouvrier ne répond" in coordination.open(reverse("watching")).section("À regarder")
    heard(seconds=10)
    job = operations.enqueue(kind="mail", key="essai:1", payload=MAIL)
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(minutes=10))
    assert "plus de cinq minutes" in coordination.open(reverse("watching")).section("À regarder")


def test_folder_of_another_account_is_said(coordination, settings, monkeypatch):
    heard(seconds=10)
    assert "ne s’écrit plus" not in coordination.open(reverse("watching")).words
    monkeypatch.setattr("efc_platform.backstage.watching.os.access", lambda folder, _how: folder != settings.FILES_DIR)
    settings.FILES_DIR.mkdir()
    assert "Le dossier des fichiers ne s’écrit plus" in coordination.open(reverse("watching")).section("À regarder")
    settings.FILES_URL = "s3://seau/fichiers?endpoint=https://s3.essai.example"
    assert "ne s’écrit plus" not in coordination.open(reverse("watching")).words


def test_work_told_to_wait_is_not_late():
    operations.enqueue(kind="mail", key="essai:1", payload=MAIL, not_before=timezone.now() + timedelta(hours=1))
    assert (waiting_now().due, waiting_now().is_late) == (0, False)


def test_what_failed_is_told_with_its_reason_and_tried_again_once(coordination):
    heard(seconds=10)
    job = failed(request_id="ab" * 16)
    failed(key="essai:vieux", finished_at=timezone.now() - timedelta(days=8))
    page = coordination.open(reverse("watching"))
    told = page.section("Ce qui s’est interrompu")
    assert ("Courriel" in told, "Adresse refusée." in told, "ab" * 16 in told) == (True, True, True)
    for _time in range(2):
        again = coordination.press("Essayer à nouveau", page=page)
        assert again.messages == ["C’est redemandé. La page dira s’il reste une difficulté."]
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.QUEUED, 0, "")
    assert "Interrompus en sept jours 0" in again.words


def test_kind_that_this_release_no_longer_knows_keeps_its_name(coordination):
    failed(kind="jadis")
    assert "jadis" in coordination.open(reverse("watching")).section("Ce qui s’est interrompu")


def test_nobody_else_tries_again(cast, signed_in):
    job = failed()
    for name in ("practitioner", "leader", "trainer", "member"):
        assert signed_in(cast.users[name]).post(reverse("job_retry", args=[job.public_id])).status_code == 403
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_clock_is_noted_when_it_begins_and_how_it_ends():
    sweep_jobs.apply()
    noted = ClockTask.objects.get(name="sweep-jobs")
    assert (noted.problem, noted.began_at <= noted.ended_at) == ("", True)
    sweep_jobs.apply(args=["ce qu’elle n’attend pas"])
    noted.refresh_from_db()
    assert noted.problem == "TypeError"


def test_nightly_task_that_did_not_run_or_failed_is_said(coordination):
    heard(seconds=10)
    ClockTask.objects.create(name="seal-history", began_at=timezone.now() - timedelta(hours=30))
    ClockTask.objects.create(name="verify-history", began_at=timezone.now(), problem="ValueError")
    told = coordination.open(reverse("watching")).section("À regarder")
    assert "« Sceller l’historique » n’a pas été fait depuis plus d’un jour" in told
    assert "« Vérifier les sceaux de l’historique » : arrêté par une erreur (ValueError)" in told


def test_all_that_the_clock_asks_and_all_kinds_of_work_have_a_name():
    assert CLOCK.keys() == django_settings.CELERY_BEAT_SCHEDULE.keys()
    assert all(RUNNERS[kind].label for kind in RUNNERS.names)


def test_little_space_is_a_tenth_of_the_disk():
    assert [Space(free, 100).is_little for free in (9, 11)] == [True, False]


def backup(**ago) -> KeptBackup:
    """One made so long ago, tried out by nobody."""
    made_at = timezone.now() - timedelta(**ago)
    return KeptBackup(name=f"trajectoires-{made_at:%Y%m%dT%H%M%S}Z.tar.age", made_at=made_at, size=1)


@pytest.fixture
def saved(settings):
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = "file:///srv/sauvegardes", ["age1cle"]


def test_age_of_the_last_backup_and_of_the_last_one_tried_out_is_shown(coordination, saved):
    heard(seconds=10)
    tried = backup(days=3)
    tried.verified_at = timezone.now()
    operations.note_backups(found=[backup(hours=5), tried, backup(days=9)])
    page = coordination.open(reverse("watching"))
    assert "Tout fonctionne" in page.words
    told = page.section("Les sauvegardes")
    assert "La dernière il y a 5 heures" in told
    assert "La dernière qui a été essayée il y a 3 jours" in told


def test_backups_that_are_too_old_or_never_tried_out_are_to_be_looked_at(coordination, saved):
    heard(seconds=10)
    told = coordination.open(reverse("watching"))
    assert "aucune encore" in told.section("Les sauvegardes")
    assert "Aucune sauvegarde depuis plus d’un jour" in told.section("À regarder")
    tried = backup(days=36)
    tried.verified_at = timezone.now()
    operations.note_backups(found=[tried, backup(hours=20)])
    told = coordination.open(reverse("watching")).section("À regarder")
    assert ("plus d’un jour" in told, "n’a été essayée depuis plus d’un mois" in told) == (False, True)


@pytest.mark.parametrize("is_production", [False, True])
def test_installation_that_saves_nothing_is_to_be_looked_at_where_people_really_write(
    coordination, settings, is_production
):
    heard(seconds=10)
    settings.IS_PRODUCTION = is_production
    page = coordination.open(reverse("watching"))
    assert "Rien n’est sauvegardé sur cette installation." in page.section("Les sauvegardes")
    assert ("Rien n’est sauvegardé : il reste à dire où" in page.words) == is_production


def test_metrics_are_for_who_holds_the_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "cle"
    for given in ("", "Bearer ", "Bearer autre"):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404
    failed()
    heard(seconds=10)
    kept = backup(hours=5)
    operations.note_backups(found=[kept])
    answer = client.get("/metrics", headers={"Authorization": "Bearer cle"})
    found = {one.name: one for one in text_string_to_metric_families(answer.content.decode())}
    assert found["trajectoires_jobs_failed"].samples[0].value == 1
    began = {one.labels["task"]: one.value for one in found["trajectoires_clock_began_timestamp_seconds"].samples}
    assert began.keys() == CLOCK.keys()
    assert began["sweep-jobs"] > 0
    ages = [found[f"trajectoires_{name}_timestamp_seconds"] for name in ("newest_backup", "newest_verified_backup")]
    assert [one.samples[0].value for one in ages] == [pytest.approx(kept.made_at.timestamp()), 0]


def test_work_is_done_under_the_number_of_the_request_that_asked_for_it(rf):
    numbers: list[str] = []

    def answer(request):
        operations.enqueue(kind="numbered", key="essai:1", payload={})
        return HttpResponse()

    RUNNERS.register("numbered", Runner("Essai", "default", lambda job: numbers.append(request_id()), numbers.append))
    answered = RequestIdMiddleware(answer)(rf.get("/"))
    run_job(Job.objects.get().pk)
    assert (numbers, request_id()) == ([answered["X-Request-ID"]], "")


class Kept(Transport):
    """What would leave, instead of leaving."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Envelope] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope)


def test_errors_are_told_without_a_word_that_somebody_wrote(client):
    kept, secret = Kept(), "ce que nadia confie"

    def fail(words: str) -> None:
        raise ValueError(f"refusé : {words}")

    tell_errors("https://cle@erreurs.example/1", environment="test", transport=kept)
    try:
        sentry_sdk.set_user({"email": secret})
        sentry_sdk.add_breadcrumb(message=secret)
        try:
            fail(secret)
        except ValueError:
            sentry_sdk.capture_exception()
            logging.getLogger("efc_platform").error("une panne : %s", secret)
        sentry_sdk.flush()
    finally:
        sentry_sdk.init()
    told = b"".join(one.serialize() for one in kept.sent).decode()
    assert ("ValueError" in told, "in fail" in told or '"function":"fail"' in told) == (True, True)
    assert secret not in told
