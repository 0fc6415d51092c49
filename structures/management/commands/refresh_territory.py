"""Makes the file of the territory again from a package that somebody downloaded."""

from pathlib import Path
from tarfile import TarError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from structures.territory import FILE, write_territory


class Command(BaseCommand):
    help = "Refait le fichier du territoire depuis l’archive (ou le dossier) du paquet @etalab/decoupage-administratif."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("package", type=Path)
        parser.add_argument("--into", type=Path, default=FILE)

    def handle(self, *args: Any, package: Path, into: Path, **options: Any) -> None:
        try:
            communes = write_territory(package, into)
        except (OSError, KeyError, ValueError, TarError) as error:
            raise CommandError(f"Ce n’est pas ce paquet\u00a0: {error}") from error
        self.stdout.write(f"{communes} communes, {into.stat().st_size // 1000} ko. Lancez ensuite load_territory.")
