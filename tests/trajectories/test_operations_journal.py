"""The private journal: sealed in the database, opened by its author alone, without a history."""

from datetime import date

import pytest
from django.db import connection

from efc_platform.shared.encryption import TamperedText, UnknownKey
from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.structures import AccompanimentFactory
from trajectories.models import JournalEntry
from trajectories.operations import JournalText, read_journal_entry, write_journal_entry

DAY = date(2024, 5, 14)
TEXT = JournalText("Trois silences.", "De la gêne, un peu.", "Ils protègent quelqu’un ?")
OTHER_KEY = "other:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="  # pragma: allowlist secret


@pytest.fixture
def write(cast):
    def keep(by=None, text=TEXT, **options) -> JournalEntry:
        return write_journal_entry(by=by or cast.practitioner, text=text, written_on=DAY, **options)

    return keep


def test_entry_is_read_back_as_it_was_written(cast, write):
    entry = write()
    assert read_journal_entry(by=cast.practitioner, entry=JournalEntry.objects.get()) == TEXT
    assert (entry.written_on, entry.version, str(entry)) == (DAY, 1, "Journal · 2024-05-14")


def test_no_word_of_it_is_in_the_database(write):
    write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(sealed_text, 'escape'), journal::text FROM trajectories_journalentry journal")
        row = "".join(cursor.fetchone())
    words = [word for part in (TEXT.facts, TEXT.feelings, TEXT.interpretations) for word in part.split()]
    assert [word for word in words if len(word) > 4 and word in row] == []
    assert JournalEntry.objects.get().key_id == "local"


def test_journal_has_no_history_table(db):
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    assert "trajectories_interventionevent" in tables
    assert [table for table in tables if "journal" in table] == ["trajectories_journalentry"]
    assert not hasattr(JournalEntry, "pgh_event_model")


def test_entry_opens_to_its_author_alone_whatever_the_role(cast, write):
    entry = write()
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    for name, user in cast.users.items():
        if name == "practitioner":
            assert read_journal_entry(by=user, entry=entry) == TEXT
        else:
            with pytest.raises(OperationRefused, match="Un journal ne s’ouvre qu’à la personne qui l’écrit"):
                read_journal_entry(by=user, entry=entry)


def test_entry_is_listed_for_its_author_alone(cast, write):
    entry = write()
    listed = {name: list(JournalEntry.objects.visible_to(user)) for name, user in cast.users.items()}
    assert listed.pop("practitioner") == [entry]
    assert list(listed.values()) == [[]] * (len(cast.users) - 1)


def test_entry_of_another_is_not_rewritten(cast, write):
    entry = write()
    with pytest.raises(OperationRefused, match="Cette page de journal n’existe pas"):
        write(by=cast.coordinator, text=JournalText("Effacé."), entry=entry)
    assert read_journal_entry(by=cast.practitioner, entry=JournalEntry.objects.get()) == TEXT


def test_entry_about_an_intervention_is_one_however_often_it_is_written(cast, write, logged):
    intervention = logged()
    first = write(intervention=intervention)
    again = write(intervention=intervention, text=JournalText("Relu le soir."))
    assert (first.pk, again.version) == (again.pk, 2)
    assert read_journal_entry(by=cast.practitioner, entry=again) == JournalText("Relu le soir.")


def test_two_authors_each_have_their_page_about_one_intervention(cast, write, logged):
    intervention = logged()
    write(intervention=intervention)
    mine = write(by=cast.other_practitioner, text=JournalText("La mienne."), intervention=intervention)
    assert intervention.journal_entries.count() == 2
    assert read_journal_entry(by=cast.other_practitioner, entry=mine) == JournalText("La mienne.")


def test_pages_about_no_intervention_are_as_many_as_one_writes(write):
    assert write().pk != write().pk


def test_stale_page_is_refused_and_the_saved_one_stays(cast, write):
    entry = write()
    write(entry=entry, text=JournalText("Onglet un."), expected_version=1)
    with pytest.raises(StaleEdit, match="dans un autre onglet"):
        write(entry=entry, text=JournalText("Onglet deux."), expected_version=1)
    assert read_journal_entry(by=cast.practitioner, entry=JournalEntry.objects.get()) == JournalText("Onglet un.")


def test_sealed_bytes_moved_to_another_row_open_nothing(cast, write):
    stolen, own = write(), write(by=cast.other_practitioner, text=JournalText("La mienne."))
    JournalEntry.objects.filter(pk=own.pk).update(sealed_text=stolen.sealed_text, key_id=stolen.key_id)
    own.refresh_from_db()
    with pytest.raises(TamperedText):
        read_journal_entry(by=cast.other_practitioner, entry=own)


def test_row_given_to_another_author_opens_nothing(cast, write):
    write()
    JournalEntry.objects.update(author=cast.coordinator.person)
    with pytest.raises(TamperedText):
        read_journal_entry(by=cast.coordinator, entry=JournalEntry.objects.get())


def test_new_key_seals_new_pages_and_the_old_one_still_opens_the_others(cast, write, settings):
    old_keys = settings.JOURNAL_KEYS
    write()
    settings.JOURNAL_KEYS = [OTHER_KEY, *old_keys]
    assert read_journal_entry(by=cast.practitioner, entry=JournalEntry.objects.get()) == TEXT
    rewritten = write(entry=JournalEntry.objects.get(), text=JournalText("Sous la nouvelle."))
    assert rewritten.key_id == "other"
    settings.JOURNAL_KEYS = old_keys
    with pytest.raises(UnknownKey):
        read_journal_entry(by=cast.practitioner, entry=rewritten)


@pytest.mark.parametrize(
    ("text", "is_written"),
    [(JournalText(), False), (JournalText(feelings="Un soulagement."), True), (TEXT, True)],
)
def test_text_knows_whether_anything_was_written(text, is_written):
    assert bool(text) == is_written
