"""A leader enrols an employee, another takes the last place, a place comes free, attendance becomes a moment."""

from datetime import timedelta

import time_machine
from django.core import mail

from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.factories.trainings import SessionFactory
from trainings.models import Enrolment
from trainings.queries import candidates


def send_mails() -> list[tuple[str, str]]:
    for job in Job.objects.filter(kind="mail", state="queued").order_by("pk"):
        run_job(job.pk)
    return [(one.to[0], one.subject) for one in mail.outbox]


def test_leader_enrols_an_employee_in_the_last_place(visits, cast):
    session = SessionFactory(training__title="Décrire son travail", capacity=1, trainers=[cast.trainer.person])
    nadia, other = visits("leader"), visits("leader_b")
    for one in (nadia, other):
        one.open("/")
        one.click("Formations")
        one.click("Décrire son travail")
        one.click("La session")
        one.click("Inscrire")
        assert "1 place libre" in one.page.words
    name = cast.staff.person.display_name
    keys = {one.person.display_name: one.key for one in candidates(cast.leader, session)}
    assert nadia.press("Inscrire", people=[keys[name]]).messages == [f"{name} a une place."]
    late = other.press("Inscrire", people=[candidates(cast.leader_b, session)[0].key])
    assert "est sur la liste d’attente" in late.messages[0]
    assert "liste d’attente" in other.open(session.get_absolute_url()).words
    nadia.click(f"Annuler l’inscription de {name}")
    given_back = nadia.press("Annuler l’inscription")
    assert given_back.messages == [f"L’inscription de {name} est annulée."]
    assert "Vous avez votre place." in other.open(session.get_absolute_url()).words
    assert [(to, subject.partition("\u00a0")[0]) for to, subject in send_mails()] == [
        (cast.staff.email, "Votre place"),
        (cast.leader_b.email, "Liste d’attente"),
        (cast.staff.email, "Inscription annulée"),
        (cast.leader_b.email, "Une place s’est libérée"),
    ]


def test_attendance_taken_from_home_is_told_in_the_story(visits, cast):
    session = SessionFactory(training__title="Décrire son travail", trainers=[cast.trainer.person])
    nadia = visits("leader")
    nadia.open(f"{session.get_absolute_url()}inscrire/")
    chosen = [one.key for one in candidates(cast.leader, session)[:2]]
    nadia.press("Inscrire", people=chosen)
    first, second = Enrolment.objects.order_by("pk")
    with time_machine.travel(session.ends_at + timedelta(hours=1)):
        maud = visits("trainer")
        page = maud.open("/")
        assert page.section("Présences à noter").count("Décrire son travail") == 2
        half_day = session.half_days.first()
        label = f"Noter les présences, {half_day.on.day}"
        maud.open(next(url for words, url in page.links.items() if words.startswith(label)))
        said = maud.press("Enregistrer les présences", present=[str(first.pk)])
        assert said.messages == ["Les présences sont notées."]
        assert said.words.count("absent·e") == 1
        told = visits("leader").open(f"{cast.trajectory_a.get_absolute_url()}histoire/")
        assert "Décrire son travail" in told.words
        assert "1 personne, 1 demi-journée" in told.words
        assert second.person.display_name not in told.words
