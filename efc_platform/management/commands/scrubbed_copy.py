"""Makes a copy for trials, without a person's name nor a word that anybody wrote."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser

from efc_platform.backups import BackupRefused
from efc_platform.backups.scrubbing import make_scrubbed_copy
from efc_platform.backups.stores import STORE_ERRORS, store_at

_SHORTEST = 12


class Command(BaseCommand):
    help = "Fait une copie pour les essais : sans nom de personne, sans texte, sans journal ni fichier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, help="dossier ou s3://… où la ranger")
        parser.add_argument("--password", required=True, help="le mot de passe de tous les comptes de la copie")

    def handle(self, *args: Any, to: str, password: str, **options: Any) -> None:
        if len(password) < _SHORTEST:
            raise CommandError(f"Le mot de passe des comptes de la copie a au moins {_SHORTEST} caractères.")
        try:
            name = make_scrubbed_copy(store_at(to), settings.BACKUP_RECIPIENTS, password=make_password(password))
        except (BackupRefused, *STORE_ERRORS) as refusal:  # type: ignore[misc]
            raise CommandError(f"{refusal} Rien n’a été gardé.") from refusal
        self.stdout.write(
            f"{name} : les noms des structures, les dates et les chiffres y restent ; gardez-la pour vous."
        )
