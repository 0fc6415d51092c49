"""Writing to whoever accompanies one's structure: who reads it, until when, and that no word is lost."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, Role, User
from accounts.operations.departures import forget_inactive
from efc_platform.shared.errors import OperationRefused
from structures import operations
from structures.models import Conversation, LocalRole, Message, answering_for
from structures.operations import answer_conversation, put_in_charge, write_to_practitioner
from tests.factories.people import UserFactory
from tests.factories.people_talking import ConversationFactory, MessageFactory
from tests.factories.structures import AccompanimentFactory, MembershipFactory
from tests.visitor import Visitor

WORDS = "Je bute sur l’écart avec l’équipe : en parler avant ?"


@pytest.fixture
def opened(cast) -> Conversation:
    """Between the leader of A and its practitioner in charge."""
    return write_to_practitioner(by=cast.leader, structure=cast.structure_a, text=WORDS).conversation


def told() -> list[tuple[str, str, str]]:
    return list(Notice.objects.order_by("pk").values_list("recipient__email", "title", "url"))


def readers(cast, conversation: Conversation) -> set[str]:
    rows = {name: User.objects.get(pk=user.pk) for name, user in cast.users.items()}
    return {
        name for name, user in rows.items() if Conversation.objects.visible_to(user).filter(pk=conversation.pk).exists()
    }


def hand_over(cast) -> User:
    """Somebody else takes charge, and whoever was in charge leaves."""
    heir = UserFactory(roles=[Role.PRACTITIONER])
    AccompanimentFactory(structure=cast.structure_a, practitioner=heir.person, is_lead=True)
    cast.structure_a.accompaniments.current().filter(practitioner=cast.practitioner.person).update(
        until=timezone.localdate()
    )
    return heir


@pytest.mark.parametrize("name", ["leader", "board", "staff", "volunteer"])
def test_anybody_of_a_structure_writes_and_only_they_and_who_is_in_charge_read(cast, name):
    made = write_to_practitioner(by=cast.users[name], structure=cast.structure_a, text=WORDS)
    assert readers(cast, made.conversation) == {name, "practitioner"}


@pytest.mark.parametrize("name", ["coordinator", "practitioner", "leader_b", "member", "nobody", "trainer"])
def test_nobody_from_outside_writes(cast, name):
    with pytest.raises(OperationRefused, match="On écrit à qui accompagne sa propre structure"):
        write_to_practitioner(by=cast.users[name], structure=cast.structure_a, text=WORDS)
    assert not Message.objects.exists()


def test_each_goes_on_in_their_own_conversation(cast, opened):
    again = write_to_practitioner(by=cast.leader, structure=cast.structure_a, text="Une suite")
    other = write_to_practitioner(by=cast.staff, structure=cast.structure_a, text="De l’atelier")
    assert again.conversation == opened
    assert other.conversation != opened


def test_practitioner_answers_and_each_is_told_without_a_word_of_it(cast, opened):
    answer_conversation(by=cast.practitioner, conversation=opened, text="Attendons jeudi.")
    said = f"Un message vous attend, à propos de {cast.structure_a.name}", opened.get_absolute_url()
    assert told() == [(cast.practitioner.email, *said), (cast.leader.email, *said)]


@pytest.mark.parametrize("name", ["staff", "other_practitioner", "coordinator", "former_practitioner"])
def test_nobody_else_answers(cast, opened, name):
    with pytest.raises(OperationRefused):
        answer_conversation(by=cast.users[name], conversation=opened, text="Je m’en mêle")
    assert opened.messages.count() == 1


def test_second_practitioner_who_is_not_in_charge_reads_nothing(cast, opened):
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    assert readers(cast, opened) == {"leader", "practitioner"}


def test_while_nobody_is_in_charge_those_who_accompany_answer(cast):
    cast.structure_a.accompaniments.update(is_lead=False)
    assert answering_for(cast.structure_a) == [cast.practitioner.person]


def test_once_it_changes_hands_a_conversation_goes_on_no_longer_and_its_heir_reads_none_of_it(cast, opened):
    heir = hand_over(cast)
    assert readers(cast, opened) == {"leader"}
    assert not Conversation.objects.visible_to(heir).exists()
    with pytest.raises(OperationRefused, match="close"):
        answer_conversation(by=cast.leader, conversation=opened, text="Encore là ?")
    following = write_to_practitioner(by=cast.leader, structure=cast.structure_a, text="Bienvenue")
    assert following.conversation != opened
    assert list(following.conversation.practitioners.all()) == [heir.person]


def test_one_more_in_charge_opens_another_conversation(cast, opened):
    second = AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    put_in_charge(by=cast.coordinator, accompaniment=second)
    following = write_to_practitioner(by=cast.leader, structure=cast.structure_a, text="À vous deux")
    assert following.conversation != opened
    assert readers(cast, opened) == {"leader", "practitioner"}
    assert readers(cast, following.conversation) == {"leader", "practitioner", "other_practitioner"}


def test_one_less_in_charge_goes_on_in_the_same(cast):
    second = AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person, is_lead=True)
    first = write_to_practitioner(by=cast.leader, structure=cast.structure_a, text="À vous deux")
    operations.end_accompaniment(by=cast.coordinator, accompaniment=second)
    assert (
        write_to_practitioner(by=cast.leader, structure=cast.structure_a, text="Suite").conversation
        == first.conversation
    )
    assert readers(cast, first.conversation) == {"leader", "practitioner"}


def test_whoever_leaves_the_structure_reads_nothing_more(cast):
    made = write_to_practitioner(by=cast.staff, structure=cast.structure_a, text=WORDS)
    operations.leave_structure(by=cast.staff, structure=cast.structure_a)
    assert readers(cast, made.conversation) == {"practitioner"}
    answer_conversation(by=cast.practitioner, conversation=made.conversation, text="Bon vent")
    assert [email for email, _title, _url in told()] == [cast.practitioner.email]


def test_practitioner_who_loses_the_role_reads_nothing_more(cast, opened):
    cast.practitioner.role_grants.update(until=timezone.localdate())
    assert readers(cast, opened) == {"leader"}


def test_without_anybody_the_page_says_so_and_a_message_typed_meanwhile_is_kept(cast, signed_in):
    client, address = signed_in(cast.leader), reverse("messages", args=[cast.structure_a.public_id])
    assert 'name="text"' in client.get(address).content.decode()
    cast.structure_a.accompaniments.update(until=timezone.localdate())
    page = Visitor(client).open(address)
    assert "Personne n’accompagne Alpha pour l’instant" in page.words
    assert page.forms() == [] or 'name="text"' not in page.html
    sent = client.post(address, {"text": WORDS, "client_key": uuid.uuid4()})
    assert sent.context["form"]["text"].value() == WORDS
    assert "il pourra partir dès" in sent.content.decode()
    assert not Message.objects.exists()


def test_answer_typed_while_it_changed_hands_is_kept(cast, opened, signed_in):
    client, address = signed_in(cast.leader), reverse("conversation", args=[opened.public_id])
    hand_over(cast)
    sent = client.post(address, {"text": "Une suite", "client_key": uuid.uuid4()})
    assert (sent.status_code, sent.context["form"]["text"].value()) == (200, "Une suite")
    assert opened.messages.count() == 1


def test_sent_twice_is_written_and_told_once(cast, signed_in):
    client, address = signed_in(cast.leader), reverse("messages", args=[cast.structure_a.public_id])
    typed = {"text": WORDS, "subject": "Avant jeudi", "client_key": uuid.uuid4()}
    first, second = client.post(address, typed), client.post(address, typed)
    assert first["Location"] == second["Location"] == Conversation.objects.get().get_absolute_url()
    assert [(one.subject, one.text) for one in Message.objects.all()] == [("Avant jeudi", WORDS)]
    assert len(told()) == 1


def test_empty_message_is_refused(cast, signed_in):
    sent = signed_in(cast.leader).post(reverse("messages", args=[cast.structure_a.public_id]), {"text": " "})
    assert list(sent.context["form"].errors) == ["text"]


def test_leader_writes_in_one_tap_from_home(cast, signed_in):
    client = signed_in(cast.leader)
    dashboard = Visitor(client).open(cast.trajectory_a.get_absolute_url())
    assert dashboard.links["Écrire à mon accompagnateur·rice"] == reverse("messages", args=[cast.structure_a.public_id])


def test_practitioner_finds_at_home_what_waits_and_only_that(cast, opened, signed_in):
    client = signed_in(cast.practitioner)
    assert cast.leader.person.display_name in Visitor(client).open(reverse("home")).section("On vous a écrit")
    answer_conversation(by=cast.practitioner, conversation=opened, text="Voilà")
    assert "On vous a écrit" not in Visitor(client).open(reverse("home")).words


def test_message_is_shown_as_it_was_typed_and_runs_nothing(cast, opened, signed_in):
    MessageFactory(conversation=opened, subject="<b>gras</b>", text="<script>alert(1)</script>")
    html = signed_in(cast.practitioner).get(opened.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert(1)" not in html


def test_departure_blanks_ones_own_messages_and_leaves_the_other_side_its_words(cast, opened):
    answer_conversation(by=cast.practitioner, conversation=opened, text="Attendons jeudi.")
    MembershipFactory(structure=cast.structure_a, person=UserFactory().person, role=LocalRole.LEADER)
    forget_inactive(person=cast.leader.person, now=timezone.now())
    assert [one.text for one in opened.messages.all()] == ["Attendons jeudi.", "Message effacé"]


def test_ten_thousand_messages_and_conversations_ask_no_more_queries(cast, opened, signed_in):
    client = signed_in(cast.practitioner)
    addresses = [opened.get_absolute_url(), reverse("messages", args=[cast.structure_a.public_id]), reverse("home")]

    def asked() -> list[int]:
        counted = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counted.append(len(queries))
        return counted

    few = asked()
    Message.objects.bulk_create(
        Message(conversation=opened, author=cast.leader.person, text=f"Mot {rank}") for rank in range(10_000)
    )
    for _ in range(30):
        talk = ConversationFactory(
            structure=cast.structure_a,
            opened_by=MembershipFactory(structure=cast.structure_a).person,
            practitioners=[cast.practitioner.person],
        )
        talk.messages.create(author=talk.opened_by, text="Bonjour")
    assert asked() == few
