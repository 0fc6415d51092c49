"""The command that looks at a real installation: what it sees of one that runs, and of what is wrong with it."""

import shlex
import subprocess
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from efc_platform.backstage import operations
from efc_platform.backups.rotation import name_at
from efc_platform.management import deployment
from efc_platform.management.deployment import findings
from tests.factories.people import UserFactory, give_factor
from trajectories.operations import JournalText, write_journal_entry


def seen() -> dict[str, str]:
    return {one.seen.replace("\u00a0", " "): one.mend for one in findings()}


def told(check) -> list[tuple[str, bool]]:
    return [(one.seen.replace("\u00a0", " "), one.is_well) for one in check()]


class Fails(BaseHTTPRequestHandler):
    """A site whose home fails, though its proxy adds every header."""

    def do_GET(self) -> None:
        self.send_response(500)
        for name, held in deployment.HEADERS.items():
            self.send_header(name, held)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_home_that_fails_is_not_said_to_answer_too(settings):
    with HTTPServer(("127.0.0.1", 0), Fails) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
        found = list(deployment._site())
        server.shutdown()
    [(said, mend)] = [(one.seen, one.mend) for one in found]
    assert (said, mend) == ("L’accueil répond 500.", "Regardez le journal du site, puis celui du mandataire.")


@pytest.mark.django_db(transaction=True)
def test_site_that_answers_is_looked_at_from_outside(live_server, settings):
    settings.SITE_URL = live_server.url
    found = seen()
    assert "Il manque à la réponse : strict-transport-security." in found
    assert f"{live_server.url} n’est pas en HTTPS." in found
    assert "Le courtier répond." in found
    assert f"PostgreSQL {connection.pg_version // 10_000} répond, à jour." in found


def test_site_that_does_not_answer_is_said_and_the_rest_is_looked_at(db, settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    found = seen()
    assert "Le site, vu du dehors : rien n’a pu être vu (ConnectError)." in found
    assert "Chaque page de journal, chaque brouillon et chaque second facteur a sa clé." in found


def test_silent_workers_are_said_until_one_is_heard(db):
    [silent] = deployment._workers()
    assert "systemctl restart trajectoires-worker" in silent.mend
    assert "docker compose restart worker" in silent.mend
    assert "une minute peut passer" in silent.mend
    operations.note_clock(name="sweep-jobs")
    assert [is_well for _seen, is_well in told(deployment._workers)] == [True]
    operations.note_clock(name="seal-history")
    operations.note_clock_end(name="seal-history", problem="ValueError")
    assert told(deployment._workers) == [("En retard, ou sur une erreur : seal-history.", False)]


def test_journal_whose_key_is_gone_is_said(cast, settings):
    text, first = JournalText("Trois silences."), settings.JOURNAL_KEYS
    settings.JOURNAL_KEYS = ["autre:" + "A" * 43 + "=", *first]
    entry = write_journal_entry(by=cast.practitioner, text=text, written_on=date(2024, 5, 14))
    assert [is_well for _seen, is_well in told(deployment._keys)] == [True]
    settings.JOURNAL_KEYS = first
    said = f"1 page de journal est scellée sous la clé « {entry.key_id} », qui n’est pas là."
    assert told(deployment._keys) == [(said, False)]


def test_second_factors_whose_key_is_gone_are_said(db, settings):
    """Nobody who has one could sign in, whatever the journals hold."""
    give_factor(UserFactory())
    settings.JOURNAL_KEYS = ["autre:" + "A" * 43 + "="]
    said = "2 moyens de second facteur sont scellés sous la clé « local », qui n’est pas là."
    assert seen()[said].replace("\u00a0", " ") == (
        "Remettez-la dans JOURNAL_KEYS : sans elle les personnes qui en ont un ne peuvent pas entrer."
    )


def test_folder_open_to_all_and_folder_that_cannot_be_written_are_said(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "les fichiers"
    settings.FILES_DIR.mkdir(mode=0o750)
    assert next(is_well for _seen, is_well in told(deployment._files))
    settings.FILES_DIR.chmod(0o755)
    opened = next(deployment._files())
    assert "s’ouvre à tous les comptes" in opened.seen
    # The advice is a command that works, as whoever runs it.
    subprocess.run(shlex.split(opened.mend.removeprefix("sudo ")), check=True)
    assert next(is_well for _seen, is_well in told(deployment._files))
    settings.FILES_DIR = tmp_path / "un-fichier"
    settings.FILES_DIR.write_text("")
    with pytest.raises(OSError, match="exists"):
        told(deployment._files)


def test_command_counts_what_is_to_be_mended_and_asks_for_the_code_of_a_mail(db, settings, monkeypatch):
    settings.SITE_URL = "http://127.0.0.1:9"
    said = StringIO()
    monkeypatch.setattr("builtins.input", lambda: mail.outbox[-1].body.split()[-1])
    with pytest.raises(CommandError, match="à reprendre"):
        call_command("check_deployment", courriel="moi@essai.example", stdout=said)
    assert "✓ Le courriel part, et il arrive." in said.getvalue()
    monkeypatch.setattr("builtins.input", lambda: "")
    with pytest.raises(CommandError):
        call_command("check_deployment", courriel="moi@essai.example", stdout=said)
    assert "✗ Le courriel est parti, mais n’est pas arrivé." in said.getvalue()


@pytest.mark.parametrize("keyboard", [StringIO(""), None])
def test_code_that_nobody_is_there_to_copy_is_said_with_the_rest(db, settings, monkeypatch, keyboard):
    settings.SITE_URL = "http://127.0.0.1:9"
    said = StringIO()
    monkeypatch.setattr("sys.stdin", keyboard)
    with pytest.raises(CommandError, match="à reprendre"):
        call_command("check_deployment", courriel="moi@essai.example", stdout=said)
    assert "✗ Le courriel est parti, mais le code n’a pas été recopié." in said.getvalue()
    assert "✓ Le courtier répond." in said.getvalue()


def test_clock_of_the_database_is_this_one(db):
    assert not [one for one in told(deployment._database) if "horloge" in one[0]]


def test_platform_without_a_recent_backup_says_so(db, settings, tmp_path):
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = "", []
    assert told(deployment._backups) == [("Rien n’est sauvegardé.", False)]
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = tmp_path.as_uri(), ["age1essai"]
    assert told(deployment._backups) == [("La dernière sauvegarde a plus d’un jour.", False)]
    (tmp_path / name_at(timezone.now())).write_bytes(b"scelle")
    assert told(deployment._backups) == [("Sauvegardes gardées : 1, la dernière a moins d’un jour.", True)]
