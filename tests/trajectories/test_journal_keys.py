"""Journals outlive their keys, follow their author out, and are handed to nobody."""

import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from accounts.factors import factors_by_key
from efc_platform.backstage.models import Submission
from tests.factories.trajectories import InterventionFactory
from tests.visitor import Visitor
from trajectories.models import JournalEntry
from trajectories.operations import (
    JournalText,
    erase_journal,
    journal_of,
    read_journal_entry,
    rotate_journal_keys,
    write_journal_entry,
)

OLD, NEW = (f"{name}:{b64encode(letter * 32).decode()}" for name, letter in (("vieille", b"o"), ("neuve", b"n")))


@pytest.fixture
def first_keys(settings) -> list[str]:
    """Those under which the second factors of everybody were sealed."""
    return settings.JOURNAL_KEYS


@pytest.fixture
def write(settings, first_keys):
    settings.JOURNAL_KEYS = [OLD]

    def keep(by, facts: str = "Trois silences.", **options) -> JournalEntry:
        return write_journal_entry(by=by, text=JournalText(facts), written_on=date(2024, 5, 14), **options)

    return keep


def keys() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("key_id", flat=True))


def facts_of(user) -> list[str]:
    return [text.facts for _entry, text in journal_of(by=user)]


def test_every_page_is_sealed_again_and_reads_as_before(cast, settings, write):
    for number in range(5):
        write(cast.practitioner, f"Page {number}.")
    seen = list(JournalEntry.objects.values_list("version", "updated_at"))
    settings.JOURNAL_KEYS = [NEW, OLD]
    done = rotate_journal_keys(batch=2)
    assert (done.resealed, done.overtaken, done.unreadable) == (5, 0, [])
    settings.JOURNAL_KEYS = [NEW]
    assert facts_of(cast.practitioner) == [f"Page {number}." for number in range(5)]
    assert list(JournalEntry.objects.values_list("version", "updated_at")) == seen


def test_second_rotation_finds_nothing_left_to_do(cast, settings, write):
    write(cast.practitioner)
    settings.JOURNAL_KEYS = [NEW, OLD]
    rotate_journal_keys()
    blob = bytes(JournalEntry.objects.get().sealed_text)
    assert rotate_journal_keys().resealed == 0
    assert bytes(JournalEntry.objects.get().sealed_text) == blob


class Stopped(Exception):
    """The machine goes down."""


