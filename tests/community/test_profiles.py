"""What members say of themselves: to their peers alone, by name, without any order but the alphabet."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, Role, RoleGrant, User
from accounts.operations.departures import forget_inactive
from community.models import Profile
from community.operations import edit_profile
from community.queries import members
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.database_roles import as_owner
from tests.factories.community import ReportFactory
from tests.factories.people import UserFactory
from tests.factories.people_talking import ProfileFactory
from tests.visitor import Visitor

SAID = {"work": "La réparation dans les écoles.", "territory": "Le Trégor", "help": "Une première rencontre."}
LIST = "/communaute/membres/"


def named(first: str, last: str, *roles: Role, **columns) -> User:
    return UserFactory(person__first_name=first, person__last_name=last, roles=list(roles), **columns)


def names(html_of: Visitor, query: str = "") -> list[str]:
    page = html_of.open(LIST + query)
    return [words for words, href in page.links.items() if href.startswith(LIST) and len(href) > len(LIST) + 20]


@pytest.fixture
def peers(db) -> dict[str, User]:
    return {
        "éloi": named("Éloi", "Évrard", Role.MEMBER),
        "zoe": named("Zoé", "Abadie", Role.TRAINER),
        "inès": named("Inès", "fabre", Role.PRACTITIONER),
        "claire": named("Claire", "Gallois", Role.COORDINATOR),
        "closed": named("Paul", "Fermé", Role.MEMBER, is_active=False),
        "funder": named("Ana", "Finance", Role.FUNDER),
        "leader": named("Nadia", "Dirige"),
    }


def test_members_are_in_the_order_of_the_french_alphabet_whatever_they_said(peers, signed_in):
    ProfileFactory(person=peers["inès"].person)
    assert names(Visitor(signed_in(peers["zoe"]))) == ["Zoé Abadie", "Éloi Évrard", "Inès fabre", "Claire Gallois"]


def test_whoever_says_nothing_is_there_by_name_alone(peers, signed_in):
    ProfileFactory(person=peers["inès"].person)
    page = Visitor(signed_in(peers["zoe"])).open(LIST).section("Par ordre alphabétique")
    assert page == "Zoé Abadie Éloi Évrard Inès fabre Le Trégor La réparation dans les écoles. Claire Gallois"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fabre", ["Inès fabre"]),
        ("INES", ["Inès fabre"]),
        ("evrard eloi", ["Éloi Évrard"]),
        ("tregor", ["Inès fabre"]),
        ("reparation ecoles", ["Inès fabre"]),
        ("rencontre", ["Inès fabre"]),
        ("rien de tel", []),
        ("%", []),
    ],
)
def test_members_are_found_by_name_place_or_words(peers, signed_in, words, found):
    ProfileFactory(person=peers["inès"].person, help=SAID["help"])
    assert names(Visitor(signed_in(peers["zoe"])), f"?q={words.replace('%', '%25')}") == found


@pytest.mark.parametrize("name", ["leader", "funder", "claire"])
def test_nobody_outside_the_community_reads_them(peers, signed_in, name):
    said = ProfileFactory(person=peers["inès"].person)
    client = signed_in(peers[name])
    assert [client.get(one).status_code for one in (LIST, said.get_absolute_url())] == [403, 403]
    assert list(Profile.objects.visible_to(peers[name])) == []


def test_profile_closes_with_the_role_and_with_the_account(peers, signed_in):
    said, reader = ProfileFactory(person=peers["inès"].person), signed_in(peers["zoe"])
    assert reader.get(said.get_absolute_url()).status_code == 200
    RoleGrant.objects.filter(user=peers["inès"]).update(until=timezone.localdate())
    assert reader.get(said.get_absolute_url()).status_code == 404
    assert Profile.objects.visible_to(User.objects.get(pk=peers["inès"].pk)).get() == said


def test_page_tells_the_reports_that_the_reader_may_read(peers, signed_in):
    ines = peers["inès"].person
    ReportFactory(shared=True, created_by=ines, title="Le tri")
    ReportFactory(created_by=ines, title="Un brouillon")
    page = Visitor(signed_in(peers["zoe"])).open(reverse("community_member", args=[ines.public_id]))
    assert "Le tri" in page.section("Retours d’expérience")
    assert "Un brouillon" not in page.words
    assert f"{ines.display_name} n’a rien écrit ici." in page.words


def test_name_that_signs_leads_to_its_page_for_members_alone(cast, signed_in):
    report = ReportFactory(shared=True, created_by=cast.practitioner.person, structure=cast.structure_a)
    name, page = (
        cast.practitioner.person.display_name,
        reverse("community_member", args=[cast.practitioner.person.public_id]),
    )
    for address in (report.get_absolute_url(), reverse("community")):
        assert Visitor(signed_in(cast.member)).open(address).links[name] == page
    assert name not in Visitor(signed_in(cast.leader)).open(report.get_absolute_url()).links
    RoleGrant.objects.filter(user=cast.practitioner).update(until=timezone.localdate())
    assert name not in Visitor(signed_in(cast.member)).open(report.get_absolute_url()).links


def test_one_writes_changes_and_empties_ones_own(peers, signed_in):
    client = signed_in(peers["éloi"])
    assert client.post("/mon-compte/profil/", SAID | {"version": 0}).status_code == 302
    own = Profile.objects.get()
    assert (own.person, own.work, own.version) == (peers["éloi"].person, SAID["work"], 1)
    assert client.post("/mon-compte/profil/", {"version": 1}).status_code == 302
    own.refresh_from_db()
    assert (own.is_empty, own.version) == (True, 2)


def test_coordinator_who_is_no_member_keeps_theirs_and_is_led_back_to_their_account(peers, signed_in):
    sent = signed_in(peers["claire"]).post("/mon-compte/profil/", SAID | {"version": 0})
    assert sent["Location"] == reverse("my_account")


@pytest.mark.parametrize("name", ["leader", "funder"])
def test_whoever_has_no_role_in_the_network_has_no_profile(peers, signed_in, name):
    assert signed_in(peers[name]).post("/mon-compte/profil/", SAID | {"version": 0}).status_code == 403
    with pytest.raises(OperationRefused):
        edit_profile(by=peers[name], expected_version=0, **SAID)


@pytest.mark.parametrize("version", [0, 1])
def test_edit_overtaken_keeps_the_words_and_shows_both(peers, signed_in, version):
    """From two windows, even when the profile was not there yet."""
    if version:
        edit_profile(by=peers["éloi"], expected_version=0, work="Avant")
    client = signed_in(peers["éloi"])
    edit_profile(by=peers["éloi"], expected_version=version, work="Depuis l’autre fenêtre")
    sent = client.post("/mon-compte/profil/", SAID | {"version": version})
    form = sent.context["form"]
    assert (form["work"].value(), form["version"].value()) == (SAID["work"], str(version + 1))
    assert "Depuis l’autre fenêtre" in sent.content.decode()
    assert client.post("/mon-compte/profil/", SAID | {"version": version + 1}).status_code == 302
    with pytest.raises(StaleEdit):
        edit_profile(by=peers["éloi"], expected_version=version, work="Trop tard")


def test_nobody_is_told_of_a_profile(peers):
    edit_profile(by=peers["éloi"], expected_version=0, **SAID)
    assert mail.outbox == []


def test_departure_forgets_the_profile_and_keeps_no_word_of_it(peers):
    edit_profile(by=peers["éloi"], expected_version=0, **SAID)
    forget_inactive(person=peers["éloi"].person, now=timezone.now())
    assert not Profile.objects.exists()
    columns = {column.name for column in Profile.pgh_event_model._meta.concrete_fields}
    assert columns & {"work", "territory", "help"} == set()


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_members_ask_no_more_queries(peers, signed_in):
    client = signed_in(peers["zoe"])

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    ProfileFactory(person=peers["inès"].person)
    few = [asked(LIST), asked(f"{LIST}?q=tregor")]
    people = Person.objects.bulk_create(Person(first_name="Ana", last_name=f"Nom{rank}") for rank in range(10_000))
    users = User.objects.bulk_create(
        User(person=one, email=f"ana{one.pk}@essai.example", password="!") for one in people
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=one, role=Role.MEMBER, since=timezone.localdate()) for one in users)
    Profile.objects.bulk_create(Profile(person=one, territory="Trégor", edited_at=timezone.now()) for one in people)
    # As the server does by itself once so many rows have come; the application's own role could not ask for it.
    with as_owner() as own:
        own.execute("ANALYZE")
    assert [asked(LIST), asked(f"{LIST}?q=tregor")] == few
    assert members("tregor").count() == 10_001
