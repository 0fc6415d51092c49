"""The agreement of an accompaniment: written by two, signed by each in their own name, changed by amendments only."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessAct, AccessEvent, Category, Notice
from efc_platform.shared.duration import write_days
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.files import picture_of
from tests.factories.trajectories import InterventionFactory
from tests.pdf_checks import assert_accessible, text_of, words_off_the_page
from tests.visitor import Visitor
from trajectories import operations
from trajectories.agreed import Days, days_of
from trajectories.models import Agreement, Amendment, BoardSays, Manner, Party, Signature
from trajectories.operations import Hand, Terms
from trajectories.story import story_of
from trajectories.strokes import HEIGHT, WIDTH, path_of, read_strokes

DRAWN = [[[10, 10], [60, 90], [120, 20], [200, 150], [260, 40]], [[300, 100], [380, 120], [460, 80]]]


@pytest.fixture
def terms() -> Terms:
    today = timezone.localdate()
    return Terms(
        aim="Que le planning se décide à plusieurs.",
        working_question="Qui décide des tournées ?",
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=335),
        days_agreed=Decimal("4.5"),
        modalities="Une demi-journée par mois, sur place.",
        confidentiality="Ce qui se dit reste entre nous.",
        rights="Les écrits appartiennent à la structure.",
        funding="Pris en charge par le réseau.",
        board_says=BoardSays.NOT_ASKED,
        board_not_asked="Le conseil a délégué la direction.",
    )


@pytest.fixture
def agreement(cast, terms) -> Agreement:
    return operations.write_agreement(by=cast.practitioner, trajectory=cast.trajectory_a, terms=terms)


@pytest.fixture
def sign(cast, agreement):
    def signing(who: str, party: Party, *, version: int = 1, amendment=None, **hand) -> Signature:
        given = {"name": "Léa Petit", "signed_on": timezone.localdate(), "strokes": []} | hand
        return operations.sign_agreement(
            by=cast.users[who],
            agreement=agreement,
            amendment=amendment,
            party=party,
            hand=Hand(**given),
            expected_version=version,
        )

    return signing


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def at(cast):
    return lambda name, *more: reverse(name, args=[cast.trajectory_a.public_id, *more])


def test_leader_and_practitioner_write_it_until_somebody_signs(cast, agreement, terms, sign):
    changed = replace(terms, days_agreed=Decimal(5))
    written = operations.write_agreement(
        by=cast.leader, trajectory=cast.trajectory_a, terms=changed, expected_version=1
    )
    assert (written.pk, written.days_agreed, written.version) == (agreement.pk, Decimal(5), 2)
    with pytest.raises(StaleEdit):
        operations.write_agreement(by=cast.practitioner, trajectory=cast.trajectory_a, terms=terms, expected_version=1)
    sign("leader", Party.LEADER, version=2)
    with pytest.raises(OperationRefused, match="Un avenant dit ce qui change"):
        operations.write_agreement(by=cast.practitioner, trajectory=cast.trajectory_a, terms=terms, expected_version=2)


@pytest.mark.parametrize("name", ["coordinator", "board", "staff", "other_practitioner", "leader_b"])
def test_others_do_not_write_it(cast, terms, name):
    with pytest.raises(OperationRefused, match="écrivent la convention"):
        operations.write_agreement(by=cast.users[name], trajectory=cast.trajectory_a, terms=terms)
    assert Agreement.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"days_agreed": Decimal("4.3")}, "days_agreed"),
        ({"days_agreed": Decimal(0)}, "days_agreed"),
        ({"board_says": BoardSays.AGREED}, "board_agreed_by"),
        ({"board_not_asked": " "}, "board_not_asked"),
    ],
)
def test_terms_in_disorder_are_refused_beside_their_field(cast, terms, changed, field):
    with pytest.raises(OperationRefused) as refused:
        operations.write_agreement(by=cast.leader, trajectory=cast.trajectory_a, terms=replace(terms, **changed))
    assert refused.value.field == field


def test_each_signs_in_their_own_name(cast, sign):
    for name, party in (
        ("leader", Party.PRACTITIONER),
        ("practitioner", Party.LEADER),
        ("board", Party.LEADER),
        # Neither the board nor coordination was asked to sign this one.
        ("board", Party.BOARD),
        ("coordinator", Party.COORDINATION),
        ("leader_b", Party.LEADER),
    ):
        with pytest.raises(OperationRefused, match="Vous ne pouvez pas signer en ce nom"):
            sign(name, party)
    drawn = sign("leader", Party.LEADER, strokes=DRAWN)
    assert (drawn.manner, drawn.person, drawn.path.startswith("M10 10L60 90")) == (
        Manner.DRAWN,
        cast.leader.person,
        True,
    )
    assert sign("practitioner", Party.PRACTITIONER).manner == Manner.TYPED
    with pytest.raises(OperationRefused, match="déjà donnée"):
        sign("leader", Party.LEADER)


def test_nobody_signs_in_a_place_that_was_lent(cast, sign):
    cast.leader.lent_to = cast.coordinator
    with pytest.raises(OperationRefused, match="Vous ne pouvez pas signer en ce nom"):
        sign("leader", Party.LEADER)


def test_board_and_coordination_sign_when_they_are_asked_to(cast, agreement, terms, sign):
    operations.write_agreement(
        by=cast.leader,
        trajectory=cast.trajectory_a,
        terms=replace(terms, board_signs=True, coordination_signs=True),
        expected_version=1,
    )
    for name, party in (
        ("leader", Party.LEADER),
        ("board", Party.BOARD),
        ("practitioner", Party.PRACTITIONER),
        ("coordinator", Party.COORDINATION),
    ):
        assert Agreement.objects.get().signed_on is None
        sign(name, party, version=2)
    waited = Notice.objects.filter(title__startswith="La convention attend")
    assert {one.recipient for one in waited} == {cast.board, cast.practitioner, cast.coordinator}
    assert Agreement.objects.get().signed_on == timezone.localdate()


def test_nobody_signs_before_it_is_known_what_the_board_says(cast, agreement, terms, sign):
    waiting = replace(terms, board_says=BoardSays.WAITING)
    operations.write_agreement(by=cast.leader, trajectory=cast.trajectory_a, terms=waiting, expected_version=1)
    with pytest.raises(OperationRefused, match="l’accord du conseil"):
        sign("leader", Party.LEADER, version=2)


def test_one_signs_what_one_has_read(cast, agreement, terms, sign):
    operations.write_agreement(
        by=cast.practitioner, trajectory=cast.trajectory_a, terms=replace(terms, aim="Autre chose."), expected_version=1
    )
    with pytest.raises(StaleEdit, match="relisez-le avant de signer"):
        sign("leader", Party.LEADER, version=1)
    assert Signature.objects.count() == 0


def test_page_of_paper_is_noted_by_whoever_accompanies_with_where_it_is(cast, sign):
    day = timezone.localdate() - timedelta(days=3)
    with pytest.raises(OperationRefused, match="Joignez la page signée, ou dites où elle est gardée"):
        sign("practitioner", Party.LEADER, on_paper=True)
    noted = sign("practitioner", Party.LEADER, on_paper=True, kept_where="Classeur bleu", signed_on=day, strokes=DRAWN)
    assert (noted.manner, noted.person, noted.recorded_by) == (Manner.PAPER, None, cast.practitioner.person)
    assert (noted.signed_on, noted.strokes) == (day, [])


def test_scanned_page_is_checked_and_read_by_those_who_read_the_agreement(visits, cast, sign, at):
    page = SimpleUploadedFile("page.jpg", picture_of("JPEG"))
    with pytest.raises(OperationRefused) as refusal:
        sign("practitioner", Party.LEADER, on_paper=True, scan=SimpleUploadedFile("page.html", b"<script>"))
    assert (refusal.value.field, Signature.objects.count()) == ("scan", 0)
    signed = sign("practitioner", Party.LEADER, on_paper=True, scan=page)
    assert signed.kept_where == ""
    address = reverse("agreement_scan", args=[cast.trajectory_a.public_id, signed.pk])
    for name, status in {"leader": 200, "coordinator": 200, "staff": 403, "leader_b": 404}.items():
        answer = visits(name).client.get(address)
        assert (answer.status_code, b"".join(answer)[:2] == b"\xff\xd8") == (status, status == 200)
    assert "La page signée par Léa Petit" in visits("leader").open(at("agreement")).links


def test_what_is_signed_here_bears_todays_date(sign):
    with pytest.raises(OperationRefused, match="porte la date d’aujourd’hui"):
        sign("leader", Party.LEADER, signed_on=timezone.localdate() - timedelta(days=1))


def test_database_keeps_what_was_signed_and_who_signed(cast, agreement, sign):
    signature = sign("leader", Party.LEADER)
    amendment = operations.write_amendment(by=cast.leader, agreement=agreement, what_changes="Un mois de plus.")
    Amendment.objects.filter(pk=amendment.pk).update(what_changes="Deux mois de plus.")
    sign("leader", Party.LEADER, amendment=amendment)
    for touch in (
        lambda: Agreement.objects.filter(pk=agreement.pk).update(aim="Autre"),
        lambda: Amendment.objects.filter(pk=amendment.pk).update(what_changes="Autre"),
        lambda: Signature.objects.filter(pk=signature.pk).update(name="Autre"),
        lambda: Signature.objects.filter(pk=signature.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match=r"never changes|Cannot"), transaction.atomic():
            touch()
    agreement.refresh_from_db()
    assert agreement.aim == "Que le planning se décide à plusieurs."


def test_amendments_are_numbered_signed_alike_and_in_force_once_everybody_signed(cast, agreement, sign):
    with pytest.raises(OperationRefused, match="corrigez-la directement"):
        operations.write_amendment(by=cast.leader, agreement=agreement, what_changes="Trop tôt.")
    sign("leader", Party.LEADER)
    longer = agreement.ends_on + timedelta(days=60)
    first = operations.write_amendment(
        by=cast.leader, agreement=agreement, what_changes="Deux mois.", ends_on=longer, days_agreed=Decimal(6)
    )
    second = operations.write_amendment(by=cast.practitioner, agreement=agreement, what_changes="Ailleurs.")
    assert [first.number, second.number] == [1, 2]
    sign("leader", Party.LEADER, amendment=first)
    assert (now := Agreement.objects.get()).ends_now_on == agreement.ends_on
    assert now.days_now_agreed == Decimal("4.5")
    sign("practitioner", Party.PRACTITIONER, amendment=first)
    assert ((now := Agreement.objects.get()).ends_now_on, now.days_now_agreed) == (longer, Decimal(6))
    rewritten = operations.write_amendment(
        by=cast.leader, agreement=agreement, amendment=second, expected_version=1, what_changes="À Lens."
    )
    assert (rewritten.number, rewritten.what_changes) == (2, "À Lens.")
    with pytest.raises(StaleEdit):
        operations.write_amendment(
            by=cast.leader, agreement=agreement, amendment=second, expected_version=1, what_changes="À Liévin."
        )


def test_days_are_said_in_words_with_what_is_left(cast, agreement):
    for days_ago, minutes in ((10, 210), (5, 225), (60, 420)):
        share = {"trajectory": cast.trajectory_a}
        InterventionFactory(occurred_on=timezone.localdate() - timedelta(days=days_ago), minutes=minutes, share=share)
    found = days_of(Agreement.objects.get())
    assert (found.minutes, found.used) == (435, Decimal(1))
    assert found.sentence.replace("\u00a0", " ") == (
        "4,5 jours convenus, 1 jour (7 h 15) passés ensemble : il reste 3,5 jours."
    )
    assert Days(Decimal(1), 420).left == "tout est pris"
    assert Days(Decimal(1), 630).left == "une demi-journée de plus, qu’un avenant peut dire"
    assert [write_days(Decimal(one)).replace("\u00a0", " ") for one in ("0", "0.5", "1", "1.5", "2", "12.5")] == [
        "aucun jour",
        "une demi-journée",
        "1 jour",
        "1,5 jour",
        "2 jours",
        "12,5 jours",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "pas du json",
        '{"a": 1}',
        "[[[1, 2]]]",
        json.dumps([[[0, 0]] * 5000]),
        json.dumps([[[WIDTH + 1, 0]] * 10]),
        json.dumps([[[0, HEIGHT + 1]] * 10]),
        json.dumps([[["M0 0", 0]] * 10]),
        json.dumps([[[1.5, 0]] * 10]),
        json.dumps([[[True, 0]] * 10]),
        json.dumps([[[0, 0]] * 9] * 81),
    ],
)
def test_anything_but_points_on_the_sheet_is_no_drawing(typed):
    with pytest.raises(ValueError, match=r".*"):
        read_strokes(typed)


def test_drawing_becomes_a_path_of_numbers():
    assert read_strokes("") == []
    assert read_strokes(json.dumps(DRAWN)) == DRAWN
    assert path_of([[[1, 2], [3, 4]], [[5, 6]]]) == "M1 2L3 4M5 6L5 6"


def test_those_who_are_waited_for_are_told_then_everybody_who_reads_it(cast, sign):
    names = {user.pk: name for name, user in cast.users.items()}

    def told() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for one in Notice.objects.filter(key__startswith="agreement"):
            found.setdefault(one.title.split(" · ")[0], set()).add(names[one.recipient_id])
        return found

    sign("leader", Party.LEADER)
    assert told() == {"La convention attend votre signature": {"practitioner"}}
    assert Notice.objects.get(key__startswith="agreement").category == Category.STEPS
    sign("practitioner", Party.PRACTITIONER)
    assert told()["La convention est signée"] == {"leader", "board"}


def test_pages_go_from_writing_to_signing(cast, visits, at, signed_in):
    """The practitioner writes, the leader opens one page and signs by writing her name."""
    practitioner = visits("practitioner")
    form = practitioner.open(at("agreement_write"))
    page = practitioner.press(
        "Enregistrer",
        page=form,
        aim="Décider à plusieurs",
        working_question="Qui décide ?",
        days_agreed="4,5",
        modalities="Sur place",
        board_says="not_asked",
        board_not_asked="Délégation",
    )
    assert page.heading == "Convention d’accompagnement"
    assert "4,5 jours convenus, aucun jour passés ensemble" in page.section("Les jours")
    assert Agreement.objects.get().confidentiality.startswith("Ce qui se dit pendant les rencontres")
    leader = visits("leader")
    assert "Convention" in leader.open(cast.trajectory_a.get_absolute_url()).section("Le cadre")
    signing = leader.open(at("agreement_sign", 0, "leader"))
    assert "Décider à plusieurs" in signing.section("Ce qui se signe")
    page = leader.press("Je signe", page=signing, name="Nadia Roussel", strokes=json.dumps(DRAWN))
    assert page.messages == ["C’est signé. Merci : le texte ne change plus."]
    assert 'd="M10 10L60 90' in page.html
    assert "Ajouter un avenant" in page.links
    assert "Corriger" not in page.links
    form = leader.open(at("amendment_new"))
    page = leader.press("Enregistrer", page=form, what_changes="Un mois de plus")
    assert "Un mois de plus" in page.section("Avenant n° 1")
    page = leader.press("Je signe", page=leader.open(at("agreement_sign", 1, "leader")))
    assert page.messages == ["C’est signé. Merci : le texte ne change plus."]
    practitioner.press(
        "Noter cette signature",
        page=practitioner.open(at("agreement_paper", 0, "practitioner")),
        name="Inès Carrel",
        kept_where="Classeur bleu",
    )
    assert Agreement.objects.get().signed_on == timezone.localdate()


def test_text_that_changed_while_one_read_it_is_shown_again(cast, agreement, terms, visits, at):
    leader = visits("leader")
    signing = leader.open(at("agreement_sign", 0, "leader"))
    changed = replace(terms, aim="Une autre visée.")
    operations.write_agreement(by=cast.practitioner, trajectory=cast.trajectory_a, terms=changed, expected_version=1)
    page = leader.press("Je signe", page=signing, name="Nadia Roussel")
    assert "Le texte a changé depuis que vous l’avez lu" in page.words
    assert "Une autre visée." in page.section("Ce qui se signe")
    assert leader.press("Je signe", page=page).messages == ["C’est signé. Merci : le texte ne change plus."]


def test_hostile_drawing_is_refused_and_the_name_kept(agreement, visits, at):
    leader = visits("leader")
    signing = leader.open(at("agreement_sign", 0, "leader"))
    page = leader.press("Je signe", page=signing, name="Nadia Roussel", strokes='[["<script>"]]')
    assert "Ce tracé n’a pas pu être lu" in page.words
    assert page.typed("name") == "Nadia Roussel"
    assert Signature.objects.count() == 0


def test_story_tells_the_signature_to_everybody_and_its_address_to_whoever_reads_it(cast, sign):
    sign("leader", Party.LEADER)
    sign("practitioner", Party.PRACTITIONER)
    addresses = {}
    for name in ("leader", "coordinator", "staff"):
        [moment] = [one for one in story_of(cast.trajectory_a, cast.users[name]) if one.kind == "agreement"]
        assert moment.title == "Convention signée"
        addresses[name] = bool(moment.url)
    assert addresses == {"leader": True, "coordinator": True, "staff": False}


def test_document_is_accessible_whole_and_noted(cast, agreement, sign, signed_in, at, tmp_path):
    sign("leader", Party.LEADER, strokes=DRAWN, name="Nadia Roussel")
    amendment = operations.write_amendment(
        by=cast.leader, agreement=agreement, what_changes="Deux mois de plus.", days_agreed=Decimal(6)
    )
    sign("leader", Party.LEADER, amendment=amendment)
    answer = signed_in(cast.coordinator).get(at("agreement_file"))
    assert answer["Content-Disposition"] == 'attachment; filename="convention-alpha.pdf"'
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert_accessible(content, tmp_path)
    assert words_off_the_page(content) == []
    said = " ".join(text_of(content).split())
    for words in ("Qui décide des tournées", "Nadia Roussel", "Avenant n° 1", "6 jours", "Signature en attente"):
        assert words.replace("n° ", "n°\u00a0") in said or words in said
    noted = AccessEvent.objects.get(act=AccessAct.DOWNLOADED)
    assert noted.about == agreement.public_id