@pytest.mark.django_db(transaction=True)
def test_rotation_that_is_interrupted_goes_on_from_there(transactional_cast, settings, write):
    author = transactional_cast.practitioner
    for number in range(4):
        write(author, f"Page {number}.")
    settings.JOURNAL_KEYS = [NEW, OLD]
    written = []

    def stop_after_two(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            if len(written) == 2:
                raise Stopped
            written.append(sql)
        return execute(sql, params, many, context)

    with pytest.raises(Stopped), connection.execute_wrapper(stop_after_two):
        rotate_journal_keys()
    assert keys() == ["neuve", "neuve", "vieille", "vieille"]
    assert len(facts_of(author)) == 4
    assert rotate_journal_keys().resealed == 2
    assert keys() == ["neuve"] * 4


def test_form_opened_before_the_rotation_is_still_taken_after(cast, settings, write):
    entry = write(cast.practitioner)
    settings.JOURNAL_KEYS = [NEW, OLD]
    rotate_journal_keys()
    write(cast.practitioner, "Récrit.", entry=entry, expected_version=entry.version)
    assert facts_of(cast.practitioner) == ["Récrit."]


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def _rotate_elsewhere():
    try:
        return rotate_journal_keys()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_page_rewritten_while_the_keys_change_is_what_its_author_wrote(transactional_cast, settings, write):
    """The author's write holds the row while the rotation, which has read the earlier text, waits to write its own."""
    author = transactional_cast.practitioner
    entry = write(author, "Avant.")
    settings.JOURNAL_KEYS = [NEW, OLD]
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            write(author, "Après.", entry=entry, expected_version=1)
            rotation = threads.submit(_rotate_elsewhere)
            while not _waits_for_a_lock():
                assert not rotation.done()
        done = rotation.result()
    assert (done.resealed, done.overtaken) == (0, 1)
    assert facts_of(author) == ["Après."]


def test_page_of_a_key_that_was_lost_is_named_and_left_alone(cast, settings, write):
    lost, safe = write(cast.practitioner, "Perdue."), write(cast.other_practitioner, "Gardée.")
    JournalEntry.objects.filter(pk=lost.pk).update(key_id="oubliee")
    settings.JOURNAL_KEYS = [NEW, OLD]
    done = rotate_journal_keys()
    assert (done.resealed, done.unreadable) == (1, [f"{lost.public_id} (oubliee, UnknownKey)"])
    assert keys() == ["oubliee", "neuve"]
    assert JournalEntry.objects.get(pk=safe.pk).key_id == "neuve"


def rotate() -> str:
    said = StringIO()
    call_command("rotate_journal_keys", stdout=said)
    return said.getvalue()


def test_command_says_how_many_pages_and_which_key_may_go(cast, settings, first_keys, write):
    """The second factors of everybody go with them: a key taken away too early would close the platform."""
    write(cast.practitioner)
    settings.JOURNAL_KEYS = [NEW, OLD, *first_keys]
    factors = sum(factors_by_key().values())
    said = rotate()
    assert said == (
        "1 page rechiffrée sous la clé neuve.\n"
        f"{factors} moyens de second facteur rechiffrés de même.\n"
        "Clé vieille : plus rien sous elle. Retirez-la de JOURNAL_KEYS, et gardez-la au coffre aussi longtemps que les "
        "sauvegardes faites avant aujourd’hui : elles ne s’ouvrent qu’avec elle.\n"
        f"{said.splitlines()[-1].replace('vieille', 'local')}\n"
    )
    assert factors_by_key() == {"neuve": factors}


def test_command_ends_in_an_error_when_a_page_cannot_be_opened(cast, settings, first_keys, write):
    entry = write(cast.practitioner)
    settings.JOURNAL_KEYS = [NEW, OLD, *first_keys]
    JournalEntry.objects.filter(pk=entry.pk).update(sealed_text=b"x" * 40)
    said = StringIO()
    with pytest.raises(CommandError, match="TamperedText"):
        call_command("rotate_journal_keys", stdout=said)
    assert "Clé vieille : encore 1 page, gardez-la dans JOURNAL_KEYS." in said.getvalue()


def test_command_keeps_the_key_of_second_factors_that_it_cannot_open(cast, settings):
    [(key, number)] = factors_by_key().items()
    settings.JOURNAL_KEYS = [NEW, f"{key}:{b64encode(b'z' * 32).decode()}"]
    said = StringIO()
    with pytest.raises(CommandError, match="second facteur"):
        call_command("rotate_journal_keys", stdout=said)
    assert f"Clé {key} : encore {number} moyens de second facteur, gardez-la dans JOURNAL_KEYS." in said.getvalue()


# Taking it away, leaving


def test_author_takes_a_text_and_data_away(cast, signed_in, write):
    about = InterventionFactory(created_by=cast.practitioner.person, title="Atelier tri")
    write(cast.practitioner, "Trois silences.", intervention=about)
    write(cast.practitioner, "<b>Sans</b> & rien.")
    ines = Visitor(signed_in(cast.practitioner))
    ines.open(reverse("journal"))
    assert "2 pages." in ines.click("Emporter").words
    text = ines.client.get(reverse("journal_export_text"))
    assert text["Content-Disposition"] == 'attachment; filename="mon-journal.txt"'
    assert "14\u00a0MAI 2024\nÀ propos de\u00a0: Atelier tri\n\nFaits\nTrois silences." in text.content.decode()
    assert "<b>Sans</b> & rien." in text.content.decode()
    pages = json.loads(ines.client.get(reverse("journal_export_json")).content)
    assert [(page["facts"], page["intervention"], page["written_on"]) for page in pages] == [
        ("Trois silences.", "Atelier tri", "2024-05-14"),
        ("<b>Sans</b> & rien.", None, "2024-05-14"),
    ]


@pytest.mark.parametrize("name", ["journal_export", "journal_export_text", "journal_export_json"])
def test_what_is_taken_away_stays_in_no_cache_and_asks_who_one_is(cast, signed_in, write, name):
    write(cast.practitioner)
    cast.practitioner.set_password("une phrase de passe")
    cast.practitioner.save()
    client = signed_in(cast.practitioner)
    assert client.get(reverse(name))["Cache-Control"] == "no-store"
    session = client.session
    del session[AUTHENTICATION_METHODS_SESSION_KEY]
    session.save()
    assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("name", ["journal_export_text", "journal_export_json"])
def test_nobody_takes_away_the_pages_of_another(cast, signed_in, write, name):
    write(cast.practitioner, "Trois silences.")
    write(cast.other_practitioner, "Chez moi.")
    body = signed_in(cast.other_practitioner).get(reverse(name)).content.decode()
    assert ("Chez moi." in body, "Trois silences." in body) == (True, False)
    assert signed_in(cast.coordinator).get(reverse(name)).status_code == 403


def test_author_who_lost_the_role_still_takes_their_pages(cast, signed_in, write):
    write(cast.practitioner)
    cast.practitioner.role_grants.update(until="2024-01-01")
    assert signed_in(cast.practitioner).get(reverse("journal_export_text")).status_code == 200


def test_journal_that_is_erased_is_gone_and_others_stay(cast, write):
    for by in (cast.practitioner, cast.practitioner, cast.other_practitioner):
        write(by)
    assert erase_journal(by=cast.practitioner) == 2
    assert erase_journal(by=cast.coordinator, person=cast.practitioner.person) == 0
    assert list(JournalEntry.objects.values_list("author", flat=True)) == [cast.other_practitioner.person_id]
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if "journal" in name]
    assert tables == ["trajectories_journalentry"]


def test_whoever_erases_the_data_of_another_erases_their_journal_unread(cast, write):
    write(cast.practitioner)
    assert erase_journal(by=cast.coordinator, person=cast.practitioner.person) == 1
    assert not JournalEntry.objects.exists()


def test_trace_of_a_page_that_was_sent_is_not_to_be_guessed_from(cast, signed_in, settings):
    """The same words under another secret leave another trace: the database alone does not confirm a guess."""
    for secret in ("un secret", "un autre"):
        settings.SECRET_KEY = secret
        typed = {"facts": "Trois silences.", "written_on": "2024-05-14"}
        assert signed_in(cast.practitioner).post(reverse("journal_new"), typed).status_code == 302
    traces = set(Submission.objects.values_list("digest", flat=True))
    assert len(traces) == 2
    assert read_journal_entry(by=cast.practitioner, entry=JournalEntry.objects.first()).facts == "Trois silences."
