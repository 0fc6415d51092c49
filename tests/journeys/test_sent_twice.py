"""The same form sent twice, by a nervous finger or by the back button, is one thing done."""

import pytest

from trajectories.models import Intervention, JournalEntry, NextStep, Reading

FORM = {
    "minutes": "3 h",
    "account": "Le tri est raconté.",
    "title": "Atelier tri",
    "next_step": "Rappeler Nadia",
    "facts": "Trois silences.",
}


def counts() -> list[int]:
    return [model.objects.count() for model in (Intervention, NextStep, JournalEntry)]


def test_double_click_logs_one_intervention_one_promise_one_journal_page(visits):
    ines = visits("practitioner")
    ines.open("/")
    form = ines.click("Noter une intervention pour Alpha")
    first = ines.press("Enregistrer", page=form, **FORM)
    second = ines.press("Enregistrer", page=form, **FORM)
    assert (first.heading, second.heading, second.address) == ("Atelier tri", "Atelier tri", first.address)
    assert counts() == [1, 1, 1]


@pytest.mark.parametrize("name", ["account", "facts"])
def test_back_button_then_other_words_keeps_them_on_the_page(visits, name):
    ines = visits("practitioner")
    ines.open("/")
    form = ines.click("Noter une intervention pour Alpha")
    ines.press("Enregistrer", page=form, **FORM)
    again = ines.press("Enregistrer", page=form, **FORM | {name: "Un texte tout autre."})
    assert "Ce formulaire a déjà été envoyé et enregistré" in again.words
    assert again.typed(name) == "Un texte tout autre."
    assert counts() == [1, 1, 1]


def test_form_opened_again_logs_another(visits):
    ines = visits("practitioner")
    for _time in range(2):
        ines.open("/")
        ines.click("Noter une intervention pour Alpha")
        ines.press("Enregistrer", **FORM)
    assert counts() == [2, 2, 2]


def test_form_corrected_after_a_refusal_is_still_the_same_sending(visits):
    ines = visits("practitioner")
    ines.open("/")
    form = ines.click("Noter une intervention pour Alpha")
    refused = ines.press("Enregistrer", page=form, **FORM | {"minutes": "?"})
    ines.press("Enregistrer", page=refused, minutes="3 h")
    ines.press("Enregistrer", page=form, **FORM)
    assert counts() == [1, 1, 1]


def test_reading_begun_twice_is_one_draft(visits, cast):
    nadia = visits("leader")
    form = nadia.open(f"{cast.trajectory_a.get_absolute_url()}lectures/nouvelle/")
    first, second = nadia.press("Commencer", page=form), nadia.press("Commencer", page=form)
    assert first.address == second.address
    assert Reading.objects.count() == 1


def test_promise_ticked_twice_is_kept_once(visits, cast):
    NextStep.objects.create(trajectory=cast.trajectory_a, text="Rappeler Nadia")
    nadia = visits("leader")
    page = nadia.open("/")
    nadia.press("Fait : Rappeler Nadia", page=page)
    done_at = NextStep.objects.get().done_at
    nadia.press("Fait : Rappeler Nadia", page=page)
    assert NextStep.objects.get().done_at == done_at
