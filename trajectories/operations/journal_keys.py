"""What happens to journals besides being written: sealed again under another key, taken away, erased."""

from accounts.models import Person, User
from efc_platform.shared.rotation import BATCH, Rotation, reseal
from trajectories.models import JournalEntry
from trajectories.operations.journal import JournalText, read_journal_entry


def rotate_journal_keys(*, batch: int = BATCH) -> Rotation:
    """Seals journals again under the first of JOURNAL_KEYS; the clock or whoever runs the server calls it, and nobody
    reads anything."""
    return reseal(JournalEntry.objects.all(), batch=batch)


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
