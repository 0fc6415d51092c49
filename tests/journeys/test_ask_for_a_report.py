"""A leader asks for the progress report, leaves, is told by mail, and downloads it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.tasks import run_job
from structures.models import Membership
from tests.stored import path_of
from trajectories.models import ProgressReport


@pytest.fixture
def nadia(visits, cast):
    """The leader, on the page of the report that was just asked for."""
    visitor = visits("leader")
    visitor.open("/")
    visitor.click("Le bilan (PDF)")
    visitor.press("Préparer le bilan", period_start="2024-01-15", period_end="2024-12-31")
    return visitor


def work() -> None:
    """What the workers do, until nothing is left."""
    for job in Job.objects.filter(finished_at=None).order_by("pk"):
        run_job(job.pk)
    if Job.objects.due().exists():
        work()


def test_leader_asks_follows_and_downloads_the_report(nadia):
    assert nadia.page.heading == "Bilan de trajectoire"
    assert "Alpha, du 15 janvier 2024 au 31 décembre 2024. Demandé par Nadia Roussel." in nadia.page.words
    assert "Votre demande est notée, elle passe dans un instant." in nadia.page.section("Où en est-il ?")
    work()
    ready = nadia.open(nadia.page.address)
    assert "Le document est prêt." in ready.section("Où en est-il ?")
    [download] = [address for label, address in ready.links.items() if label.startswith("Télécharger le bilan (PDF, ")]
    answer = nadia.client.get(download)
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF-")
    assert content == ProgressReport.objects.get().file.read()
    assert (answer["Content-Type"], answer["Content-Disposition"], answer["Cache-Control"]) == (
        "application/pdf",
        'attachment; filename="bilan-alpha-2024-12.pdf"',
        "no-store",
    )


def test_mail_announces_the_report_and_leads_to_it(nadia, settings):
    work()
    [message] = mail.outbox
    assert (message.to, message.subject) == (["dirige-a@essai.example"], "Le bilan de Alpha est prêt")
    assert message.body.startswith("Bonjour Nadia,")
    address = next(line for line in message.body.splitlines() if line.startswith(f"{settings.SITE_URL}/bilans/"))
    assert nadia.open(address.removeprefix(settings.SITE_URL)).heading == "Bilan de trajectoire"


def test_coordination_and_strangers_find_no_report(nadia, visits):
    work()
    for name in ("coordinator", "other_practitioner", "leader_b", "staff"):
        other = visits(name)
        assert other.open(nadia.page.address).status == 404
        assert other.open(f"{nadia.page.address}document.pdf").status == 404


def test_practitioner_and_board_open_what_the_leader_asked_for(nadia, visits):
    work()
    for name in ("practitioner", "board"):
        assert "Le document est prêt." in visits(name).open(nadia.page.address).words


def test_form_sent_twice_leads_to_the_same_report(nadia, cast):
    first = nadia.page.address
    nadia.open(f"{cast.trajectory_a.get_absolute_url()}bilans/")
    nadia.press("Préparer le bilan", period_start="2024-01-15", period_end="2024-12-31")
    assert nadia.page.address == first
    assert ProgressReport.objects.count() == 1


def test_report_is_listed_with_its_state(nadia, cast):
    reports = f"{cast.trajectory_a.get_absolute_url()}bilans/"
    assert "Du 15 janvier 2024 au 31 décembre 2024 en attente" in nadia.open(reports).section("Bilans déjà demandés")
    work()
    assert "Du 15 janvier 2024 au 31 décembre 2024 prêt" in nadia.open(reports).section("Bilans déjà demandés")


def test_page_of_a_report_being_made_asks_again_by_itself_until_it_is_over(nadia):
    def fragment() -> str:
        return nadia.client.get(nadia.page.address, headers={"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 2s"' in fragment()
    assert "<html" not in fragment()
    work()
    assert "hx-" not in fragment()
    assert "Télécharger le bilan" in fragment()


def test_page_that_asks_again_is_answered_by_nothing_while_nothing_is_new(nadia):
    def asked_again() -> int:
        [address] = [one.get("hx-get") for one in shown.tree.iter() if one.get("hx-get")]
        return nadia.client.get(address, headers={"HX-Request": "true"}).status_code

    shown = nadia.page
    assert asked_again() == 204
    work()
    assert asked_again() == 200


def test_report_that_waits_says_so_and_promises_a_mail(nadia, settings):
    long_ago = timezone.now() - timedelta(seconds=3 * settings.JOB_SWEEP_SECONDS)
    Job.objects.update(queued_at=long_ago)
    page = nadia.open(nadia.page.address)
    assert "Votre demande est gardée. Elle attend plus que d’habitude" in page.words
    assert "un courriel vous préviendra" in page.words


def test_report_that_failed_may_be_asked_for_again(nadia):
    Job.objects.update(state=JobState.RUNNING, attempts=3, lease_until=timezone.now() - timedelta(seconds=1))
    work()
    assert [message.subject for message in mail.outbox] == ["Le bilan de Alpha n’a pas pu être préparé"]
    assert "Rien n’est perdu" in mail.outbox[0].body
    failed = nadia.open(nadia.page.address)
    assert "Le document n’a pas pu être préparé." in failed.section("Où en est-il ?")
    again = nadia.press("Recommencer")
    assert again.messages == ["Le bilan est de nouveau en préparation."]
    work()
    assert "Le document est prêt." in nadia.open(again.address).words


def test_asking_again_twice_says_nothing_of_a_second_try(nadia):
    Job.objects.update(state=JobState.FAILED, attempts=3, finished_at=timezone.now())
    failed = nadia.open(nadia.page.address)
    nadia.press("Recommencer")
    assert nadia.press("Recommencer", page=failed).messages == []


def test_report_that_is_not_ready_or_whose_file_was_lost_is_not_found(nadia):
    document = f"{nadia.page.address}document.pdf"
    assert nadia.open(document).status == 404
    work()
    report = ProgressReport.objects.get()
    path_of(report.file).unlink()
    assert nadia.open(document).status == 404


def test_leader_who_left_meanwhile_gets_no_report(nadia):
    address = nadia.page.address
    Membership.objects.update(until=timezone.localdate())
    work()
    assert nadia.open(address).status == 404
    assert ProgressReport.objects.get().file is None


def test_periods_that_make_no_sense_are_refused_beside_their_field(visits, cast):
    nadia = visits("leader")
    reports = f"{cast.trajectory_a.get_absolute_url()}bilans/"
    nadia.open(reports)
    page = nadia.press("Préparer le bilan", period_start="2024-06-01", period_end="2024-05-01")
    assert page.errors() == {"period_end": "La fin de la période précède son début."}
    page = nadia.press("Préparer le bilan", period_start="", period_end="hier")
    assert page.errors() == {"period_start": "Ce champ est obligatoire.", "period_end": "Saisissez une date valide."}
    page = nadia.press("Préparer le bilan", period_start="2099-01-01", period_end="2099-02-01")
    ahead = "Cette date est dans le futur : choisissez aujourd’hui ou un jour passé."
    assert page.errors() == {"period_start": ahead, "period_end": ahead}
    assert ProgressReport.objects.count() == 0
