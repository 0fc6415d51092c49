"""The private journal: sealed before it reaches the database, opened for its author alone."""

import json
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from accounts.models import User
from efc_platform.shared import encryption
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.search import plain
from trajectories.models import Intervention, JournalEntry


@dataclass(frozen=True)
class JournalText:
    """Facts apart from feelings, feelings apart from interpretations."""

    facts: str = ""
    feelings: str = ""
    interpretations: str = ""

    def __bool__(self) -> bool:
        return bool(self.facts or self.feelings or self.interpretations)


@transaction.atomic
def write_journal_entry(
    *,
    by: User,
    text: JournalText,
    written_on: date,
    intervention: Intervention | None = None,
    entry: JournalEntry | None = None,
    expected_version: int | None = None,
) -> JournalEntry:
    """Writes or rewrites an entry of one's own journal, about an intervention or about none.

    Somebody else's entry is refused as if it did not exist; StaleEdit when it was rewritten in
    another tab since it was opened.
    """
    if entry is None and intervention is not None:
        entry = JournalEntry.objects.of(by).filter(intervention=intervention).first()
    if entry is None:
        entry = JournalEntry(author=by.person, intervention=intervention)
    else:
        entry = _locked(by, entry, expected_version)
        entry.version += 1
    sealed = encryption.seal(json.dumps(asdict(text), ensure_ascii=False), bound_to=entry.bound_to)
    entry.key_id, entry.sealed_text, entry.written_on = sealed.key_id, sealed.blob, written_on
    entry.save()
    return entry


def _locked(by: User, entry: JournalEntry, expected_version: int | None) -> JournalEntry:
    current = JournalEntry.objects.of(by).select_for_update().filter(pk=entry.pk).first()
    if current is None:
        raise OperationRefused("Cette page de journal n’existe pas.")
    if expected_version is not None and current.version != expected_version:
        raise StaleEdit("Vous avez modifié cette page de journal dans un autre onglet.")
    return current


def read_journal_entry(*, by: User, entry: JournalEntry) -> JournalText:
    """Opens an entry for its author; anybody else is refused, whatever their role."""
    if entry.author_id != by.person_id:
        raise OperationRefused("Un journal ne s’ouvre qu’à la personne qui l’écrit.")
    return JournalText(**json.loads(encryption.unseal(entry.key_id, bytes(entry.sealed_text), bound_to=entry.bound_to)))


# So many pages are opened for one search; older ones are not.
SEARCHED = 2_000


def find_in_journal(*, by: User, words: str) -> list[tuple[JournalEntry, JournalText]]:
    """One's own pages that hold every word, accents and capitals aside, the newest first: each is opened to be read,
    as the database cannot, the last SEARCHED of them at most."""
    wanted = plain(words).split()
    mine = JournalEntry.objects.of(by)[:SEARCHED] if wanted else []
    opened = ((entry, read_journal_entry(by=by, entry=entry)) for entry in mine)
    return [(entry, text) for entry, text in opened if all(word in _read_plainly(text) for word in wanted)]


def _read_plainly(text: JournalText) -> str:
    return plain("\n".join((text.facts, text.feelings, text.interpretations)))
