"""What the clock asks of the whole platform: its backup of the night."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.notifications import tell_backup_failed
from efc_platform.backups import BackupRefused, BackupUnderway
from efc_platform.backups.making import make_backup
from efc_platform.backups.rotation import note, rotate
from efc_platform.backups.stores import store_at

log = logging.getLogger(__name__)
_HOURS = 3600


# Gigabytes to read, seal and send: allowed hours, where a page or a report has minutes.
@shared_task(time_limit=6 * _HOURS, soft_time_limit=6 * _HOURS - 60)
def back_up() -> None:
    """Each night, where a place and a key were given; said aloud where they were not and real people write."""
    if not settings.BACKUP_URL and not settings.BACKUP_RECIPIENTS:
        if settings.IS_PRODUCTION:
            log.error("no backup: BACKUP_URL and BACKUP_RECIPIENTS are not set (docs/production.md)")
        return
    try:
        _back_up()
    except BackupUnderway:
        log.warning("another backup is being made: is there more than one clock?")
    except Exception as problem:
        # A refusal says why in words; of anything else the trace is in the log.
        log.error("backup failed: %s", problem if isinstance(problem, BackupRefused) else type(problem).__name__)
        tell_backup_failed(timezone.localdate())
        raise


def _back_up() -> None:
    store = store_at(settings.BACKUP_URL)
    made = make_backup(store, settings.BACKUP_RECIPIENTS)
    gone = rotate(store, settings.BACKUP_KEEP)
    note(store)
    log.info("backup made: %s, %s files; %s older ones deleted", made.name, len(made.manifest.files), len(gone))
