"""One day with several structures, led by two; another one like it; habits; the modality of the network."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from structures.models import CohortPlace
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory, CohortFactory
from tests.factories.trajectories import AppointmentFactory
from trajectories.models import AddedModality, Intervention, TeamNote


@pytest.fixture
def ines(visits, cast):
    """She accompanies both structures, the first one with Hugo."""
    AccompanimentFactory(structure=cast.structure_b, practitioner=cast.practitioner.person)
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    return visits("practitioner")


def form_of(visitor, cast, query: str = ""):
    return visitor.open(f"/interventions/nouvelle/?trajectoire={cast.trajectory_a.public_id}{query}")


def log_day(ines, cast):
    form_of(ines, cast)
    return ines.press(
        "Enregistrer",
        minutes="3 h",
        account="Ce qu’Alpha en retient.",
        title="Journée de promotion",
        also=[str(cast.trajectory_b.public_id)],
        practitioners=[str(cast.other_practitioner.person_id)],
    )


def test_day_with_two_structures_has_two_accounts_each_read_by_its_own(ines, cast, visits):
    page = log_day(ines, cast)
    assert "Ce qu’Alpha en retient." in page.section("Compte rendu · Alpha")
    assert page.section("Compte rendu · Bêta").startswith("Pas encore écrit. Sa part : 1 h 30.")
    ines.click("Écrire ce compte rendu pour Bêta")
    assert ines.page.typed("share_minutes") == "1\u00a0h\u00a030"
    ines.press("Enregistrer", account="Ce que Bêta en retient.", share_minutes="1 h")
    made = Intervention.objects.get()
    assert sorted(made.shares.values_list("minutes", flat=True)) == [60, 90]
    for who, reads, does_not in (("leader", "Alpha", "Bêta"), ("leader_b", "Bêta", "Alpha")):
        words = visits(who).open(made.get_absolute_url()).words
        assert (f"{reads} en retient" in words, f"{does_not} en retient" in words) == (True, False)


def test_both_who_led_it_find_it_write_their_notes_and_correct_it(ines, cast, visits):
    log_day(ines, cast)
    made = Intervention.objects.get()
    assert set(made.practitioners.all()) == {cast.practitioner.person, cast.other_practitioner.person}
    ines.click("Écrire ma note pour Alpha")
    ines.press("Enregistrer", preparation="Laisser parler les bénévoles.")
    hugo = visits("other_practitioner")
    page = hugo.open(made.get_absolute_url())
    assert "Laisser parler les bénévoles." in page.section("Notes de l’équipe")
    hugo.click("Écrire ma note")
    hugo.press("Enregistrer", debrief="Ils ont parlé.")
    assert TeamNote.objects.count() == 2
    assert "Corriger" in hugo.page.links
    assert "bénévoles" not in visits("leader").open(made.get_absolute_url()).words


def test_leader_asks_for_a_correction_and_reads_what_became_of_it(ines, cast, visits):
    log_day(ines, cast)
    url, nadia = Intervention.objects.get().get_absolute_url(), visits("leader")
    nadia.open(url)
    nadia.click("Répondre, ou demander une correction")
    page = nadia.press("Envoyer", kind="correction", text="C’était à quatre.")
    assert "correction demandée" in page.words
    ines.open(url)
    ines.click("Répondre à la remarque de Nadia Roussel")
    assert ines.press("Répondre", answer="").errors() != {}
    ines.press("Répondre", outcome="corrected", answer="Merci, c’est repris.")
    words = nadia.open(url).words
    assert ("corrigé" in words, "Merci, c’est repris." in words) == (True, True)


def test_another_one_like_it_holds_all_but_the_day_and_what_was_said(ines, cast):
    log_day(ines, cast)
    page = ines.click("En noter une semblable")
    kept = [page.typed(name) for name in ("minutes", "title", "also", "practitioners", "account", "occurred_on")]
    assert kept == [
        "3\u00a0h",
        "Journée de promotion",
        str(cast.trajectory_b.public_id),
        str(cast.other_practitioner.person_id),
        "",
        timezone.localdate().isoformat(),
    ]


@pytest.mark.parametrize("first", ["Alpha", "Bêta"])
def test_structure_it_was_written_for_comes_first(ines, cast, first):
    of = {"Alpha": cast.trajectory_a, "Bêta": cast.trajectory_b}
    other = of["Bêta" if first == "Alpha" else "Alpha"]
    ines.open(f"/interventions/nouvelle/?trajectoire={of[first].public_id}")
    page = ines.press("Enregistrer", minutes="3 h", account="Un texte.", also=[str(other.public_id)])
    assert page.links["En noter une semblable"].split("&")[0].endswith(str(of[first].public_id))


def test_habit_fills_the_form_in_one_tap(ines, cast):
    for _time in range(2):
        form_of(ines, cast)
        ines.press("Enregistrer", minutes="1 h 30", modality="peer_space", account="Un texte.")
    form_of(ines, cast)
    page = ines.click("1 h 30, espace d’échange et de professionnalisation, sur place")
    assert [page.typed(name) for name in ("minutes", "modality", "place")] == [
        "1\u00a0h\u00a030",
        "peer_space",
        "on_site",
    ]


def test_day_of_a_cohort_begins_with_its_structures(ines, cast):
    cohort = CohortFactory()
    CohortPlace.objects.create(cohort=cohort, structure=cast.structure_b, since=timezone.localdate())
    page = form_of(ines, cast, f"&promotion={cohort.public_id}")
    assert page.typed("also") == str(cast.trajectory_b.public_id)


def test_whoever_accompanies_another_structure_of_the_day_is_offered(ines, cast):
    hugo = UserFactory(roles=[Role.PRACTITIONER]).person
    AccompanimentFactory(structure=cast.structure_b, practitioner=hugo)
    cohort = CohortFactory()
    CohortPlace.objects.create(cohort=cohort, structure=cast.structure_b, since=timezone.localdate())
    offered = [
        f'value="{hugo.pk}"' in form_of(ines, cast, query).html for query in ("", f"&promotion={cohort.public_id}")
    ]
    assert offered == [False, True]
    also = [str(cast.trajectory_b.public_id)]
    ines.press("Enregistrer", minutes="3 h", account="Une journée.", also=also, practitioners=[str(hugo.pk)])
    assert hugo in Intervention.objects.get().practitioners.all()


def test_modality_of_the_network_is_chosen_kept_and_corrected(ines, cast):
    added = AddedModality.objects.create(name="Marche commune")
    form_of(ines, cast)
    page = ines.press("Enregistrer", minutes="2 h", modality=f"reseau-{added.pk}", account="On a marché.")
    assert page.heading == "Marche commune"
    AddedModality.objects.update(retired_on="2024-01-01")
    ines.click("Corriger")
    assert ines.page.typed("modality") == f"reseau-{added.pk}"
    ines.press("Enregistrer", account="On a marché longtemps.")
    assert Intervention.objects.get().added_modality == added
    assert f'value="reseau-{added.pk}"' not in form_of(ines, cast).html


@pytest.mark.parametrize(
    "query", ["&comme=x", "&duree=0&lieu=lune&modalite=coaching", "&promotion=x", "&duree=99999999"]
)
def test_address_with_anything_else_is_as_without(ines, cast, query):
    page = form_of(ines, cast, query)
    assert [page.typed(name) for name in ("minutes", "place", "modality")] == ["", "on_site", "leader_training"]


def test_appointment_fills_the_form_in_and_is_noted_once_it_is_sent(ines, cast):
    starts_at = timezone.now() - timedelta(hours=3)
    met = AppointmentFactory(
        trajectory=cast.trajectory_a, subject="Relire les comptes", starts_at=starts_at, minutes=45, place="À l’atelier"
    )
    page = form_of(ines, cast, f"&rendez-vous={met.public_id}")
    kept = [page.typed(name) for name in ("minutes", "title", "location", "occurred_on")]
    day = timezone.localdate(starts_at).isoformat()
    assert kept == ["45\u00a0min", "Relire les comptes", "À l’atelier", day]
    ines.press("Enregistrer", account="Les comptes sont relus.")
    met.refresh_from_db()
    assert met.intervention == Intervention.objects.get()


def test_appointment_of_another_structure_or_cancelled_fills_nothing_in(ines, cast):
    cancelled = AppointmentFactory(
        trajectory=cast.trajectory_a,
        created_by=cast.practitioner.person,
        cancelled_at=timezone.now(),
        cancelled_by=cast.practitioner.person,
        cancelled_because="Reporté",
        subject="Annulé",
    )
    page = form_of(ines, cast, f"&rendez-vous={cancelled.public_id}")
    assert page.typed("title") == ""
