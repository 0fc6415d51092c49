"""What facts are held on: told with the positioning, sealed with it, named only to whoever may read it."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Circle
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import StructureDocument
from tests.factories.structures import DocumentFactory
from tests.factories.trajectories import InterventionFactory, ReadingFactory, TrialFactory
from tests.visitor import Visitor, values_of
from trajectories.evidence import NOWHERE, Freshness, HeldOn, Linked, grounds_of, held_on, linkable
from trajectories.models import Evidence, EvidenceKind, InterventionShare, Positioning, PositioningState, Viewpoint
from trajectories.operations import EvidenceFacts, PositioningFacts, position, seal_reading

SAID, OBSERVED = EvidenceKind.SAID, EvidenceKind.OBSERVED
DOCUMENT, THIRD_PARTY = EvidenceKind.DOCUMENT, EvidenceKind.THIRD_PARTY
DAY = date(2024, 6, 1)
LEVEL = PositioningState.LEVEL


def noted(kind: EvidenceKind, on: date) -> Evidence:
    return Evidence(kind=kind, noted_on=on)


@pytest.mark.parametrize(
    ("evidence", "held"),
    [
        ([], HeldOn()),
        ([noted(SAID, DAY)], HeldOn(SAID, 0)),
        ([noted(SAID, DAY), noted(OBSERVED, date(2023, 5, 2))], HeldOn(OBSERVED, 12)),
        ([noted(DOCUMENT, date(2022, 6, 1)), noted(DOCUMENT, date(2024, 3, 1))], HeldOn(DOCUMENT, 3)),
        ([noted(THIRD_PARTY, date(2020, 6, 1)), noted(DOCUMENT, DAY)], HeldOn(THIRD_PARTY, 48)),
        ([noted(SAID, DAY), noted(DOCUMENT, date(2024, 6, 2))], HeldOn(SAID, 0)),
    ],
)
def test_strongest_kind_known_that_day_and_its_latest_age(evidence, held):
    assert {held_on(order, DAY) for order in permutations(evidence)} == {held}


@pytest.mark.parametrize("kind", EvidenceKind)
@pytest.mark.parametrize("more", EvidenceKind)
@pytest.mark.parametrize("months", [0, 13, 40])
def test_one_more_piece_of_evidence_never_weakens(kind, more, months):
    order = list(EvidenceKind)
    before = held_on([noted(kind, DAY)], DAY)
    after = held_on([noted(kind, DAY), noted(more, DAY - timedelta(days=31 * months))], DAY)
    assert order.index(after.kind) >= order.index(before.kind)
    assert after.kind != before.kind or after.months == before.months


@pytest.mark.parametrize(
    ("held", "said", "freshness"),
    [
        (HeldOn(), "sans appui noté", None),
        (HeldOn(SAID, 0), "sur parole, depuis moins d’un mois", Freshness.RECENT),
        (HeldOn(OBSERVED, 12), "observé, il y a 12\u00a0mois", Freshness.RECENT),
        (HeldOn(DOCUMENT, 13), "sur document, il y a 13\u00a0mois, à reprendre", Freshness.TO_RESUME),
        (HeldOn(THIRD_PARTY, 24), "par un tiers, il y a 24\u00a0mois, à reprendre", Freshness.TO_RESUME),
        (HeldOn(SAID, 25), "sur parole, il y a 25\u00a0mois, ancien", Freshness.OLD),
    ],
)
def test_strength_and_age_are_said_in_words(held, said, freshness):
    assert (held.said, held.freshness) == (said, freshness)


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


@pytest.fixture
def draft(cast):
    made = ReadingFactory(trajectory=cast.trajectory_a, created_by=cast.leader.person)
    made.authors.set([cast.leader.person, cast.board.person])
    return made


@pytest.fixture
def hold(cast, draft, dimensions):
    """The leader, or a co-author, says what the fact of D1 is held on."""

    def write(*evidence: EvidenceFacts, by=None, version: int | None = None) -> Positioning:
        facts = PositioningFacts(LEVEL, 2, "Un fait.", evidence=evidence)
        said = position(
            by=by or cast.leader, reading=draft, dimension=dimensions["D1"], facts=facts, expected_version=version
        )
        assert said
        return said

    return write


def meeting(cast, circle: Circle = Circle.STRUCTURE, trajectory=None) -> InterventionShare:
    kept = {"trajectory": trajectory or cast.trajectory_a, "circle": circle}
    made = InterventionFactory(title="La table du lundi", created_by=cast.practitioner.person, share=kept)
    return made.shares.get()


def test_evidence_is_written_with_its_fact_and_what_stays_is_left_alone(cast, hold):
    share, trial = meeting(cast), TrialFactory(trajectory=cast.trajectory_a)
    document = DocumentFactory(structure=cast.structure_a)
    first = EvidenceFacts(OBSERVED, DAY, " Vu au quai. ", Linked(share=share))
    others = [
        EvidenceFacts(SAID, DAY, linked=Linked(trial=trial)),
        EvidenceFacts(DOCUMENT, DAY, "", Linked(document=document)),
    ]
    hold(first, *others)
    kept = Evidence.objects.get(kind=OBSERVED)
    assert (kept.words, Linked.of(kept)) == ("Vu au quai.", Linked(share=share))
    said = hold(first, EvidenceFacts(THIRD_PARTY, DAY))
    assert [(one.kind, Linked.of(one)) for one in said.evidence.all()] == [
        (OBSERVED, Linked(share=share)),
        (THIRD_PARTY, NOWHERE),
    ]
    assert (Evidence.objects.filter(pk=kept.pk).exists(), said.version) == (True, 2)


def test_dimension_left_unread_takes_its_evidence_away(cast, hold, draft, dimensions):
    hold(EvidenceFacts(SAID, DAY))
    position(by=cast.leader, reading=draft, dimension=dimensions["D1"], facts=PositioningFacts(None))
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize("days", [1, -25 * 366])
def test_day_ahead_or_long_before_the_structure_is_refused(hold, days):
    with pytest.raises(OperationRefused, match="Appui 1"):
        hold(EvidenceFacts(SAID, timezone.localdate() + timedelta(days=days)))
    assert (Evidence.objects.count(), Positioning.objects.count()) == (0, 0)


def test_founder_may_remember_what_was_ten_years_before(cast, hold):
    hold(EvidenceFacts(SAID, cast.trajectory_a.started_on - timedelta(days=3600)))
    assert Evidence.objects.count() == 1


def test_fourth_piece_of_evidence_belongs_in_the_fact(hold):
    with pytest.raises(OperationRefused, match="Trois appuis au plus"):
        hold(*[EvidenceFacts(SAID, DAY)] * 4)


def test_evidence_leads_only_to_what_its_author_reads_of_this_trajectory(cast, hold):
    elsewhere = (
        Linked(share=meeting(cast, Circle.TEAM)),
        Linked(share=meeting(cast, trajectory=cast.trajectory_b)),
        Linked(trial=TrialFactory(trajectory=cast.trajectory_b)),
        Linked(document=DocumentFactory(structure=cast.structure_b)),
        Linked(trial=TrialFactory(trajectory=cast.trajectory_a), share=meeting(cast)),
    )
    for linked in elsewhere:
        with pytest.raises(OperationRefused, match="choisissez ce qui est proposé"):
            hold(EvidenceFacts(OBSERVED, DAY, linked=linked))
    assert Evidence.objects.count() == 0


def test_what_a_co_author_may_not_read_stays_linked_without_its_name(cast, draft, hold):
    draft.authors.add(cast.practitioner.person)
    kept = EvidenceFacts(OBSERVED, DAY, linked=Linked(share=meeting(cast, Circle.TEAM)))
    said = hold(kept, by=cast.practitioner)
    saved = list(said.evidence.all())
    choices = dict(linkable(draft.trajectory, cast.leader, saved).groups)["Déjà relié"]
    assert choices == ((f"appui-{saved[0].public_id}", "une intervention réservée"),)
    hold(kept, EvidenceFacts(SAID, DAY))
    assert [one.share_id for one in said.evidence.all()] == [kept.linked.share.pk, None]


def test_database_refuses_evidence_that_leads_to_two_things(cast, hold):
    said = hold()
    with pytest.raises(IntegrityError, match="evidence_leads_to_one_thing"):
        Evidence.objects.create(
            positioning=said,
            kind=SAID,
            noted_on=DAY,
            trial=TrialFactory(trajectory=cast.trajectory_a),
            document=DocumentFactory(structure=cast.structure_a),
        )


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE trajectories_evidence SET kind = 'third_party'",
        "UPDATE trajectories_evidence SET noted_on = '2024-01-01'",
        "UPDATE trajectories_evidence SET words = 'Autre chose.'",
        "UPDATE trajectories_evidence SET document_id = (SELECT max(id) FROM structures_structuredocument)",
        "DELETE FROM trajectories_evidence",
        "INSERT INTO trajectories_evidence (public_id, positioning_id, kind, noted_on, words)"
        " SELECT gen_random_uuid(), id, 'document', '2024-06-01', '' FROM trajectories_positioning",
    ],
)
def test_evidence_of_a_sealed_reading_is_not_changed_even_in_sql(cast, draft, hold, write):
    hold(EvidenceFacts(SAID, DAY, "Entendu.", Linked(document=DocumentFactory(structure=cast.structure_a))))
    DocumentFactory(structure=cast.structure_a)
    seal_reading(by=cast.leader, reading=draft)
    before = list(Evidence.objects.values())
    refused = pytest.raises(Error, match="a sealed reading never changes")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write)
    assert list(Evidence.objects.values()) == before


def test_evidence_is_not_moved_into_nor_out_of_a_sealed_reading(cast, draft, hold):
    said = hold(EvidenceFacts(SAID, DAY))
    sealed = ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, sealed=True).positionings.get()
    with pytest.raises(Error, match="a sealed reading never changes"), transaction.atomic():
        Evidence.objects.update(positioning=sealed)
    seal_reading(by=cast.leader, reading=draft)
    other = ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}).positionings.get()
    with pytest.raises(Error, match="a sealed reading never changes"), transaction.atomic():
        Evidence.objects.update(positioning=other)
    assert said.evidence.count() == 1


def test_link_of_a_sealed_reading_falls_with_what_it_led_to(cast, draft, hold):
    document = DocumentFactory(structure=cast.structure_a)
    hold(EvidenceFacts(DOCUMENT, DAY, "Le carnet.", Linked(document=document)))
    seal_reading(by=cast.leader, reading=draft)
    StructureDocument.objects.all().delete()
    left = Evidence.objects.get()
    assert (left.kind, left.words, left.document) == (DOCUMENT, "Le carnet.", None)


def test_stale_edit_writes_no_evidence(hold):
    hold(EvidenceFacts(SAID, DAY))
    with pytest.raises(StaleEdit):
        hold(EvidenceFacts(OBSERVED, DAY), version=0)
    assert Evidence.objects.get().kind == SAID


def test_reader_is_told_of_what_they_may_not_read_without_its_name(cast, draft, hold):
    draft.authors.add(cast.practitioner.person)
    said = hold(
        EvidenceFacts(OBSERVED, DAY, "Au quai.", Linked(share=meeting(cast, Circle.TEAM))), by=cast.practitioner
    )
    seen = {
        name: [(one.link, bool(one.url)) for one in grounds_of([said], cast.users[name])[said.pk].lines]
        for name in ("practitioner", "leader")
    }
    assert seen == {"practitioner": [("La table du lundi", True)], "leader": [("une intervention réservée", False)]}
    bare = grounds_of([said], cast.leader, with_texts=False)[said.pk]
    assert (bare.held.kind, bare.lines) == (OBSERVED, ())


LINE = {"kind_1": "observed", "noted_on_1": "2024-05-14", "words_1": "Au quai, vers midi."}
READ = {"answer": "2", "observed_fact": "La balance a changé de place."}


def test_author_says_what_the_fact_is_held_on_and_the_reading_tells_it(cast, visits, draft):
    share = meeting(cast)
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    nadia.press("Enregistrer et s’arrêter là", **READ, **LINE, link_1=f"intervention-{share.intervention.public_id}")
    saved = Evidence.objects.get()
    assert (saved.kind, saved.noted_on, saved.words, saved.share) == (
        OBSERVED,
        date(2024, 5, 14),
        "Au quai, vers midi.",
        share,
    )
    told = nadia.open(draft.get_absolute_url()).section("1 dimension lue sur 9")
    assert "Observé, 14 mai 2024 · La table du lundi · Au quai, vers midi." in told


def test_intervention_gives_its_day_to_a_line_that_says_none(cast, visits, draft):
    share = meeting(cast)
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    link = f"intervention-{share.intervention.public_id}"
    nadia.press("Enregistrer et s’arrêter là", **READ, kind_2="observed", link_2=link)
    assert Evidence.objects.get().noted_on == share.occurred_on


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"noted_on_1": "2024-05-14", "words_1": "Au quai."}, "kind_1"),
        ({"kind_1": "said"}, "noted_on_1"),
        ({"kind_3": "said", "noted_on_3": "1996-01-01"}, "noted_on_3"),
        ({"kind_1": "said", "noted_on_1": "2999-01-01"}, "noted_on_1"),
        ({"kind_1": "said", "noted_on_1": "2024-05-14", "link_1": "document-inconnu"}, "link_1"),
    ],
)
def test_line_that_is_half_written_is_refused_beside_its_field(visits, draft, typed, field):
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    page = nadia.press("Enregistrer et s’arrêter là", **READ, **typed)
    assert list(page.errors()) == [field]
    assert Positioning.objects.count() == 0


def test_two_authors_at_once_choose_line_by_line(cast, visits, draft, hold):
    hold(EvidenceFacts(SAID, DAY, "Entendu."))
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    hold(EvidenceFacts(THIRD_PARTY, DAY, "La mairie."), by=cast.board)
    page = nadia.press("Enregistrer et s’arrêter là", **READ, kind_1="observed", noted_on_1="2024-06-01", words_1="Vu.")
    assert "La mairie." in page.words
    assert Evidence.objects.get().words == "La mairie."
    typed = dict(values_of(page.form_of("Enregistrer et s’arrêter là")))
    nadia.client.post(page.address, typed | {"later": "1", "take-words_1": "theirs", "take-kind_1": "mine"})
    saved = Evidence.objects.get()
    assert (saved.kind, saved.words) == (OBSERVED, "La mairie.")


def test_fact_that_only_judges_is_remarked_upon_and_sealed_all_the_same(cast, visits, draft):
    nadia = visits("leader")
    nadia.open(f"{draft.get_absolute_url()}D1/")
    nadia.press("Enregistrer et s’arrêter là", answer="2", observed_fact="Globalement, bonne ambiance.")
    assert "Ce texte dit surtout un avis" in nadia.open(draft.get_absolute_url()).words
    seal_reading(by=cast.leader, reading=draft)
    assert "Ce texte dit surtout un avis" not in nadia.open(draft.get_absolute_url()).words


def test_page_of_evidence_puts_what_is_on_word_only_first(cast, visits, draft, hold, dimensions):
    hold(EvidenceFacts(SAID, timezone.localdate() - timedelta(days=500), "Entendu."))
    observed = PositioningFacts(LEVEL, 3, "Vu.", evidence=[EvidenceFacts(OBSERVED, timezone.localdate())])
    position(by=cast.leader, reading=draft, dimension=dimensions["D2"], facts=observed)
    position(by=cast.leader, reading=draft, dimension=dimensions["D3"], facts=PositioningFacts(LEVEL, 3, "Un fait."))
    address = f"{cast.trajectory_a.get_absolute_url()}appuis/"
    assert "Aucun repère pour l’instant" in visits("staff").open(address).words
    seal_reading(by=cast.leader, reading=draft)
    page = visits("staff").open(address)
    headings = ["Sur parole", "Sans appui noté", "Observés"]
    assert sorted(headings, key=page.html.index) == headings
    assert "Travail vivant · Direction · Mise en question il y a 16" in page.section("Sur parole")
    assert "à reprendre" in page.section("Sur parole")
    assert visits("coordinator").open(address).status == 403


def test_dimension_page_says_and_draws_what_is_on_word_only(cast, visits, draft, hold):
    hold(EvidenceFacts(SAID, timezone.localdate(), "Entendu."))
    seal_reading(by=cast.leader, reading=draft)
    page = visits("staff").open(f"{cast.trajectory_a.get_absolute_url()}dimensions/D1/")
    assert "Mise en question sur parole, depuis moins d’un mois" in page.section("Ce qui a été observé")
    assert "Direction 2 (sur parole, depuis moins d’un mois)" in page.html
    assert "Signe creux : sur parole." in page.section("Les regards aujourd’hui")
    # Whoever does not read the texts is told how it is held, neither in which words nor where.
    outside = visits("coordinator").open(f"{cast.trajectory_a.get_absolute_url()}dimensions/D1/")
    assert "sur parole" in outside.section("Ce qui a été observé")
    assert "Entendu." not in outside.html


def test_viewpoints_are_held_each_on_its_own(cast, hold, draft, visits):
    hold(EvidenceFacts(SAID, DAY))
    seal_reading(by=cast.leader, reading=draft)
    ReadingFactory(trajectory=cast.trajectory_a, viewpoint=Viewpoint.TEAM, levels={"D1": 4}, sealed=True)
    page = visits("leader").open(f"{cast.trajectory_a.get_absolute_url()}appuis/")
    assert ("Direction" in page.section("Sur parole"), "Équipe" in page.section("Sans appui noté")) == (True, True)


def test_evidence_is_seen_with_the_facts_that_it_holds(cast, draft, hold):
    hold(EvidenceFacts(SAID, DAY))

    def seen_by() -> set[str]:
        return {name for name, user in cast.users.items() if Evidence.objects.visible_to(user).exists()}

    assert seen_by() == {"leader", "board"}
    seal_reading(by=cast.leader, reading=draft)
    assert seen_by() == {"practitioner", "leader", "board", "staff", "volunteer"}
