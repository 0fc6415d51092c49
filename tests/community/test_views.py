"""What the pages of the community show, and to whom."""

import pytest
from django.urls import reverse
from django.utils import timezone

from community import operations
from community.models import ContributionKind, ExperienceReport
from tests.factories.community import AnswerFactory, ContributionFactory, ReportFactory, ResourceFactory
from tests.visitor import Page, Visitor


@pytest.fixture
def visit(cast, names, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def opened(visit, name: str, address: str) -> Page:
    return visit(name).open(address)


HOME = "/communaute/"


# Home


def test_home_lists_what_is_shared_newest_first_and_drafts_apart(cast, visit):
    old = ReportFactory(shared=True, title="Hier", shared_at=timezone.now() - timezone.timedelta(days=2))
    ReportFactory(shared=True, title="Aujourd’hui")
    ReportFactory(title="D’une autre")
    ReportFactory(created_by=cast.member.person, title="À moi")
    ContributionFactory(report=old)
    page = opened(visit, "member", HOME)
    listed = page.section("Les derniers partagés")
    assert listed.index("Aujourd’hui") < listed.index("Hier")
    assert "1 contribution" in listed
    assert page.section("Mes brouillons") == "À moi"
    assert "D’une autre" not in page.words


def test_home_tells_authors_what_waits_for_them(cast, disagreement, visit):
    assert "Sofia Benali, sur « Le tri »" in opened(visit, "practitioner", HOME).section(
        "Désaccords restés sans réponse"
    )
    assert "Désaccords restés sans réponse" not in opened(visit, "member", HOME).words


def test_empty_home_leads_to_the_first_report(cast, visit):
    page = opened(visit, "member", HOME)
    assert "Rien n’est encore partagé" in page.words
    assert page.links["Écrire le premier"] == reverse("experience_report_new")


def test_search_groups_what_it_finds_whatever_the_accents(cast, visit):
    report = ReportFactory(shared=True, title="Le métier")
    ContributionFactory(report=report, text="Chez nous aussi, un métier a disparu.")
    ContributionFactory(report=report, text="Un autre métier.", withdrawn_at=timezone.now())
    ContributionFactory(report=ReportFactory(), text="Un métier caché.")
    ResourceFactory(title="Le tour des métiers")
    page = opened(visit, "member", f"{HOME}?q=metier")
    assert page.section("Retours d’expérience").startswith("Le métier")
    assert page.section("Dans les débats").startswith(
        "Question de clarification sur « Le métier » Chez nous aussi, un métier a disparu."
    )
    assert "caché" not in page.words
    assert "autre métier" not in page.words
    assert page.section("Dans les fiches").startswith("Le tour des métiers")


@pytest.mark.parametrize("query", ["q=introuvable", "q=%00", "dimension=D9", "dimension=D42", "page=99", "q=%22%26%7C"])
def test_home_answers_whatever_is_asked(cast, shared, visit, query):
    assert opened(visit, "member", f"{HOME}?{query}").status == 200


def test_dimension_narrows_the_list(cast, shared, visit):
    shared.dimensions.set(cast.trajectory_a.framework_version.dimensions.filter(code="D1"))
    ReportFactory(shared=True, title="Ailleurs")
    listed = opened(visit, "member", f"{HOME}?dimension=D1").section("Retours d’expérience · Travail vivant")
    assert listed.startswith("Le tri")
    assert "Ailleurs" not in listed


def test_long_list_is_cut_in_pages(cast, visit):
    for rank in range(21):
        ReportFactory(shared=True, title=f"Retour {rank:02}")
    page = opened(visit, "member", HOME)
    assert "Page 1 sur 2" in page.words
    assert "Retour 00" in opened(visit, "member", f"{HOME}?page=2").words


# A report


def test_report_shows_the_parts_that_are_written(cast, visit):
    report = ReportFactory(shared=True, kept="Rejouer **avant** de nommer.\n\n> Une parole.", effects="")
    page = opened(visit, "member", report.get_absolute_url())
    assert page.heading == report.title
    assert "Ce que nous en gardons Rejouer avant de nommer. Une parole." in page.words
    assert "Les effets observés" not in page.words


def test_markup_typed_in_a_text_is_shown_as_it_was_typed(cast, visit):
    report = ReportFactory(shared=True, kept="<script>alert(1)</script> [ici](javascript:alert(1))")
    html = opened(visit, "member", report.get_absolute_url()).html
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def test_structure_is_shown_to_the_authors_and_never_to_the_community(cast, visit):
    report = ReportFactory(
        shared=True,
        created_by=cast.practitioner.person,
        structure=cast.structure_a,
        consent_on=timezone.localdate(),
        consent_scope="Entre pairs",
    )
    assert "La structure Alpha" in opened(visit, "practitioner", report.get_absolute_url()).section("Entre nous")
    page = opened(visit, "member", report.get_absolute_url())
    assert "Alpha" not in page.html
    assert "Entre pairs" not in page.html


def test_those_who_direct_the_structure_read_without_taking_part(cast, shared, disagreement, visit):
    ExperienceReport.objects.filter(pk=shared.pk).update(structure=cast.structure_a)
    page = opened(visit, "leader", shared.get_absolute_url())
    assert "Ce texte vient de votre structure." in page.words
    assert "Désaccord argumenté reste ouvert" in page.section("Le débat")
    assert not {"Contribuer au débat", "Répondre à Sofia Benali", "Communauté"} & page.links.keys()
    assert page.links["Alpha"] == cast.structure_a.get_absolute_url()


def test_draft_says_who_reads_it(cast, visit):
    report = ReportFactory(created_by=cast.member.person)
    page = opened(visit, "member", report.get_absolute_url())
    assert "Brouillon : vous seul·e et vos co-auteur·es le lisez." in page.words
    assert {"Modifier", "Partager"} <= page.links.keys()
    assert opened(visit, "trainer", report.get_absolute_url()).status == 404


def test_authors_rewrite_and_take_back_readers_contribute(cast, shared, visit):
    mine = opened(visit, "practitioner", shared.get_absolute_url())
    assert "Modifier" in mine.links
    assert mine.form_of("Retirer") is not None
    assert not {"Contribuer au débat", "Partager"} & mine.links.keys()
    theirs = opened(visit, "member", shared.get_absolute_url())
    assert "Contribuer au débat" in theirs.links
    assert "Modifier" not in theirs.links


def test_debate_tells_kind_author_link_and_answers(cast, shared, disagreement, visit):
    sheet = ResourceFactory(title="Travail réel", kind="concept")
    ContributionFactory(report=shared, kind=ContributionKind.CONCEPT, text="Un écart.", linked_resource=sheet)
    AnswerFactory(answers_to=disagreement, text="C’est juste.", author=cast.practitioner.person)
    debate = opened(visit, "trainer", shared.get_absolute_url()).section("Le débat")
    assert debate.startswith("Désaccord argumenté reste ouvert Ne rien conclure")
    assert "Réponse C’est juste. Inès Carrel" in debate
    assert "concept : Travail réel" in debate


def test_disagreement_taken_back_is_no_longer_open_nor_read(cast, shared, disagreement, visit):
    AnswerFactory(answers_to=disagreement, text="C’est juste.")
    operations.withdraw_contribution(by=cast.member, contribution=disagreement)
    page = opened(visit, "trainer", shared.get_absolute_url())
    assert page.section("Le débat").startswith(
        "Désaccord argumenté Contribution retirée par son auteur·e. Réponse C’est"
    )
    assert "décrocher" not in page.html
    assert "reste ouvert" not in page.html
    versions = reverse("contribution_versions", args=[disagreement.public_id])
    assert {opened(visit, name, versions).status for name in ("member", "practitioner")} == {404}


def test_contribution_rewritten_leads_to_what_it_was(cast, shared, disagreement, visit):
    before = disagreement.text
    operations.edit_contribution(
        by=cast.member, contribution=disagreement, expected_version=1, text=f"{before} Six mois durant."
    )
    trainer = visit("trainer")
    page = trainer.open(shared.get_absolute_url())
    (label,) = [one for one in page.links if one.startswith("modifiée le")]
    page = trainer.click(label)
    assert page.heading == "Désaccord argumenté : les versions"
    assert "Six mois durant." in page.section("Aujourd’hui")
    assert page.section("Avant").endswith(before)
    assert trainer.click("Revenir à « Le tri »").heading == "Le tri"


# Sharing


def test_preview_says_what_misses_and_who_would_be_recognised(cast, visit):
    report = ReportFactory(created_by=cast.practitioner.person, title="Chez Alpha", question="")
    page = opened(visit, "practitioner", reverse("experience_report_share", args=[report.public_id]))
    before = page.section("Avant de partager")
    assert "Il manque encore : la question adressée à la communauté." in before
    assert "« Alpha », le nom d’une structure, dans « Le titre »" in before
    assert page.links["Reprendre le texte"] == reverse("experience_report_edit", args=[report.public_id])
    assert "Ce que la communauté lira" in page.words


def test_refused_sharing_keeps_what_was_typed(cast, visit):
    report = ReportFactory(created_by=cast.practitioner.person, kept="Chez Bêta.")
    ines = visit("practitioner")
    ines.open(reverse("experience_report_share", args=[report.public_id]))
    today = timezone.localdate().isoformat()
    page = ines.press(
        "Partager avec la communauté", is_about_structure="yes", consent_on=today, consent_scope="Entre pairs"
    )
    assert "« Bêta », le nom d’une structure, dans « Ce que nous en gardons »" in page.words
    assert (page.typed("consent_on"), page.typed("consent_scope")) == (today, "Entre pairs")


def test_sharing_a_text_changed_since_shows_the_new_one_first(cast, visit):
    report = ReportFactory(created_by=cast.practitioner.person, authors=[cast.practitioner.person, cast.member.person])
    ines, sofia = visit("practitioner"), visit("member")
    ines.open(reverse("experience_report_share", args=[report.public_id]))
    sofia.open(reverse("experience_report_edit", args=[report.public_id]))
    sofia.press("Enregistrer", kept="Ajouté entre-temps.")
    page = ines.press("Partager avec la communauté", is_about_structure="no")
    assert "Ce texte a été modifié depuis que vous l’avez relu" in page.words
    assert "Ajouté entre-temps." in page.words
    ines.press("Partager avec la communauté")
    assert ines.press("Partager").messages == ["C’est partagé. La communauté peut le lire et y répondre."]


# Forms that are refused, sent twice, overtaken


def test_refusals_stand_beside_their_fields(cast, shared, visit):
    sofia = visit("member")
    sofia.open(reverse("contribution_new", args=[shared.public_id]))
    assert sofia.press("Contribuer").errors() == {
        "kind": "Ce champ est obligatoire.",
        "text": "Ce champ est obligatoire.",
    }
    page = sofia.press("Contribuer", kind="disagreement", text="Non.")
    assert page.errors()["text"].startswith("Un désaccord aide quand il donne ses raisons")
    assert list(sofia.press("Contribuer", kind="neighbouring", text="Chez nous.").errors()) == ["linked_report"]
    assert list(sofia.press("Contribuer", kind="concept", text="Une idée.").errors()) == ["linked_resource"]
    assert sofia.page.typed("text") == "Une idée."


def test_shared_report_refuses_a_name_beside_its_part(cast, shared, visit):
    ines = visit("practitioner")
    ines.open(reverse("experience_report_edit", args=[shared.public_id]))
    page = ines.press("Enregistrer", situation="Chez Bêta, un matin.")
    assert "« Bêta », le nom d’une structure, dans « La situation »" in page.errors()["situation"]
    assert page.typed("situation") == "Chez Bêta, un matin."


@pytest.mark.parametrize(
    ("address", "button", "typed"),
    [
        ("experience_report_new", "Garder le brouillon", {"title": "Un silence"}),
        (
            "resource_new",
            "Enregistrer",
            {"kind": "tool", "title": "Un carnet", "intention": "Voir.", "usage": "À deux."},
        ),
    ],
)
def test_form_sent_twice_writes_once(cast, visit, address, button, typed):
    sofia = visit("member")
    form = sofia.open(reverse(address))
    first = sofia.press(button, page=form, **typed)
    again = sofia.press(button, page=form, **typed)
    assert (first.heading, again.address) == (typed["title"], first.address)


def test_contribution_and_answer_sent_twice_are_written_once(cast, shared, visit):
    sofia, ines = visit("member"), visit("practitioner")
    form = sofia.open(reverse("contribution_new", args=[shared.public_id]))
    for _time in range(2):
        sofia.press("Contribuer", page=form, kind="question", text="Qui était là ?")
    contribution = shared.contributions.get()
    form = ines.open(reverse("contribution_answer", args=[contribution.public_id]))
    for _time in range(2):
        ines.press("Répondre", page=form, text="Toute l’équipe.")
    assert shared.contributions.count() == 2


def test_report_edited_by_two_shows_both_texts(cast, content, visit):
    report = ReportFactory(created_by=cast.practitioner.person, authors=[cast.practitioner.person, cast.member.person])
    ines, sofia = visit("practitioner"), visit("member")
    for visitor in (ines, sofia):
        visitor.open(report.get_absolute_url())
        visitor.click("Modifier")
    ines.press("Enregistrer", kept="Le texte d’Inès.", phase="journey")
    page = sofia.press("Enregistrer", kept="Le texte de Sofia.")
    warning = page.section("Ce texte a changé entre-temps : Ce que nous en gardons")
    assert "Le texte d’Inès. Ce que vous avez écrit Le texte de Sofia." in warning
    assert "cheminement" in page.section("Ce texte a changé entre-temps : Moment de l’accompagnement")
    assert sofia.press("Enregistrer").messages == ["Le retour d’expérience est enregistré."]
    report.refresh_from_db()
    assert (report.kept, report.version) == ("Le texte de Sofia.", 3)
    assert set(report.authors.all()) == {cast.practitioner.person, cast.member.person}


def test_contribution_open_in_two_tabs_shows_both_texts(cast, shared, disagreement, visit):
    sofia = visit("member")
    first = second = sofia.open(reverse("contribution_edit", args=[disagreement.public_id]))
    sofia.press("Enregistrer", page=first, text=f"{disagreement.text} Un.")
    page = sofia.press("Enregistrer", page=second, text=f"{disagreement.text} Deux.")
    assert "Un. Ce que vous avez écrit" in page.section("Ce texte a changé entre-temps : Votre texte")
    assert sofia.press("Enregistrer").messages == ["Votre texte est modifié ; ce qu’il était reste lisible."]


def test_sheet_edited_by_two_shows_both_texts(cast, visit):
    sheet = ResourceFactory(title="Le carnet")
    sofia, maud = visit("member"), visit("trainer")
    for visitor in (sofia, maud):
        visitor.open(sheet.get_absolute_url())
        visitor.click("Modifier la fiche")
    sofia.press("Enregistrer", status="proven")
    page = maud.press("Enregistrer", limits="Le bruit.")
    assert "éprouvé Ce que vous avez écrit en essai" in page.section("Ce texte a changé entre-temps : État")
    assert maud.press("Enregistrer").heading == "Le carnet"


def test_sheet_with_a_title_that_exists_is_refused_beside_it(cast, visit):
    ResourceFactory(kind="tool", title="Le carnet")
    sofia = visit("member")
    sofia.open(reverse("resource_new"))
    page = sofia.press("Enregistrer", kind="tool", title="Le carnet", intention="Voir.", usage="À deux.")
    assert page.errors() == {
        "title": "Une fiche de ce genre porte déjà ce titre : complétez-la, ou distinguez la vôtre."
    }


# Sheets


def test_sheets_are_listed_by_kind_and_found_by_words(cast, visit):
    ResourceFactory(kind="concept", title="Travail réel")
    ResourceFactory(kind="tool", title="Le carnet")
    sofia = visit("member")
    assert {"Travail réel", "Le carnet"} <= sofia.open("/communaute/fiches/").links.keys()
    assert "Le carnet" not in sofia.open("/communaute/fiches/?genre=concept").links
    assert "Travail réel" not in sofia.open("/communaute/fiches/?q=carnets").links
    assert "Aucune fiche ne répond à cela" in sofia.open("/communaute/fiches/?q=introuvable&genre=autre").words


def test_sheet_says_its_state_its_uses_its_authors_and_its_licence(cast, visit):
    sheet = ResourceFactory(title="Le carnet", status="contested", edited_by=cast.member.person)
    ReportFactory(shared=True, title="Deux colonnes", resources=[sheet])
    page = opened(visit, "trainer", sheet.get_absolute_url())
    assert "contesté Son usage est en débat" in page.words
    assert page.section("Situations d’usage") == "Deux colonnes"
    assert page.section("Qui l’écrit").startswith("Sofia Benali")
    assert "CC BY-SA 4.0" in page.words


def test_earlier_texts_of_a_sheet_stay_readable(cast, visit):
    sheet = ResourceFactory(title="Le carnet", usage="À deux.", edited_by=cast.member.person)
    maud = visit("trainer")
    maud.open(reverse("resource_edit", args=[sheet.public_id]))
    maud.press("Enregistrer", usage="À trois.")
    page = maud.click("ce qu’elle disait avant")
    assert "À trois." in page.section("Aujourd’hui")
    assert "À deux." in page.section("Avant")
