"""The backup of the night: made where there is a place and a key, one at a time, and never in silence."""

import io
import re
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from efc_platform.backstage.models import Job, KeptBackup
from efc_platform.backups import BackupRefused
from efc_platform.backups.archive import Manifest, unpacked
from efc_platform.backups.keys import fingerprints, identities, new_key, opened
from efc_platform.backups.making import LEFT_OUT, make_backup, moment_of
from efc_platform.backups.probe import TRIALS, tried
from efc_platform.backups.programs import Base
from efc_platform.backups.restoring import check_nobody_is_at_work, missing_keys
from efc_platform.backups.rotation import MARK, archives_in
from efc_platform.backups.stores import Folder
from efc_platform.management.words import counted, megabytes
from efc_platform.tasks import back_up
from tests.factories.people import UserFactory, give_factor

pytestmark = pytest.mark.django_db
PRIVATE, PUBLIC = new_key()


@pytest.fixture
def place(tmp_path, settings) -> Folder:
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = f"file://{tmp_path}/sauvegardes", [PUBLIC]
    return Folder(tmp_path / "sauvegardes")


def test_night_leaves_an_archive_and_what_the_rules_keep(place, tmp_path):
    for day in range(1, 21):
        place.write(f"trajectoires-202001{day:02}T020000Z.tar.age", [b"x"])
    back_up()
    [newest, *older] = archives_in(place)
    # The last of each of seven days with tonight's, then of the weeks before.
    assert [one.made_at.day for one in older] == [20, 19, 18, 17, 16, 15, 12, 5]
    manifest = unpacked(opened(place.read(newest.name), identities(PRIVATE)), tmp_path)
    assert manifest.tables["trajectories_frameworkversion"] == 1
    assert not set(LEFT_OUT) & set(manifest.tables)
    assert "accounts.0001_foundations" in manifest.migrations
    place.write(f"{older[0].name}{MARK}", [b'{"verified_at": "2026-03-31T02:00:00+00:00"}'])
    call_command("backup", stdout=io.StringIO())
    known = KeptBackup.objects.order_by("-made_at")
    assert [one.name for one in known] == [one.name for one in archives_in(place)]
    assert [one.verified_at for one in known if one.verified_at] == [datetime(2026, 3, 31, 2, tzinfo=UTC)]


def test_commands_say_numbers_as_french_does(place):
    assert [counted(number, "fichier") for number in (0, 1, 2)] == ["0 fichier", "1 fichier", "2 fichiers"]
    assert counted(2, "page rechiffrée", "pages rechiffrées") == "2 pages rechiffrées"
    assert megabytes(2_440_000) == "2,4 Mo"
    said = io.StringIO()
    call_command("backup", stdout=said)
    assert re.search(r" : \d+ lignes, 0 fichier \(0,0 Mo\), en ", said.getvalue())
    with pytest.raises(CommandError, match="aucune sauvegarde vérifiée depuis 1 jour"):
        call_command("backups", max_days_verified=1, stdout=said)
    assert re.search(r"tar\.age +\d+,\d Mo  jamais vérifiée", said.getvalue())


def test_night_without_settings_is_told_in_production_alone(settings, caplog):
    back_up()
    assert caplog.text == ""
    settings.IS_PRODUCTION = True
    back_up()
    assert "no backup: BACKUP_URL and BACKUP_RECIPIENTS are not set" in caplog.text


def test_failure_of_the_night_is_told_to_each_of_the_coordination_once(place, settings, caplog, cast):
    settings.BACKUP_RECIPIENTS = ["age1faux"]
    for _attempt in range(2):
        with pytest.raises(BackupRefused):
            back_up()
    assert "backup failed: BACKUP_RECIPIENTS contient autre chose" in caplog.text
    [mail] = Job.objects.filter(key__startswith="mail:backup-failed:")
    assert mail.payload["to"] == cast.coordinator.email
    assert mail.payload["subject"] == "La sauvegarde de cette nuit n’a pas été faite"
    assert "/supervision/" in mail.payload["body"]


