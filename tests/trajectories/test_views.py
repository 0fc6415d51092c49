"""The pages of a trajectory: what they show to whom, what they refuse and how they say so."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Circle, RoleGrant
from tests.factories.trajectories import (
    AppointmentFactory,
    InterventionFactory,
    NextStepFactory,
    ReadingFactory,
    TrialFactory,
)
from tests.visitor import Visitor
from trajectories.models import Appointment, JournalEntry, NextStep, Trial, TrialState, Viewpoint
from trajectories.operations import JournalText, write_journal_entry
from trajectories.views.interventions import PER_PAGE


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def at(cast):
    """The address of one of the pages of trajectory A."""
    return lambda path="": f"{cast.trajectory_a.get_absolute_url()}{path}"


def meet(cast, on: date = date(2024, 5, 14), circle: Circle = Circle.STRUCTURE, **texts: str):
    share = {"trajectory": cast.trajectory_a, "circle": circle, **texts}
    return InterventionFactory(
        title=f"Rencontre du {on}", occurred_on=on, created_by=cast.practitioner.person, share=share
    )


def test_dashboard_of_a_new_trajectory_says_what_to_begin_with(visits, at):
    page = visits("leader").open(at())
    assert "Aucune lecture n’est encore partagée." in page.section("Où en sommes-nous ?")
    assert "Rien n’est promis pour l’instant." in page.section("À faire")
    assert "Rien n’est encore écrit : une phrase suffit." in page.section("Nos mots")
    assert "Point de départ" in page.section("Ce qui s’est passé")
    assert "Commencer une lecture" in page.links


ACTIONS = {
    "Le bilan (PDF)",
    "Donner une lecture",
    "Donner notre lecture",
    "Noter une intervention",
    "Reprendre ces mots",
}


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("practitioner", {"Le bilan (PDF)", "Donner une lecture", "Noter une intervention", "Reprendre ces mots"}),
        ("leader", {"Le bilan (PDF)", "Donner notre lecture", "Reprendre ces mots"}),
        ("board", {"Donner notre lecture"}),
        ("staff", {"Donner notre lecture"}),
        ("coordinator", set()),
    ],
)
def test_dashboard_offers_what_one_may_do_and_each_of_its_links_opens(visits, at, name, offered):
    visitor = visits(name)
    page = visitor.open(at())
    assert offered <= set(page.links)
    for label in ACTIONS & set(page.links):
        assert visitor.open(page.links[label]).status == 200


def test_dashboard_keeps_texts_from_coordination(visits, at, cast):
    meet(cast, account="Un texte partagé.")
    NextStepFactory(trajectory=cast.trajectory_a, text="Rappeler Nadia")
    cast.trajectory_a.aim = "Durer autrement."
    cast.trajectory_a.save()
    told = ("Un texte partagé.", "Rappeler Nadia", "Durer autrement.")
    leader, coordinator = (visits(name).open(at()).words for name in ("leader", "coordinator"))
    assert [text in leader for text in told] == [True, True, True]
    assert [text in coordinator for text in told] == [False, False, False]


def test_dashboard_says_when_one_meets_next_and_what_is_late(visits, at, cast):
    AppointmentFactory(
        trajectory=cast.trajectory_a, starts_at=timezone.now() + timedelta(days=3), place="à la ressourcerie"
    )
    NextStepFactory(trajectory=cast.trajectory_a, text="En retard", due_on=date(2024, 6, 1))
    page = visits("leader").open(at())
    assert "à la ressourcerie" in page.words
    assert any(one.startswith("À faire avant le ") for one in headings(page))
    assert "depuis le 1er juin En retard" in page.words


def headings(page) -> list[str]:
    return [" ".join("".join(one.itertext()).split()) for one in page.tree.iter("h2")]


def test_closed_trajectory_is_told_from_its_beginning_to_its_end(visits, at, cast):
    cast.trajectory_a.closed_on = date(2024, 6, 30)
    cast.trajectory_a.save()
    page = visits("practitioner").open(at())
    assert "(janvier 2024 à juin 2024)" in page.words
    assert "Fin de l’accompagnement" in page.section("Ce qui s’est passé")
    assert {"Noter une intervention", "Donner une lecture", "Donner notre lecture"} & set(page.links) == set()


def test_whole_story_comes_page_by_page(visits, at, cast):
    for day in range(40):
        meet(cast, date(2024, 2, 1) + timedelta(days=day))
    nadia = visits("leader")
    assert "Toute l’histoire" in nadia.open(at()).links
    first = nadia.click("Toute l’histoire")
    assert "Point de départ" not in first.words
    assert "Point de départ" in nadia.open(at(f"histoire/{first.links['Plus anciens']}")).words


def test_interventions_come_page_by_page_newest_first(visits, at, cast):
    for day in range(PER_PAGE + 1):
        meet(cast, date(2024, 2, 1) + timedelta(days=day), account=f"Texte {day}.")
    nadia = visits("leader")
    first = nadia.open(at("interventions/"))
    assert (f"Texte {PER_PAGE}." in first.words, "Texte 0." in first.words) == (True, False)
    assert "Texte 0." in nadia.open(at(f"interventions/{first.links['Page suivante']}")).words


def test_list_of_interventions_shows_each_the_texts_of_their_circles(visits, at, cast):
    meet(cast, date(2024, 3, 1), Circle.TEAM, account="Entre nous.")
    meet(cast, date(2024, 3, 2), Circle.DIRECTION, account="Avec la direction.")
    meet(cast, date(2024, 3, 3), account="Avec tous.")
    texts = ("Entre nous.", "Avec la direction.", "Avec tous.")
    read = {
        name: [text in visits(name).open(at("interventions/")).words for text in texts]
        for name in ("practitioner", "leader", "staff", "coordinator")
    }
    assert read == {
        "practitioner": [True, True, True],
        "leader": [False, True, True],
        "staff": [False, False, True],
        "coordinator": [False, False, False],
    }


def test_empty_lists_say_what_will_fill_them(visits, at):
    nadia = visits("leader")
    assert "Aucune intervention pour l’instant" in nadia.open(at("interventions/")).words
    assert "Aucune lecture pour l’instant" in nadia.open(at("lectures/")).words
    assert "Aucun essai pour l’instant" in nadia.open(at("essais/")).words
    assert "Aucun bilan pour l’instant" in nadia.open(at("bilans/")).words
    assert "Rien n’est promis pour l’instant." in nadia.open(at("prochains-pas/")).words


def test_account_kept_to_a_circle_stays_in_it_when_it_is_corrected(visits, cast):
    made = meet(cast, circle=Circle.TEAM, account="Entre nous.")
    ines = visits("practitioner")
    ines.open(f"{made.get_absolute_url()}modifier/")
    assert ines.press("Enregistrer", account="Entre nous, mieux dit.").status == 200
    assert (made.shares.get().account, made.shares.get().circle) == ("Entre nous, mieux dit.", Circle.TEAM)


def test_dimension_page_tells_its_question_its_markers_and_what_was_observed(visits, at, cast):
    ReadingFactory(
        trajectory=cast.trajectory_a,
        viewpoint=Viewpoint.DIRECTION,
        levels={"D1": 2},
        sealed=True,
        created_by=cast.leader.person,
    )
    page = visits("staff").open(at("dimensions/D1/"))
    assert page.heading == "Travail vivant et reconnaissance"
    assert "une seule voix" in page.section("Les regards aujourd’hui")
    assert "Mise en question sans appui noté Un fait observé pour D1." in page.section("Ce qui a été observé")
    assert page.section("Cinq repères pour en parler").count("Déjà-là") == 1
    unread = visits("staff").open(at("dimensions/D2/"))
    assert "Cette dimension n’a pas encore été lue." in unread.section("Ce qui a été observé")


def test_unknown_dimension_is_not_found(visits, at, cast):
    assert visits("leader").open(at("dimensions/D10/")).status == 404
    draft = ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person)
    assert visits("leader").open(f"{draft.get_absolute_url()}D10/").status == 404


def test_sealed_reading_is_shown_and_its_dimensions_are_no_longer_forms(visits, cast):
    sealed = ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, sealed=True, created_by=cast.leader.person)
    nadia = visits("leader")
    assert "Travail vivant · Mise en question" in nadia.open(sealed.get_absolute_url()).words
    assert nadia.open(f"{sealed.get_absolute_url()}D1/").status == 403
    assert visits("staff").client.post(f"{sealed.get_absolute_url()}sceller/", follow=True).status_code == 200


def test_reading_is_taken_up_where_it_was_left(visits, cast, at):
    draft = ReadingFactory(
        trajectory=cast.trajectory_a, levels={"D1": 2}, created_by=cast.leader.person, read_on=date(2024, 6, 1)
    )
    nadia = visits("leader")
    assert "Une lecture est commencée (direction, 1er juin 2024)" in nadia.open(at()).words
    nadia.click("la reprendre")
    assert nadia.click("Continuer").heading == "Ressources immatérielles"
    page = nadia.open(f"{draft.get_absolute_url()}D1/")
    assert page.typed("observed_fact") == "Un fait observé pour D1."
    assert page.typed("answer") == "2"


def test_dimension_read_is_taken_back_by_leaving_it_unread(visits, cast):
    draft = ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, created_by=cast.leader.person)
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    nadia.press("Enregistrer et s’arrêter là", answer="", observed_fact="", next_question="")
    assert draft.positionings.count() == 0


def test_dimension_open_in_two_tabs_shows_both_texts(visits, cast):
    draft = ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person)
    nadia = visits("leader")
    tab = nadia.open(f"{draft.get_absolute_url()}D1/")
    nadia.press("Enregistrer et continuer", page=tab, answer="2", observed_fact="Onglet un.")
    page = nadia.press("Enregistrer et continuer", page=tab, answer="3", observed_fact="Onglet deux.")
    assert "Cette dimension a changé pendant que vous écriviez : relisez, puis enregistrez." in page.words
    warning = page.section("Ce texte a changé entre-temps : Fait observé")
    assert "Onglet un. Ce que vous avez écrit Onglet deux." in warning
    assert (page.typed("answer"), page.typed("observed_fact")) == ("3", "Onglet deux.")
    nadia.press("Enregistrer et continuer", observed_fact="Onglet un, puis deux.")
    kept = draft.positionings.get()
    assert (kept.level, kept.observed_fact) == (3, "Onglet un, puis deux.")


def test_trial_is_noted_then_kept_with_what_it_taught(visits, at, cast):
    nadia = visits("leader")
    nadia.open(at("essais/"))
    page = nadia.press("Noter cet essai", title="Tri en duo", question="Qui voit quoi ?", started_on="2024-05-02")
    assert page.messages == ["L’essai est noté. Sa page en dit plus, quand vous voudrez."]
    assert page.heading == "Tri en duo"
    assert "Tri en duo Qui voit quoi ? depuis mai 2024" in nadia.open(at("essais/")).section("En cours")
    nadia.click("Tri en duo")
    page = nadia.press("Enregistrer", state="kept")
    assert page.errors() == {"learnt": "Dites en une phrase ce que cet essai vous a appris."}
    page = nadia.press("Enregistrer", learnt="À deux, on parle.")
    assert page.messages == ["L’essai est à jour."]
    assert "Appris : À deux, on parle." in nadia.open(at("essais/")).section("Gardé")
    assert Trial.objects.get().state == TrialState.KEPT


def test_trial_that_cannot_become_so_is_refused_beside_its_state(visits, cast):
    trial = TrialFactory(trajectory=cast.trajectory_a, state=TrialState.PLANNED)
    nadia = visits("leader")
    nadia.open(f"/essais/{trial.public_id}/")
    page = nadia.press("Enregistrer", state="kept", learnt="Rien encore.")
    assert page.errors() == {"state": "Un essai proposé ne peut pas devenir gardé."}
    assert page.typed("learnt") == "Rien encore."


def test_trial_without_a_title_is_refused_beside_it(visits, at):
    nadia = visits("leader")
    nadia.open(at("essais/"))
    assert nadia.press("Noter cet essai", question="Qui voit quoi ?").errors() == {"title": "Ce champ est obligatoire."}
    assert nadia.page.typed("question") == "Qui voit quoi ?"


@pytest.mark.parametrize("name", ["board", "staff"])
def test_trials_and_promises_are_read_without_a_form_by_whoever_does_not_steer(visits, at, cast, name):
    trial = TrialFactory(trajectory=cast.trajectory_a, title="Tri en duo")
    NextStepFactory(trajectory=cast.trajectory_a, text="Rappeler Nadia")
    visitor = visits(name)
    assert "Tri en duo" in visitor.open(at("essais/")).words
    assert "Rappeler Nadia" in visitor.open(at("prochains-pas/")).words
    for path in ("essais/", "prochains-pas/"):
        assert visitor.client.post(at(path), {"title": "Pris", "text": "Pris"}).status_code == 403
    assert "Enregistrer" not in visitor.open(f"/essais/{trial.public_id}/").words
    assert (Trial.objects.count(), NextStep.objects.count()) == (1, 1)


def test_promise_is_noted_by_whoever_makes_it(visits, at, cast):
    nadia = visits("leader")
    nadia.open(at("prochains-pas/"))
    page = nadia.press("Ajouter", text="Appeler la mairie", due_on="2030-01-15")
    assert page.messages == ["Le prochain pas est noté."]
    assert f"Appeler la mairie {cast.leader.person.display_name}" in page.section("À faire")
    assert NextStep.objects.get().owner == cast.leader.person
    assert nadia.press("Ajouter", text="").errors() == {"text": "Ce champ est obligatoire."}


@pytest.mark.parametrize(
    ("address", "arrived"),
    [
        ("/structures/", "/structures/"),
        ("https://evil.example/", "prochains-pas/"),
        ("//evil.example/", "prochains-pas/"),
        ("javascript:alert(1)", "prochains-pas/"),
        ("", "prochains-pas/"),
    ],
)
def test_promise_kept_leads_back_to_a_page_of_ours_only(visits, cast, address, arrived):
    step = NextStepFactory(trajectory=cast.trajectory_a)
    answer = visits("leader").client.post(f"/prochains-pas/{step.public_id}/fait/", {"next": address})
    assert (answer.status_code, answer.url.endswith(arrived), "evil" in answer.url) == (302, True, False)


def test_promise_is_not_ticked_by_whoever_does_not_steer(visits, cast):
    step = NextStepFactory(trajectory=cast.trajectory_a)
    assert visits("staff").client.post(f"/prochains-pas/{step.public_id}/fait/").status_code == 403
    assert visits("coordinator").client.post(f"/prochains-pas/{step.public_id}/fait/").status_code == 404
    assert NextStep.objects.open().count() == 1


def test_meeting_is_fixed_ahead_and_refused_in_the_past(visits, at, cast):
    nadia = visits("leader")
    nadia.open(at())
    nadia.click("à fixer")
    page = nadia.press("Enregistrer", starts_at="2024-01-01T10:00", minutes="1 h 30", subject="Bilan")
    assert page.errors() == {"starts_at": "Cette date est déjà passée."}
    page = nadia.press("Enregistrer", starts_at="2030-01-15T14:00", minutes="longtemps", subject="")
    assert set(page.errors()) == {"minutes", "subject"}
    page = nadia.press("Enregistrer", minutes="1 h 30", subject="Bilan d’étape")
    assert page.messages == ["Le rendez-vous est noté."]
    assert "15 janv. 14 h" in page.words
    assert Appointment.objects.get().minutes == 90


@pytest.mark.parametrize("path", ["mots/", "rendez-vous/nouveau/", "bilans/"])
@pytest.mark.parametrize("name", ["coordinator", "staff", "volunteer"])
def test_pages_that_steer_are_refused_to_whoever_only_reads(visits, at, name, path):
    assert visits(name).open(at(path)).status == 403
    assert visits("leader").open(at(path)).status == 200


def test_reading_is_not_begun_by_whoever_has_no_voice(visits, at):
    assert visits("coordinator").open(at("lectures/nouvelle/")).status == 403


def test_intervention_is_not_logged_without_the_role(visits):
    assert visits("leader").open("/interventions/nouvelle/").status == 403


@pytest.mark.parametrize(
    "query", ["?trajectoire=", "?trajectoire=x", "?trajectoire=00000000-0000-4000-8000-000000000000"]
)
def test_structure_that_the_address_does_not_name_is_asked_for(visits, query):
    page = visits("practitioner").open(f"/interventions/nouvelle/{query}")
    assert (page.status, page.typed("trajectory")) == (200, "")


def test_intervention_of_others_is_read_but_not_corrected(visits, cast):
    made = meet(cast, account="Un texte.")
    nadia = visits("leader")
    assert "Corriger" not in nadia.open(made.get_absolute_url()).links
    assert nadia.open(f"{made.get_absolute_url()}modifier/").status == 403
    assert visits("leader_b").open(made.get_absolute_url()).status == 404


def test_journal_comes_page_by_page_and_opens_to_its_author_alone(visits, cast):
    for day in range(1, 13):
        text = JournalText(facts=f"Fait {day}.", feelings="Un ressenti.", interpretations="Une idée.")
        write_journal_entry(by=cast.practitioner, text=text, written_on=date(2024, 5, day))
    ines = visits("practitioner")
    first = ines.open("/journal/")
    assert ("Fait 12." in first.words, "Fait 1. " in first.words) == (True, False)
    assert "Fait 1. " in ines.open(f"/journal/{first.links['Page suivante']}").words
    entry = JournalEntry.objects.first()
    for name in ("coordinator", "leader", "other_practitioner"):
        assert visits(name).open(f"/journal/{entry.public_id}/").status == 404


def test_journal_is_closed_to_whoever_does_not_accompany(visits):
    for address in ("/journal/", "/journal/nouvelle-page/"):
        assert visits("leader").open(address).status == 403


def test_page_about_an_intervention_is_written_beside_it_once(visits, cast):
    made = meet(cast, account="Un texte.")
    ines = visits("practitioner")
    ines.open(made.get_absolute_url())
    ines.click("Écrire une page sur cette intervention")
    page = ines.press("Garder cette page", facts="Trois silences.")
    assert page.address == made.get_absolute_url()
    assert "Trois silences." in page.section("Mon journal de bord")
    entry = JournalEntry.objects.get()
    again = ines.open(f"/journal/nouvelle-page/?intervention={made.public_id}")
    assert again.address == f"/journal/{entry.public_id}/"
    assert (entry.intervention, entry.written_on) == (made, made.occurred_on)


@pytest.mark.parametrize("query", ["x", "00000000-0000-4000-8000-000000000000"])
def test_page_about_no_known_intervention_is_a_page_by_itself(visits, query):
    ines = visits("practitioner")
    ines.open(f"/journal/nouvelle-page/?intervention={query}")
    ines.press("Garder cette page", facts="Trois silences.")
    assert JournalEntry.objects.get().intervention is None


def test_promise_made_in_an_intervention_is_kept_with_it(visits, cast):
    made = meet(cast, account="Un texte.")
    ines = visits("practitioner")
    ines.open(made.get_absolute_url())
    ines.click("Ajouter un prochain pas")
    ines.press("Ajouter", text="Envoyer la grille")
    assert "Envoyer la grille" in ines.open(made.get_absolute_url()).section("Ce qui a été promis")
    assert NextStep.objects.get().intervention == made


def test_promise_made_in_an_account_stays_within_its_circle(visits, cast, at):
    made = meet(cast, circle=Circle.TEAM, account="Entre nous.")
    NextStepFactory(trajectory=cast.trajectory_a, intervention=made, text="Entre nous aussi")
    assert "Entre nous aussi" in visits("practitioner").open(at("prochains-pas/")).words
    assert "Entre nous aussi" not in visits("leader").open(at("prochains-pas/")).words


@pytest.mark.parametrize("query", ["x", "00000000-0000-4000-8000-000000000000", "elsewhere"])
def test_promise_about_an_intervention_one_does_not_read_is_a_promise_by_itself(visits, cast, at, query):
    elsewhere = InterventionFactory(share={"trajectory": cast.trajectory_b})
    named = elsewhere.public_id if query == "elsewhere" else query
    ines = visits("practitioner")
    ines.open(at(f"prochains-pas/?intervention={named}"))
    ines.press("Ajouter", text="Envoyer la grille")
    assert NextStep.objects.get().intervention is None


def test_people_run_together_are_asked_to_be_told_apart(visits, cast):
    ines = visits("practitioner")
    ines.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}")
    page = ines.press("Enregistrer", minutes="3 h", account="Un texte.", with_whom="Nadia puis " * 20)
    assert page.errors() == {
        "with_whom": "Séparez les personnes par des virgules : une partie de cette ligne est trop longue."
    }


def test_page_of_the_journal_that_is_empty_is_refused_above_the_form(visits):
    ines = visits("practitioner")
    ines.open("/journal/nouvelle-page/")
    page = ines.press("Garder cette page", facts="  ")
    assert "Écrivez au moins une ligne, dans la partie que vous voulez." in page.words
    assert JournalEntry.objects.count() == 0


def test_home_of_a_practitioner_tells_of_drafts_and_of_the_meetings_after_the_next(visits, cast):
    ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.practitioner.person)
    for days in (2, 5):
        starts_at = timezone.now() + timedelta(days=days)
        AppointmentFactory(trajectory=cast.trajectory_a, starts_at=starts_at, subject=f"Dans {days} jours")
    page = visits("practitioner").open("/")
    assert "Une lecture de Alpha attend d’être finie" in page.words or "Une lecture d’Alpha" in page.words
    assert "Dans 5 jours" in page.section("Les rencontres suivantes")
    assert "Dans 2 jours" not in page.section("Les rencontres suivantes")


def test_home_of_coordination_tells_who_waits_for_a_call(visits, cast):
    meet(cast, timezone.localdate())
    page = visits("coordinator").open("/")
    assert page.section("Sans nouvelles depuis deux mois").startswith("Bêta aucune intervention notée")
    assert "Bêta personne ne l’accompagne" in page.section("À confier")
    assert "Interventions cette année 1 2 h" in page.words


def test_whoever_coordinates_and_accompanies_has_both_homes(visits, cast):
    RoleGrant.objects.create(user=cast.practitioner, role="coordinator", since=date(2020, 1, 1))
    ines = visits("practitioner")
    assert ines.open("/").heading.startswith("Bonjour")
    assert "Interventions cette année" in ines.click("Réseau").words
    assert visits("leader").open("/reseau/").status == 403
    assert "Réseau" not in visits("coordinator").open("/").links


def test_home_of_somebody_without_a_structure_says_what_to_do(visits):
    page = visits("nobody").open("/")
    assert "Rien ne vous attend pour l’instant" in page.words


def test_home_of_a_practitioner_whose_role_ended_is_that_of_anybody(visits, cast):
    RoleGrant.objects.filter(user=cast.practitioner).update(until=timezone.localdate())
    assert "Rien ne vous attend pour l’instant" in visits("practitioner").open("/").words
