"""Restores a backup beside the installation, tries it out, and keeps that it was verified."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from efc_platform.backups import BackupRefused
from efc_platform.backups.keys import identities_of
from efc_platform.backups.stores import located
from efc_platform.backups.verifying import Verification, keep_mark, verify
from efc_platform.management.words import counted, decimal


class Command(BaseCommand):
    help = (
        "Restaure une sauvegarde dans une base d’essai, l’essaie, et dit ce qui est revenu. Rien d’autre n’est touché."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", help="un fichier, ou le nom d’une sauvegarde que liste « manage.py backups »")
        parser.add_argument(
            "--identity", type=Path, required=True, help="fichier de la clé privée ; - la lit sur l’entrée standard"
        )

    def handle(self, *args: Any, archive: str, identity: Path, **options: Any) -> None:
        try:
            store, name = located(archive)
            found = verify(store, name, identities_of(identity))
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._report(found)
        if found.problems:
            raise CommandError(
                "\n  - ".join(["Cette sauvegarde ne vaut pas tout à fait ce qu’elle devrait :", *found.problems])
            )
        keep_mark(store, name, found)
        self.stdout.write("Cette sauvegarde se restaure : c’est noté à côté d’elle.")

    def _report(self, found: Verification) -> None:
        self.stdout.write(f"Lu et comparé : {counted(found.rows, 'ligne')} et {counted(found.files, 'fichier')}.")
        for name, said in found.tried.items():
            self.stdout.write(f"  {name} : {said}")
        self.stdout.write(", ".join(f"{name} {decimal(seconds)} s" for name, seconds in found.seconds.items()))
