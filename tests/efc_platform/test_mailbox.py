"""The demonstration's mailbox, and the words of mails."""

import pytest
import time_machine
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from efc_platform.shared.mail import render_mail

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def demonstration(settings, tmp_path):
    settings.APP_MODE = "demo"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


def send(settings, *messages: tuple[str, str]) -> None:
    letters = [EmailMessage(subject, body, to=["nadia@rives.example"]) for subject, body in messages]
    get_connection(FILE_BACKEND, file_path=settings.EMAIL_FILE_PATH).send_messages(letters)


@pytest.mark.usefixtures("demonstration")
class TestInADemonstration:
    def test_empty_mailbox_says_so(self, client, db):
        assert "Pas encore de courrier" in client.get(reverse("mailbox")).content.decode()

    def test_newest_comes_first_and_each_is_read_alone(self, client, db, settings):
        send(settings, ("Votre bilan est prêt", "Bonjour,\n"), ("Réunion déplacée", "À mardi\u00a0!\n"))
        letters = client.get(reverse("mailbox")).context["letters"]
        assert [letter.subject for letter in letters] == ["Réunion déplacée", "Votre bilan est prêt"]
        page = client.get(reverse("mail", args=[letters[0].name])).content.decode()
        assert "À mardi\u00a0!" in page
        assert "Votre bilan" not in page

    def test_moment_is_that_of_the_reader(self, client, db, settings):
        with time_machine.travel("2026-11-23T06:38:00Z", tick=False):
            send(settings, ("Votre bilan est prêt", "Bonjour,\n"))
        page = client.get(reverse("mailbox")).content.decode()
        assert "le 23\u00a0novembre 2026 à 7\u00a0h\u00a038" in page

    def test_link_is_clickable_and_markup_is_not(self, client, db, settings):
        send(settings, ("Lien", "<script>alert(1)</script>\nhttp://127.0.0.1:8000/mot-de-passe/nouveau/1-abc/\n"))
        name = client.get(reverse("mailbox")).context["letters"][0].name
        page = client.get(reverse("mail", args=[name])).content.decode()
        assert '<a href="http://127.0.0.1:8000/mot-de-passe/nouveau/1-abc/" rel="nofollow">' in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize("name", ["..%2F..%2Fsecrets", "../secrets-1", "%2Fetc%2Fpasswd", "secrets-1", "a%00-1"])
    def test_no_file_outside_the_mailbox_is_read(self, client, db, settings, tmp_path, name):
        send(settings, ("Une lettre", "mots"))
        (tmp_path / "secrets.log").write_text("Subject: secret\nDate: Mon, 1 Jan 2026 10:00:00 +0000\n\nsecret\n")
        response = client.get(f"/courrier/{name}/")
        assert response.status_code == 404


@pytest.mark.parametrize("mode", ["production", "test"])
def test_elsewhere_there_is_no_mailbox(client, db, settings, mode):
    settings.APP_MODE = mode
    assert client.get(reverse("mailbox")).status_code == 404
    assert client.get(reverse("mail", args=["anything-1"])).status_code == 404


def test_mail_has_its_subject_apart_and_its_words_unescaped(db):
    context = {
        "password_reset_url": "https://x.example/?a=1&b=2",
        "user": {"person": {"first_name": "L’Hermitte & fils"}},
    }
    subject, body = render_mail("account/email/password_reset_key.txt", context)
    assert subject == "Choisir un nouveau mot de passe"
    assert body.startswith("Bonjour L’Hermitte & fils,\n")
    assert "https://x.example/?a=1&b=2" in body


def test_mail_says_who_signs_and_why_it_came(settings):
    settings.SITE_URL = "https://trajectoires.example"
    _subject, body = render_mail("account/email/password_reset_key.txt", {})
    assert "Trajectoires EFC\nhttps://trajectoires.example\n" in body
    assert "\n--\nVous recevez ce message parce que" in body
