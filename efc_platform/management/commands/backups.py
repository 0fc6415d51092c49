"""Lists the backups that are kept, and tells a monitor whether the last ones are too old."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from obstore.exceptions import BaseError

from efc_platform.backups import BackupRefused
from efc_platform.backups.rotation import archives_in
from efc_platform.backups.stores import store_at
from efc_platform.management.words import counted, megabytes


class Command(BaseCommand):
    help = "Liste les sauvegardes, et finit en erreur quand la dernière, ou la dernière vérifiée, est trop vieille."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--max-hours", type=int, default=26, help="âge de la dernière sauvegarde (26 heures)")
        parser.add_argument("--max-days-verified", type=int, default=35, help="âge de la dernière vérifiée (35 jours)")

    def handle(self, *args: Any, max_hours: int, max_days_verified: int, **options: Any) -> None:
        try:
            archives = archives_in(store_at(settings.BACKUP_URL))
        except (BackupRefused, OSError, BaseError) as refusal:
            raise CommandError(f"Les sauvegardes ne se lisent pas : {refusal}") from refusal
        for one in archives:
            said = f"vérifiée le {str(one.verified['verified_at'])[:10]}" if one.verified else "jamais vérifiée"
            self.stdout.write(f"{one.name}  {megabytes(one.size):>13}  {said}")
        problems = []
        if not _is_recent(archives[0].made_at if archives else None, timedelta(hours=max_hours)):
            problems.append(f"aucune sauvegarde depuis {counted(max_hours, 'heure')}")
        verified = next((one.made_at for one in archives if one.verified), None)
        if not _is_recent(verified, timedelta(days=max_days_verified)):
            problems.append(f"aucune sauvegarde vérifiée depuis {counted(max_days_verified, 'jour')}")
        if problems:
            raise CommandError(f"À reprendre : {' ; '.join(problems)}.")


def _is_recent(moment: datetime | None, age: timedelta) -> bool:
    return moment is not None and timezone.now() - moment < age
