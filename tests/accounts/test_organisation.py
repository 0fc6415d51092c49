"""What the organisation says of itself: written by coordination, read on open pages, in mails and in documents."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts import operations
from efc_platform.backstage import mails
from efc_platform.backstage.models import Organisation, StoredFile
from efc_platform.backstage.organisation import sender, this_organisation
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.files import picture_of
from tests.factories.trainings import SessionFactory, TrainingFactory
from tests.visitor import Visitor

SIRET = "73282932000074"
SHEET = {"name": "Le réseau des rives", "contact": "bonjour@rives.example", "siret": SIRET}


@pytest.fixture
def visits(cast, signed_in):
    return lambda name: Visitor(signed_in(cast.users[name]))


def present(cast, *, expected_version: int = 0, **sheet) -> Organisation:
    return operations.present_organisation(by=cast.coordinator, expected_version=expected_version, **sheet)


def logo(kind: str = "PNG") -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", picture_of(kind))


@pytest.mark.parametrize("name", ["practitioner", "leader", "trainer", "nobody"])
def test_coordination_alone_presents_it(cast, name):
    with pytest.raises(OperationRefused, match="Seule la coordination présente"):
        operations.present_organisation(by=cast.users[name], expected_version=0, **SHEET)
    assert not Organisation.objects.exists()


def test_it_is_one_row_written_again_and_an_edit_overtaken_is_refused(cast):
    assert present(cast, **SHEET).version == 1
    assert present(cast, expected_version=1, name="Rives").version == 2
    assert Organisation.objects.get().contact == "bonjour@rives.example"
    with pytest.raises(StaleEdit):
        present(cast, expected_version=1, name="Autre")
    with pytest.raises(IntegrityError, match="one_organisation_runs_this_instance"), transaction.atomic():
        Organisation.objects.create(pk=2)


def test_until_somebody_writes_it_the_environment_names_it(settings, cast):
    settings.PUBLISHER_NAME, settings.PUBLISHER_CONTACT = "Nommée ailleurs", "ailleurs@exemple.example"
    assert (this_organisation().name, this_organisation().version) == ("Nommée ailleurs", 0)
    present(cast, siret=SIRET)
    assert (this_organisation().name, this_organisation().contact) == ("Nommée ailleurs", "ailleurs@exemple.example")


def test_logo_is_kept_served_replaced_and_taken_away(cast, client):
    first = present(cast, logo=logo()).logo
    answer = client.get("/organisation/logo/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content)[:8] == b"\x89PNG\r\n\x1a\n"
    second = present(cast, expected_version=1, logo=logo()).logo
    assert list(StoredFile.objects.all()) == [second] != [first]
    present(cast, expected_version=2, without_logo=True)
    assert not StoredFile.objects.exists()
    assert client.get("/organisation/logo/").status_code == 404


def test_logo_that_is_no_picture_is_refused_beside_its_field_and_nothing_is_written(cast):
    with pytest.raises(OperationRefused) as refusal:
        present(cast, logo=SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"), name="Rives")
    assert refusal.value.field == "logo"
    assert not Organisation.objects.exists()


def test_mails_leave_in_its_name_and_are_answered_to_it(settings, cast):
    settings.DEFAULT_FROM_EMAIL = "Trajectoires <envoi@plateforme.example>"
    assert sender() == ("Trajectoires <envoi@plateforme.example>", [])
    present(cast, sender_name="Le réseau", reply_to="nous@rives.example")
    asked = {"contribution": None}
    job = mails.post(key="essai", to="a@essai.example", template="emails/notice.txt", context=asked)
    run_job(job.pk)
    (sent,) = mail.outbox
    assert sent.from_email == "=?utf-8?q?Le_r=C3=A9seau?= <envoi@plateforme.example>"
    assert sent.reply_to == ["nous@rives.example"]


def test_coordinator_writes_it_and_everybody_reads_it(visits, cast, client):
    claire = visits("coordinator")
    claire.open("/personnes/")
    claire.click("Nom, logo, contacts, textes de la page d’accueil")
    refused = claire.press("Enregistrer", siret="73282932000075", training_number="12")
    assert set(refused.errors()) == {"siret", "training_number"}
    said = claire.press(
        "Enregistrer",
        name="Le réseau des rives",
        contact="02 99 00 00 00",
        siret="732 829 320 00074",
        training_number="53 35 00123 35",
        disability_contact="Maud Le Gall, 02 99 00 00 01",
        front_heading="Ralentir ensemble",
        front_lede="Nous accompagnons des associations.",
        front_about="Douze personnes, à Redon.",
    )
    assert said.messages == ["C’est enregistré, et visible dès maintenant."]
    front = Visitor(client).open("/")
    assert front.heading == "Ralentir ensemble"
    assert "Nous accompagnons des associations." in front.words
    assert front.section("Qui nous sommes") == "Douze personnes, à Redon. 02 99 00 00 00"
    legal = Visitor(client).open("/mentions-legales/")
    assert "Le réseau des rives Pour nous joindre : 02 99 00 00 00 SIRET 732 829 320 00074" in legal.words
    session = SessionFactory(training=TrainingFactory(title="Décrire son travail"))
    nadia = visits("leader")
    assert "Maud Le Gall, 02 99 00 00 01" in nadia.open(session.get_absolute_url()).words
    program = nadia.open(session.training.get_absolute_url()).words
    assert "déclaration d’activité enregistrée sous le numéro 53 35 00123 35" in program
    assert "Maud Le Gall" in program


def test_edit_overtaken_shows_both(visits, cast):
    claire = visits("coordinator")
    claire.open("/organisation/")
    present(cast, name="Rives")
    both = claire.press("Enregistrer", name="Crêtes")
    assert "Rives" in both.words
    assert claire.press("Enregistrer", name="Crêtes").messages == ["C’est enregistré, et visible dès maintenant."]
    assert Organisation.objects.get().name == "Crêtes"
