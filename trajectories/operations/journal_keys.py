"""What happens to journals besides being written: sealed again under another key, taken away, erased."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import Person, User
from efc_platform.shared import encryption
from efc_platform.shared.encryption import TamperedText, UnknownKey
from trajectories.models import JournalEntry
from trajectories.operations.journal import JournalText, read_journal_entry

BATCH = 100


@dataclass
class Rotation:
    """What one rotation did: pages sealed again, those that changed meanwhile, those that could not be opened."""

    resealed: int = 0
    overtaken: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate_journal_keys(*, batch: int = BATCH) -> Rotation:
    """Seals again, under the first of JOURNAL_KEYS, each page that stands under another; the clock or whoever runs
    the server calls it, and nobody reads anything.

    Each page is its own write: stopped anywhere, it goes on from there the next time. A page rewritten meanwhile is
    left as its author left it, and looked at again: what somebody writes is never lost to it.
    """
    done = Rotation()
    for entry in _under_other_keys(batch):
        try:
            text = encryption.unseal(entry.key_id, bytes(entry.sealed_text), bound_to=entry.bound_to)
        except (UnknownKey, TamperedText) as problem:
            done.unreadable.append(f"{entry.public_id} ({entry.key_id}, {type(problem).__name__})")
            continue
        sealed = encryption.seal(text, bound_to=entry.bound_to)
        as_it_was = JournalEntry.objects.filter(
            pk=entry.pk, version=entry.version, key_id=entry.key_id, sealed_text=entry.sealed_text
        )
        if as_it_was.update(key_id=sealed.key_id, sealed_text=sealed.blob):
            done.resealed += 1
        else:
            done.overtaken += 1
    return done


def _under_other_keys(batch: int) -> Iterator[JournalEntry]:
    """A few at a time, by their keys: pages already behind are not met again."""
    last = 0
    while some := list(
        JournalEntry.objects.exclude(key_id=encryption.current_key_id()).filter(pk__gt=last).order_by("pk")[:batch]
    ):
        yield from some
        last = some[-1].pk


def journal_of(*, by: User) -> list[tuple[JournalEntry, JournalText]]:
    """All of one's own pages, opened, oldest first: what one takes away."""
    mine = JournalEntry.objects.of(by).select_related("intervention").order_by("written_on", "pk")
    return [(entry, read_journal_entry(by=by, entry=entry)) for entry in mine]


def erase_journal(*, by: User, person: Person | None = None) -> int:
    """Erases a whole journal, with nothing kept of it; gives how many pages it had.

    One's own, or that of somebody whose data are being erased: nobody inherits a journal, and whoever erases it has
    not read it. Whether `by` may erase that person is the rule of the erasure that calls this.
    """
    erased, _by_model = JournalEntry.objects.filter(author=person or by.person).delete()
    return erased
