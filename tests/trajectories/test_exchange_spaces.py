"""What is said in an exchange space stays between those who were there; who directs them knows that it took place."""

import uuid
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Circle
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.search import SOURCES
from structures.operations import end_membership
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory, NextStepFactory
from tests.visitor import Visitor
from trajectories.gathering import progress_report_content
from trajectories.models import Intervention, InterventionShare, Modality, NextStep, Participation, ProgressReport
from trajectories.operations import InterventionFacts, ShareFacts, edit_intervention, log_intervention
from trajectories.queries import accompanied_trajectories
from trajectories.story import story_of

SECRET = "Le planning se décide ailleurs."
TITLE = "Ce qui coince au tri"


@pytest.fixture
def space(cast) -> Intervention:
    """Led by the practitioner; the volunteer and the salaried person of the cast were there, and said so."""
    share = {"trajectory": cast.trajectory_a, "circle": Circle.PARTICIPANTS, "account": SECRET, "decision": "Oser."}
    made = InterventionFactory(
        created_by=cast.practitioner.person,
        modality=Modality.PEER_SPACE,
        title=TITLE,
        occurred_on=date(2025, 2, 3),
        share=share,
    )
    for name in ("staff", "volunteer"):
        Participation.objects.create(intervention=made, person=cast.users[name].person)
    NextStepFactory(trajectory=cast.trajectory_a, intervention=made, text="Le redire à l’équipe")
    return made


@pytest.fixture
def visits(signed_in, cast):
    return lambda name: Visitor(signed_in(cast.users[name]))


def readers(cast) -> set[str]:
    return {name for name, user in cast.users.items() if InterventionShare.objects.readable_by(user).exists()}


def test_account_is_read_by_those_who_were_there_and_who_led(cast, space):
    assert readers(cast) == {"practitioner", "staff", "volunteer"}


def test_leader_who_took_part_reads_it(cast, space):
    Participation.objects.create(intervention=space, person=cast.leader.person)
    assert readers(cast) == {"practitioner", "staff", "volunteer", "leader"}


def test_practitioner_who_did_not_lead_it_does_not_read_it(cast, space):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    assert readers(cast) == {"practitioner", "staff", "volunteer"}


def test_whoever_left_the_structure_reads_it_no_more(cast, space):
    membership = cast.structure_a.memberships.current().get(person=cast.staff.person)
    end_membership(by=cast.coordinator, membership=membership)
    assert readers(cast) == {"practitioner", "volunteer"}


def test_having_been_somewhere_else_opens_nothing_here(cast, space):
    other = InterventionFactory(modality=Modality.PEER_SPACE)
    Participation.objects.create(intervention=other, person=cast.board.person)
    assert readers(cast) == {"practitioner", "staff", "volunteer"}


def log(cast, **share):
    facts = InterventionFacts(
        occurred_on=timezone.localdate(), minutes=60, modality=share.pop("modality", Modality.PEER_SPACE)
    )
    kept = ShareFacts(cast.trajectory_a, minutes=60, account=SECRET, **share)
    return log_intervention(by=cast.practitioner, client_key=uuid.uuid4(), facts=facts, shares=[kept])[0]


@pytest.mark.parametrize(
    ("modality", "circle"), [(Modality.PEER_SPACE, "participants"), (Modality.WORK_ORGANISATION, "structure")]
)
def test_circle_is_what_the_modality_calls_for_unless_another_is_chosen(cast, modality, circle):
    assert log(cast, modality=modality).shares.get().circle == circle
    assert log(cast, modality=modality, circle=Circle.TEAM).shares.get().circle == "team"


def test_those_present_are_a_circle_of_exchange_spaces_alone(cast, space):
    with pytest.raises(OperationRefused, match="se choisit pour un espace d’échange") as refusal:
        log(cast, modality=Modality.OTHER, circle=Circle.PARTICIPANTS)
    assert refusal.value.field == "circle"
    facts = InterventionFacts(occurred_on=space.occurred_on, minutes=60, modality=Modality.OTHER)
    share = ShareFacts(cast.trajectory_a, minutes=60, circle=Circle.PARTICIPANTS)
    with pytest.raises(OperationRefused, match="se choisit pour un espace d’échange"):
        edit_intervention(by=cast.practitioner, intervention=space, expected_version=1, facts=facts, share=share)


