"""A shared text that seems to speak of somebody's health is asked about once, kept as it is, and never refused."""

import logging

import pytest
from django.utils import timezone

from accounts.models import Circle
from efc_platform.backstage.models import Submission
from tests.factories.trajectories import ReadingFactory
from trajectories.models import InterventionShare, JournalEntry, NextStep, Trajectory

SAID = "L’atelier tourne à trois, Awa est en arrêt maladie."
ASKED = "Ce texte semble parler de la santé de quelqu’un"
ANYWAY = "Enregistrer quand même"


@pytest.fixture
def ines(visits, cast):
    visitor = visits("practitioner")
    visitor.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}")
    return visitor


def log(visitor, **typed):
    return visitor.press("Enregistrer", **{"minutes": "2 h", "modality": "work_organisation", "account": SAID} | typed)


def test_words_are_shown_with_the_reason_and_nothing_is_written(ines):
    page = log(ines)
    asked = page.section(ASKED)
    assert "« en arrêt maladie »" in asked
    assert "RGPD, article 9" in asked
    assert InterventionShare.objects.count() == Submission.objects.count() == 0


def test_going_on_keeps_the_text_as_it_is_once(ines):
    log(ines, facts="Awa m’a écrit.")
    page = ines.press(ANYWAY)
    assert page.messages == ["C’est noté. Vous pouvez compléter plus tard."]
    assert InterventionShare.objects.get().account == SAID
    assert JournalEntry.objects.count() == 1


def test_coming_back_keeps_every_word_even_those_of_the_journal(ines):
    log(ines, facts="Awa m’a écrit.\nLe soir.", title="Trio")
    page = ines.press("Revenir à mon texte")
    assert [page.typed(name) for name in ("account", "facts", "title")] == [SAID, "Awa m’a écrit.\nLe soir.", "Trio"]
    assert log(ines, account="L’atelier tourne à trois.").messages == ["C’est noté. Vous pouvez compléter plus tard."]
    assert InterventionShare.objects.count() == 1


def test_page_back_and_sent_again_is_written_once(ines):
    paused = log(ines)
    ines.press(ANYWAY, page=paused)
    ines.press(ANYWAY, page=paused)
    assert InterventionShare.objects.count() == 1


def test_journal_is_never_looked_into(ines, visits):
    assert log(ines, account="L’atelier.", feelings=SAID).messages == ["C’est noté. Vous pouvez compléter plus tard."]
    journal = visits("practitioner")
    journal.open("/journal/nouvelle-page/")
    assert journal.press("Garder cette page", facts=SAID).messages == ["Votre page est gardée, pour vous."]


def test_text_that_already_said_so_is_not_asked_about_again(ines, cast):
    log(ines)
    ines.press(ANYWAY)
    ines.open(f"{InterventionShare.objects.get().intervention.get_absolute_url()}modifier/")
    assert ines.press("Enregistrer", decision="Se relayer.").messages == ["L’intervention est corrigée."]


def test_widening_and_health_are_asked_one_after_the_other(ines, cast):
    log(ines, account="Entre nous.", circle=Circle.TEAM)
    ines.open(f"{InterventionShare.objects.get().intervention.get_absolute_url()}modifier/")
    assert ASKED in ines.press("Enregistrer", account=SAID, circle="structure").words
    assert "4 personnes de plus liront ce texte" in ines.press(ANYWAY).words
    assert ines.press("Élargir et enregistrer").messages == ["L’intervention est corrigée."]
    assert InterventionShare.objects.get().circle == Circle.STRUCTURE


def test_promise_words_and_reading_are_asked_about_too(cast, visits):
    nadia = visits("leader")
    nadia.open(f"{cast.trajectory_a.get_absolute_url()}prochains-pas/")
    assert ASKED in nadia.press("Ajouter", text="Appeler Paul, en arrêt de travail").words
    nadia.press(ANYWAY)
    assert NextStep.objects.count() == 1
    nadia.open(f"{cast.trajectory_a.get_absolute_url()}mots/")
    assert ASKED in nadia.press("Enregistrer", aim="Tenir malgré mon burn-out").words
    assert nadia.press("Revenir à mon texte").typed("aim") == "Tenir malgré mon burn-out"
    assert Trajectory.objects.get(pk=cast.trajectory_a.pk).aim == ""
    draft = ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person)
    nadia.open(f"{draft.get_absolute_url()}D1/")
    assert ASKED in nadia.press("Enregistrer et s’arrêter là", answer="2", observed_fact="Une dépression.").words
    nadia.press(ANYWAY)
    assert nadia.page.address == draft.get_absolute_url()
    assert draft.positionings.get().observed_fact == "Une dépression."


def test_neither_the_words_nor_the_answer_are_kept_in_a_log(ines, caplog):
    caplog.set_level(logging.DEBUG)
    log(ines)
    logged = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert [line for line in logged if "arrêt" in line or "santé" in line or "health" in line] == []


def test_pause_stays_in_no_cache(ines):
    typed = {"trajectory": "", "occurred_on": timezone.localdate().isoformat(), "minutes": "2 h", "modality": "other"}
    form = ines.page.form_of("Enregistrer")
    typed |= {one.get("name"): one.get("value") for one in form.iter("input") if one.get("type") == "hidden"}
    response = ines.client.post(ines.page.address, typed | {"account": SAID})
    assert response.templates[0].name == "pages/pause.html"
    assert response["Cache-Control"] == "no-store"
