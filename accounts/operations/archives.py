"""Taking away all that the platform keeps of oneself."""

from django.db import transaction
from django.utils import timezone

from accounts.models import DataArchive, Person, User
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job

DATA_ARCHIVE = "data_archive"


@transaction.atomic
def ask_for_archive(*, by: User) -> DataArchive:
    """Writes down that a person wants all that is kept of them, and rings for it (RGPD, articles 15 and 20).

    One at a time: while it is being prepared asking again changes nothing; after that the new one takes the place
    of the former.
    """
    # The lock makes two clicks at once wait for each other.
    Person.objects.select_for_update().get(pk=by.person_id)
    former = DataArchive.objects.filter(user=by).select_related("job", "file").first()
    if former and not former.job.is_finished:
        return former
    if former:
        _erase(former)
    archive = DataArchive(user=by)
    archive.job = backstage.enqueue(
        kind=DATA_ARCHIVE,
        key=f"{DATA_ARCHIVE}:{archive.public_id}",
        payload={"archive": str(archive.public_id)},
    )
    archive.save()
    return archive


@transaction.atomic
def keep_archive(*, archive: DataArchive, content: bytes) -> None:
    """The archive as the worker made it; called in the transaction that ends the job."""
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.zip"
    archive.file = backstage.store_file(name=name, content_type="application/zip", content=content)
    archive.save(update_fields=["file"])


@transaction.atomic
def erase_archives(*, archives) -> int:
    """Takes archives away, with their files and the work that made them."""
    return sum(_erase(one) for one in archives.select_related("job", "file"))


def _erase(archive: DataArchive) -> int:
    file = archive.file
    Job.objects.filter(pk=archive.job_id).delete()
    if file:
        backstage.drop_file(file=file)
    return 1
