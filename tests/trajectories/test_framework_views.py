"""The pages of the référentiel: read by all, prepared by coordination without a script."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from efc_platform.backstage.models import Draft
from tests.visitor import Visitor
from trajectories import operations
from trajectories.framework import DATA, load_framework
from trajectories.framework_words import words_of
from trajectories.models import FrameworkState, FrameworkVersion

pytestmark = pytest.mark.django_db
DEFAULT = (DATA / "referentiel-efc.yaml").read_text(encoding="utf-8")


@pytest.fixture
def published(cast) -> FrameworkVersion:
    return load_framework()


@pytest.fixture
def draft(cast, published) -> FrameworkVersion:
    return operations.start_framework(by=cast.coordinator, based_on=published)


@pytest.fixture
def coordinator(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.coordinator))


@pytest.fixture
def reader(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.nobody))


def page(name: str, *args) -> str:
    return reverse(name, args=args)


def test_everybody_reads_the_published_version_from_its_list_to_a_criterion(reader, published):
    reader.open(page("frameworks"))
    reader.click("Lire la version 1")
    assert reader.page.heading == "Référentiel EFC version 1"
    reader.click("Travail vivant et reconnaissance")
    criterion = published.dimensions.get(code="D1").criteria.first()
    assert criterion.text in reader.page.words
    assert "Reformuler" not in reader.page.words


def test_coordination_begins_rewords_and_publishes_without_a_script(coordinator, reader, published):
    coordinator.open(page("frameworks"))
    coordinator.press("Partir de la plus récente")
    assert "Rien ne manque" in coordinator.page.words
    coordinator.click("Ressources immatérielles")
    coordinator.click("Reformuler D2.1")
    coordinator.press("Enregistrer", text="Confiance\u00a0: elle se raconte.", why="Trop long à l’oral.")
    assert coordinator.page.messages == ["C’est changé, avec votre raison."]
    assert "Confiance : elle se raconte." in coordinator.page.words
    assert reader.open(page("framework", 2)).status == 404
    coordinator.open(page("framework", 2))
    coordinator.click("Publier")
    assert "Trop long à l’oral." in coordinator.page.section("Ce qui change")
    coordinator.press("Publier la version 2", why="Une version plus facile à dire.")
    made = FrameworkVersion.objects.get(number=2)
    assert (made.state, made.why) == (FrameworkState.PUBLISHED, "Une version plus facile à dire.")
    reader.open(page("framework_compare", 2, 1))
    assert "[retiré : " in reader.page.words
    assert "Pourquoi : Trop long à l’oral." in reader.page.words


def test_preview_is_the_page_of_readers(coordinator, reader, draft, published):
    preview = coordinator.open(page("framework_dimension", 2, "D2") + "?vue=lecture").section("À quoi regarder")
    assert "Reformuler" in coordinator.open(page("framework_dimension", 2, "D2")).section("À quoi regarder")
    read = reader.open(page("framework_dimension", 1, "D2")).section("À quoi regarder")
    # A remark is about what was published.
    assert preview == re.sub(r" Laisser une remarque sur D2\.\d", "", read)


@pytest.mark.parametrize(
    ("part", "key", "typed"),
    [
        ("mots", "tout", {"name": "Notre carte"}),
        ("axe", "A", {"name": "Au-dedans"}),
        ("dimension", "living_work", {"question": "Qui sait ce que le travail demande\u00a0?"}),
        ("critere", "D1.1", {"text": "On raconte le travail."}),
        ("reperes", "living_work", {"level_3": "Une équipe essaie."}),
    ],
)
def test_each_part_is_reworded_with_its_reason(coordinator, draft, part, key, typed):
    coordinator.open(page("framework_part", 2, part, key))
    refused = coordinator.press("Enregistrer", **typed)
    assert refused.errors() == {"why": "Ce champ est obligatoire."}
    coordinator.press("Enregistrer", why="Dit en débat.", **typed)
    assert coordinator.page.messages == ["C’est changé, avec votre raison."]
    assert [one.why for one in draft.changes.all()] == ["Dit en débat."]
    assert str(next(iter(typed.values()))).split("\u00a0")[0] in str(words_of(FrameworkVersion.objects.get(number=2)))


def test_two_people_reword_one_dimension_and_choose_field_by_field(cast, coordinator, draft):
    mine = coordinator.open(page("framework_part", 2, "dimension", "living_work"))
    one = draft.dimensions.get(key="living_work")
    names = {name: getattr(one, name) for name in ("axis", "name", "short_name", "spoke_name")}
    told = names | {"question": "La leur\u00a0?", "why": "?"}
    operations.edit_dimension(by=cast.coordinator, dimension=one, expected_version=1, **told)
    shown = coordinator.press("Enregistrer", page=mine, question="La mienne\u00a0?", why="Plus direct.")
    assert "La leur ?" in shown.words
    assert shown.typed("question") == "La mienne\u00a0?"
    one.refresh_from_db()
    assert one.question == "La leur\u00a0?"
    coordinator.press("Enregistrer")
    one.refresh_from_db()
    assert one.question == "La mienne\u00a0?"


def test_order_is_changed_by_buttons_and_kept_with_a_reason(coordinator, draft):
    coordinator.open(page("framework_order", 2, "critere", "living_work"))
    coordinator.press("Descendre D1.1")
    coordinator.press("Descendre D1.1", why="Le pouvoir d’agir d’abord.")
    assert draft.changes.count() == 0
    assert coordinator.page.typed("why") == "Le pouvoir d’agir d’abord."
    coordinator.press("Garder cet ordre")
    one = draft.dimensions.get(key="living_work")
    assert [sign.code for sign in one.criteria.all()] == ["D1.2", "D1.3", "D1.1", "D1.4"]
    assert draft.changes.get().why == "Le pouvoir d’agir d’abord."


def test_order_kept_without_a_reason_says_so_and_loses_nothing(coordinator, draft):
    coordinator.open(page("framework_order", 2, "axe", "tout"))
    coordinator.press("Monter B")
    refused = coordinator.press("Garder cet ordre")
    assert refused.errors() == {"why": "Ce champ est obligatoire."}
    assert refused.words.index("Relations externes") < refused.words.index("Organisation interne")
    assert draft.changes.count() == 0


def test_part_is_added_once_however_often_the_form_is_sent(coordinator, draft):
    form = coordinator.open(page("framework_add", 2, "critere", "living_work"))
    for _ in range(3):
        coordinator.press("Ajouter", page=form, text="Un signe de plus.", why="Vu souvent.")
    assert draft.dimensions.get(key="living_work").criteria.filter(text="Un signe de plus.").count() == 1


def test_added_dimension_waits_with_what_it_lacks_beside_it(coordinator, draft):
    coordinator.open(page("framework_add", 2, "dimension", "D"))
    names = {"name": "Le temps long", "short_name": "Temps", "spoke_name": "Temps", "question": "Jusqu’à quand\u00a0?"}
    coordinator.press("Ajouter", why="?", **names)
    assert "à compléter" in coordinator.page.section("Visée")
    coordinator.click("Publier")
    assert "Il faut au moins un critère à regarder." in coordinator.page.section("Ce qui manque encore")
    coordinator.click("Aller l’écrire (D10)")
    assert coordinator.page.heading in {"Le temps long", "Décrire les repères de « Temps »"}


def test_part_is_removed_after_what_it_means_was_read(coordinator, draft):
    coordinator.open(page("framework_dimension", 2, "D9"))
    coordinator.click("Retirer cette dimension")
    assert "ne se lira plus sous cet angle" in coordinator.page.words
    coordinator.press("Retirer", why="Reprise ailleurs.")
    assert not draft.dimensions.filter(code="D9").exists()


def test_axis_that_is_not_empty_is_refused_with_its_reason_kept(coordinator, draft):
    coordinator.open(page("framework_remove", 2, "axe", "A"))
    refused = coordinator.press("Retirer", why="Trop.")
    assert "encore des dimensions" in refused.words
    assert refused.typed("why") == "Trop."


def test_text_sent_once_its_version_is_published_is_given_back(cast, coordinator, draft):
    form = coordinator.open(page("framework_part", 2, "critere", "D1.1"))
    operations.publish_framework(by=cast.coordinator, framework=draft, expected_changes=0, why="?")
    refused = coordinator.press("Enregistrer", page=form, text="Trop tard, mais gardé.", why="?")
    assert "elle ne change plus" in refused.words
    assert refused.typed("text") == "Trop tard, mais gardé."
    assert coordinator.open(page("framework_part", 2, "critere", "D1.1")).address == page("framework", 2)


def test_what_is_typed_is_kept_as_a_draft(coordinator, cast, draft):
    coordinator.open(page("framework_part", 2, "critere", "D1.1"))
    form = coordinator.page.form_of("Enregistrer")
    hidden = {
        one.get("name"): one.get("value") for one in form.iter("input") if one.get("name", "").startswith("draft")
    }
    typed = hidden | {"text": "À moitié", "version": "1"}
    assert coordinator.client.post(page("draft_keep"), typed).status_code == 302
    assert Draft.objects.of(cast.coordinator).unsent().count() == 1
    assert coordinator.open(page("framework_part", 2, "critere", "D1.1")).typed("text") == "À moitié"
    coordinator.press("Enregistrer", why="?")
    assert Draft.objects.of(cast.coordinator).unsent().count() == 0


def test_version_is_retired_from_its_page(cast, coordinator, reader, draft, published):
    assert "Retirer cette version" not in coordinator.open(page("framework", 1)).words
    operations.publish_framework(by=cast.coordinator, framework=draft, expected_changes=0, why="?")
    coordinator.open(page("framework", 1))
    coordinator.press("Retirer cette version")
    published.refresh_from_db()
    assert published.state == FrameworkState.RETIRED
    assert "Elle reste lisible" in reader.open(page("framework", 1)).words


def test_draft_is_left_once_that_was_confirmed(coordinator, draft):
    coordinator.open(page("framework_drop", 2))
    coordinator.press("Laisser cette version")
    assert FrameworkVersion.objects.filter(number=2).exists()
    coordinator.press("Laisser cette version", is_sure="on")
    assert not FrameworkVersion.objects.filter(number=2).exists()


def test_file_taken_away_is_the_one_that_an_import_reads(cast, coordinator, reader, published):
    taken = reader.client.get(page("framework_file", 1))
    assert taken.content.decode() == DEFAULT
    assert taken["Content-Disposition"] == 'attachment; filename="referentiel-version-1.yaml"'
    file = SimpleUploadedFile("referentiel.yaml", DEFAULT.replace("Déjà-là", "Là").encode())
    answer = coordinator.client.post(page("framework_import"), {"file": file, "why": "Relu ailleurs."})
    assert answer.headers["Location"] == page("framework", 2)
    assert words_of(FrameworkVersion.objects.get(number=2)).levels[0].name == "Là"


def test_faulty_text_is_given_back_with_its_line(coordinator, published):
    coordinator.open(page("framework_import"))
    refused = coordinator.press("Lire ce fichier", text=DEFAULT.replace("version: 1", "version: un"), why="?")
    assert "Ligne 3 : « version » est un nombre entier" in refused.errors()["text"]
    assert refused.typed("text").startswith("# Les repères")
    assert FrameworkVersion.objects.count() == 1


def test_import_asks_for_a_file_or_a_text_and_refuses_what_is_no_text(coordinator, published):
    coordinator.open(page("framework_import"))
    assert coordinator.press("Lire ce fichier", why="?").errors() == {
        "file": "Choisissez un fichier, ou collez son texte."
    }
    heavy = SimpleUploadedFile("lourd.yaml", b"x" * 200_001)
    answer = coordinator.client.post(page("framework_import"), {"file": heavy, "why": "?"})
    assert "trop lourd" in answer.content.decode()
    binary = SimpleUploadedFile("image.yaml", b"\x89PNG\x00\x00")
    answer = coordinator.client.post(page("framework_import"), {"file": binary, "why": "?"})
    assert "ne se lit pas comme un texte" in answer.content.decode()


def test_wording_is_escaped_where_it_is_compared(cast, coordinator, draft):
    one = draft.dimensions.get(key="living_work").criteria.get(code="D1.1")
    text = "<img src=x onerror=alert(1)> & <ins>"
    operations.edit_criterion(by=cast.coordinator, criterion=one, expected_version=1, text=text, why=text)
    html = coordinator.open(page("framework_compare", 2, 1)).html
    assert "<img src=x" not in html
    assert "&lt;img" in html


def test_trajectory_is_opened_on_the_version_that_is_chosen(cast, coordinator, draft, published):
    address = page("trajectory_open", cast.structure_b.public_id)
    cast.trajectory_b.closed_on = cast.trajectory_b.started_on
    cast.trajectory_b.save()
    assert "Version du référentiel" not in coordinator.open(address).words
    operations.publish_framework(by=cast.coordinator, framework=draft, expected_changes=0, why="?")
    coordinator.open(address)
    coordinator.press("Ouvrir", framework_version="1")
    assert cast.structure_b.trajectories.get(closed_on=None).framework_version == published
