"""Documents and photos sent with an intervention: kept with it, or said beside their field, and never in its way."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from efc_platform.shared.errors import OperationRefused
from structures.models import StructureDocument
from tests.factories.trajectories import InterventionFactory
from tests.visitor import Visitor
from trajectories import operations
from trajectories.models import Intervention

pytestmark = pytest.mark.django_db


def photo(name: str = "IMG_2031.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#6f9aa3").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def word(name: str = "compte-rendu.txt", text: str = "Bonjour") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def visitor(cast, signed_in) -> Visitor:
    return Visitor(signed_in(cast.practitioner))


@pytest.fixture
def noted(cast) -> Intervention:
    return InterventionFactory(
        created_by=cast.practitioner.person, share={"trajectory": cast.trajectory_a, "account": "Fait."}
    )


def typed(cast, **more):
    return {
        "trajectory": cast.trajectory_a.public_id,
        "client_key": "7b1c2f0e-54d2-4f4f-9a77-0a4f7a0e5a11",
        "occurred_on": timezone.localdate().isoformat(),
        "minutes": "2 h",
        "modality": "other",
        "account": "Le tri se fait à deux.",
    } | more


def test_photos_and_documents_are_kept_with_what_is_noted(cast, visitor):
    answer = visitor.client.post(
        "/interventions/nouvelle/", typed(cast, uploads=[photo(), photo("image.jpg"), word("Relevé de tri.txt")])
    )
    made = Intervention.objects.get()
    assert answer.url == made.get_absolute_url()
    day = f"{timezone.localdate():%d}".lstrip("0")
    titles = [one.title for one in made.shares.get().documents.order_by("pk")]
    assert [title.split(f" {day}")[0] for title in titles] == ["Photo 1 du", "Photo 2 du", "Relevé de tri"]
    assert {one.added_by for one in StructureDocument.objects.all()} == {cast.practitioner.person}
    page = visitor.open(answer.url)
    assert "Relevé de tri" in page.section("Compte rendu")


def test_file_that_is_refused_is_said_beside_its_field_and_what_was_written_is_kept(cast, visitor):
    bad = SimpleUploadedFile("programme.exe", b"MZ\x90\x00")
    answer = visitor.client.post(
        "/interventions/nouvelle/", typed(cast, uploads=[bad, photo()], facts="Vu"), follow=True
    )
    made = Intervention.objects.get()
    assert (made.shares.get().account, made.shares.get().documents.count()) == ("Le tri se fait à deux.", 1)
    page = visitor._arrive(answer, "")
    assert page.messages == ["C’est noté. Vous pouvez compléter plus tard."]
    assert "Ce qui est écrit est enregistré ; ce fichier n’a pas été gardé : programme.exe : Ce genre" in page.words
    # The page that says so is the one that completes it: it goes on from what is saved.
    again = visitor.press("Enregistrer", uploads=[word()])
    assert again.messages == ["L’intervention est corrigée."]
    assert (Intervention.objects.count(), made.shares.get().documents.count()) == (1, 2)


def test_same_form_sent_twice_keeps_its_files_once(cast, visitor):
    for _ in range(2):
        visitor.client.post("/interventions/nouvelle/", typed(cast, uploads=[word()]))
    assert (Intervention.objects.count(), StructureDocument.objects.count()) == (1, 1)


def test_form_that_is_shown_again_asks_for_its_files_again(cast, visitor):
    answer = visitor.client.post("/interventions/nouvelle/", typed(cast, minutes="", uploads=[word()]), follow=True)
    page = visitor._arrive(answer, "")
    assert page.errors()["uploads"] == "Choisissez vos fichiers à nouveau : ils ne reviennent pas avec la page."
    assert (Intervention.objects.count(), StructureDocument.objects.count()) == (0, 0)


def test_files_are_added_when_it_is_corrected(cast, visitor, noted):
    visitor.open(f"{noted.get_absolute_url()}modifier/")
    page = visitor.press("Enregistrer", uploads=[word("Plan.txt"), word("vide.txt", "")])
    assert page.messages == ["L’intervention est corrigée."]
    assert "vide.txt : Ce fichier est vide." in page.words
    assert [one.title for one in noted.shares.get().documents.all()] == ["Plan"]


def test_more_than_eight_at_once_are_left_out(cast, noted):
    files = [word(f"{rank}.txt") for rank in range(10)]
    left_out = operations.attach_files(by=cast.practitioner, share=noted.shares.get(), uploads=files)
    assert [one.replace("\u00a0", " ") for one in left_out] == [
        "8.txt : 8 fichiers au plus à la fois.",
        "9.txt : 8 fichiers au plus à la fois.",
    ]
    assert noted.shares.get().documents.count() == 8


@pytest.mark.parametrize("name", ["leader", "coordinator", "other_practitioner", "former_practitioner"])
def test_who_did_not_lead_it_adds_nothing(cast, noted, name):
    with pytest.raises(OperationRefused, match="Seules les personnes qui ont mené"):
        operations.attach_files(by=cast.users[name], share=noted.shares.get(), uploads=[word()])
    assert StructureDocument.objects.count() == 0
