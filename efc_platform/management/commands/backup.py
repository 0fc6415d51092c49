"""Makes a backup now, as the clock does each night."""

from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from efc_platform.backups import BackupRefused
from efc_platform.backups.making import Made, make_backup
from efc_platform.backups.rotation import note, rotate
from efc_platform.backups.stores import store_at
from efc_platform.management.words import counted, megabytes


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers dans une archive chiffrée, puis efface celles que rien ne garde plus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", default="", help="dossier ou s3://… où la ranger, à la place de BACKUP_URL (rien n’y est effacé)"
        )

    def handle(self, *args: Any, to: str, **options: Any) -> None:
        began = monotonic()
        try:
            store = store_at(to or settings.BACKUP_URL)
            made = make_backup(store, settings.BACKUP_RECIPIENTS)
            gone = [] if to else rotate(store, settings.BACKUP_KEEP)
            if not to:
                note(store)
        except BackupRefused as refusal:
            raise CommandError(f"{refusal} Rien n’a été gardé.") from refusal
        self.stdout.write(
            f"{made.name} : {counted(sum(made.manifest.tables.values()), 'ligne')}, "
            f"{counted(len(made.manifest.files), 'fichier')} ({megabytes(made.manifest.weight)}), "
            f"en {monotonic() - began:.0f} s."
        )
        for one in gone:
            self.stdout.write(f"Effacée, plus aucune règle ne la garde : {one.name}")
        self._say_what_is_wrong(made)

    def _say_what_is_wrong(self, made: Made) -> None:
        manifest = made.manifest
        gone = counted(len(manifest.lost), "fichier manquait déjà", "fichiers manquaient déjà") + " sur le disque"
        changed = counted(
            len(manifest.damaged), "fichier n’est plus ce qu’il était", "fichiers ne sont plus ce qu’ils étaient"
        )
        if wrong := [words for words, some in ((gone, manifest.lost), (changed, manifest.damaged)) if some]:
            raise CommandError(
                f"La sauvegarde est faite, mais {' et '.join(wrong)} : "
                f"{', '.join([*manifest.lost, *manifest.damaged][:5])}. Cherchez-les dans une sauvegarde plus ancienne."
            )