def test_form_left_as_it_is_keeps_an_exchange_space_between_those_present(cast, visits):
    ines = visits("practitioner")
    ines.open(f"{reverse('intervention_new')}?trajectoire={cast.trajectory_a.public_id}")
    ines.press("Enregistrer", minutes="2 h", modality="peer_space", account=SECRET)
    assert InterventionShare.objects.get().circle == "participants"


@pytest.mark.parametrize("name", ["leader", "board", "coordinator"])
def test_others_know_that_it_took_place_and_how_many_were_there(cast, space, visits, name):
    visitor = visits(name)
    page = visitor.open(space.get_absolute_url())
    assert page.heading == "Espace d’échange et de professionnalisation"
    assert "Ce compte rendu est réservé à d’autres : les personnes présentes." in page.words
    assert page.section("Qui était là").startswith("2 personnes de la structure ou autour d’elle.")
    for address in (
        space.get_absolute_url(),
        reverse("interventions", args=[cast.trajectory_a.public_id]),
        reverse("story", args=[cast.trajectory_a.public_id]),
        cast.trajectory_a.get_absolute_url(),
    ):
        words = visitor.open(address).words
        hidden = [SECRET, TITLE, "Oser.", "Le redire à l’équipe", cast.staff.person.display_name]
        assert [text for text in hidden if text in words] == []


def test_those_present_find_it_with_their_names(cast, space, visits):
    page = visits("staff").open(space.get_absolute_url())
    assert (page.heading, SECRET in page.words) == (TITLE, True)
    assert cast.volunteer.person.display_name in page.section("Qui était là")


def test_names_stay_closed_where_another_structure_shares_the_event(cast, space, visits):
    """Whoever reads the part of their own structure does not learn who spoke in the other's."""
    share = {"intervention": space, "trajectory": cast.trajectory_b, "minutes": 30, "circle": Circle.STRUCTURE}
    InterventionShare.objects.create(account="Notre part.", **share)
    InterventionShare.objects.filter(trajectory=cast.trajectory_a).update(account="")
    page = visits("leader_b").open(space.get_absolute_url())
    assert "Notre part." in page.words
    assert cast.staff.person.display_name not in page.words


def test_search_finds_it_for_those_present_only(cast, space):
    def finds(user):
        return any(list(source.find(user, word)) for source in SOURCES for word in ("planning", "coince", "redire"))

    assert {name for name, user in cast.users.items() if finds(user)} == {"practitioner", "staff", "volunteer"}


def test_promise_made_there_stays_there(cast, space):
    seen = {name for name, user in cast.users.items() if NextStep.objects.visible_to(user).exists()}
    assert seen == {"practitioner", "staff", "volunteer"}


@pytest.mark.parametrize("name", ["practitioner", "leader"])
def test_report_tells_that_it_took_place_and_nothing_of_it(cast, space, name):
    report = ProgressReport(
        trajectory=cast.trajectory_a,
        period_start=cast.trajectory_a.started_on,
        period_end=timezone.localdate(),
        requested_by=cast.users[name],
    )
    content = progress_report_content(report)
    (line,) = content.interventions
    assert (line.heading, line.minutes, line.account, line.with_whom) == (Modality.PEER_SPACE.label, 120, "", "")
    said = repr(content)
    hidden = [SECRET, TITLE, "Oser.", "Le redire à l’équipe", cast.staff.person.display_name]
    assert [text for text in hidden if text in said] == []


def test_story_tells_its_title_to_those_present_only(cast, space):
    told = {name for name, user in cast.users.items() if TITLE in repr(story_of(cast.trajectory_a, user))}
    assert told == {"practitioner", "staff", "volunteer"}


def test_home_of_a_practitioner_who_was_not_there_does_not_give_its_title(cast, space):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    titles = {
        name: [one.last_title for one in accompanied_trajectories(cast.users[name])]
        for name in ("practitioner", "other_practitioner")
    }
    assert titles == {"practitioner": [TITLE], "other_practitioner": [""]}
