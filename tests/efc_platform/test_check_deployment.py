"""The command that looks at a real installation: what it sees of one that runs, and of what is wrong with it."""

from datetime import date
from io import StringIO

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
    assert [is_well for _seen, is_well in told(deployment._workers)] == [False]
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


def test_folder_open_to_all_and_folder_that_cannot_be_written_are_said(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.FILES_DIR.mkdir(mode=0o750)
    assert next(is_well for _seen, is_well in told(deployment._files))
    settings.FILES_DIR.chmod(0o755)
    assert "s’ouvre à tous les comptes" in told(deployment._files)[0][0]
    settings.FILES_DIR = tmp_path / "files" / "un-fichier"
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


def test_clock_of_the_database_is_this_one(db):
    assert not [one for one in told(deployment._database) if "horloge" in one[0]]


def test_platform_without_a_recent_backup_says_so(db, settings, tmp_path):
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = "", []
    assert told(deployment._backups) == [("Rien n’est sauvegardé.", False)]
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = tmp_path.as_uri(), ["age1essai"]
    assert told(deployment._backups) == [("La dernière sauvegarde a plus d’un jour.", False)]
    (tmp_path / name_at(timezone.now())).write_bytes(b"scelle")
    assert told(deployment._backups) == [("Sauvegardes gardées : 1, la dernière a moins d’un jour.", True)]