def test_place_that_vanished_is_told_too_and_says_nothing_of_what_failed(place, settings, caplog, cast):
    settings.BACKUP_URL = "s3://seau/x?endpoint=http://127.0.0.1:1"
    with pytest.raises(BackupRefused):
        back_up()
    assert Job.objects.filter(key__startswith="mail:backup-failed:").count() == 1


@pytest.mark.parametrize("is_demo", [False, True])
def test_backup_without_a_key_is_refused_even_in_the_demonstration(place, settings, is_demo):
    settings.BACKUP_RECIPIENTS, settings.IS_DEMO = [], is_demo
    with pytest.raises(CommandError, match="Aucune clé publique"):
        call_command("backup")
    assert place.sizes() == {}


def test_two_backups_do_not_run_at_once(place):
    with moment_of(Base.of(connection.settings_dict)), pytest.raises(BackupRefused, match="en cours"):
        make_backup(place, [PUBLIC])
    assert place.sizes() == {}


def test_second_clock_finds_the_first_at_work_and_alarms_nobody(place, caplog, cast):
    with moment_of(Base.of(connection.settings_dict)):
        back_up()
    assert "is there more than one clock?" in caplog.text
    assert not Job.objects.filter(key__startswith="mail:backup-failed:").exists()


def test_clock_asks_for_it_each_night_and_gives_it_hours(settings):
    asked = settings.CELERY_BEAT_SCHEDULE["back-up"]
    assert (asked["task"], asked["schedule"].hour, asked["schedule"].minute) == (back_up.name, {3}, {0})
    assert back_up.time_limit > 3600


def test_command_makes_a_pair_of_keys(capsys):
    call_command("backup_key")
    said = capsys.readouterr().out
    [private] = [line for line in said.splitlines() if line.startswith("AGE-SECRET-KEY-")]
    assert identities(private)
    assert "BACKUP_RECIPIENTS=age1" in said


def test_copy_where_everybody_has_a_second_factor_is_no_worse_for_it():
    user = UserFactory()
    assert tried(TRIALS["connexion"]) == {"done": "quelqu’un est entré et a lu sa première page"}
    give_factor(user)
    said = tried(TRIALS["connexion"])
    assert said == {"done": "personne n’a de compte ouvert sans second facteur : la connexion n’a pas été essayée"}


def test_copy_whose_second_factors_do_not_open_is_found_out(settings):
    give_factor(UserFactory())
    assert tried(TRIALS["seconds facteurs"]) == {"done": "ouverts, sous local"}
    settings.JOURNAL_KEYS = ["autre:" + "A" * 43 + "="]
    assert "n’est pas dans JOURNAL_KEYS" in tried(TRIALS["seconds facteurs"])["failed"]
    settings.JOURNAL_KEYS = ["local:" + "A" * 43 + "="]
    assert "n’est pas celle qui a chiffré" in tried(TRIALS["seconds facteurs"])["failed"]


def test_key_is_missing_that_is_not_here_under_its_name(settings):
    settings.JOURNAL_KEYS = ["ancienne:" + "A" * 43 + "="]
    manifest = Manifest("2026-03-31", "", [], 180000, {}, fingerprints())
    assert missing_keys(manifest) == []
    for here in ("autre:" + "A" * 43 + "=", "ancienne:" + "B" * 42 + "A="):
        settings.JOURNAL_KEYS = [here]
        [said] = missing_keys(manifest)
        assert said.startswith("ancienne (")


def test_restoration_waits_for_the_processes_to_be_stopped():
    known = connection.settings_dict
    with pytest.raises(BackupRefused, match=r"en marche : une connexion de \w+ est ouverte.*docker compose stop web"):
        check_nobody_is_at_work(Base.of(known))
    with Base.of(known).connected(), pytest.raises(BackupRefused, match=r"2 connexions de \w+ sont ouvertes"):
        check_nobody_is_at_work(Base.of(known))
    # Where nobody is; our own look at it does not count.
    check_nobody_is_at_work(Base.of({**known, "NAME": "postgres"}))
