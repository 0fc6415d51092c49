"""Puts a backup back on this installation; refuses before touching anything."""

from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from efc_platform.backups import BackupRefused
from efc_platform.backups.archive import Manifest
from efc_platform.backups.keys import identities_of
from efc_platform.backups.restoring import (
    check_known,
    check_nobody_is_at_work,
    holds_tables,
    migrate,
    missing_keys,
    put_back,
    staged,
    target,
)
from efc_platform.backups.stores import located
from efc_platform.management.words import counted

ERASING = "j-efface-tout-ce-qui-est-dans-la-base"


class Command(BaseCommand):
    help = "Restaure une sauvegarde : la base et les fichiers. Rien n’est touché tant que l’archive n’est pas vérifiée."
    # The database may well be empty.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", help="un fichier, ou le nom d’une sauvegarde que liste « manage.py backups »")
        parser.add_argument(
            "--identity", type=Path, required=True, help="fichier de la clé privée ; - la lit sur l’entrée standard"
        )
        parser.add_argument("--yes", action="store_true", help="sans cela, l’archive est seulement vérifiée")
        parser.add_argument(
            "--replace", default="", metavar="MOTS", help=f"dans une base qui n’est pas vide : {ERASING}"
        )

    def handle(self, *args: Any, archive: str, identity: Path, yes: bool, replace: str, **options: Any) -> None:
        if replace not in {"", ERASING}:
            raise CommandError(f"Pour effacer la base avant de restaurer, écrivez --replace {ERASING}.")
        began = monotonic()
        try:
            manifest = self._restore(archive, identity, yes=yes, emptying=bool(replace))
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if not yes:
            self._say_which_keys_are_missing(manifest)
            self.stdout.write(
                "Cette sauvegarde est entière et peut être restaurée ici : arrêtez les trois processus, puis ajoutez "
                "--yes."
            )
            return
        self.stdout.write(
            f"Restauré en {monotonic() - began:.0f} s : {counted(sum(manifest.tables.values()), 'ligne')} et "
            f"{counted(len(manifest.files), 'fichier')}, "
            f"tels que le {manifest.made_at[:16].replace('T', ' à ')} (heure universelle)."
        )
        self._say_what_next(manifest)

    def _restore(self, archive: str, identity: Path, *, yes: bool, emptying: bool) -> Manifest:
        store, name = located(archive)
        known, base = identities_of(identity), target()
        is_full = holds_tables(base)
        if is_full and not emptying:
            raise BackupRefused(
                "La base n’est pas vide. Donnez une base neuve ; ou, si tout ce qu’elle contient peut disparaître, "
                f"ajoutez --replace {ERASING}."
            )
        if yes:
            check_nobody_is_at_work(base)
        with staged(store, name, known, settings.FILES_DIR) as (folder, manifest):
            if manifest.scrubbed and settings.IS_PRODUCTION:
                raise BackupRefused(
                    "C’est une copie d’essai, sans nom ni texte : elle ne se restaure pas en production."
                )
            check_known(manifest)
            if yes:
                put_back(folder, manifest, base, emptying=is_full)
        if yes:
            migrate()
        return manifest

    def _say_which_keys_are_missing(self, manifest: Manifest) -> None:
        for key in missing_keys(manifest):
            self.stdout.write(
                f"Il manque à JOURNAL_KEYS la clé {key} : retrouvez-la et remettez-la, sous ce nom. Sans elle, les "
                "pages de journal et les brouillons écrits sous elle restent fermés, et personne n’entre avec un "
                "second facteur enregistré sous elle."
            )

    def _say_what_next(self, manifest: Manifest) -> None:
        self._say_which_keys_are_missing(manifest)
        if manifest.lost:
            gone = counted(len(manifest.lost), "fichier manquait", "fichiers manquaient")
            self.stdout.write(f"{gone} déjà quand la sauvegarde a été faite.")
        self.stdout.write(
            "Ensuite : relancez les trois processus ; connectez-vous (les connexions ouvertes n’ont pas été gardées) ; "
            "ouvrez un document et une page de votre journal ; dites aux personnes depuis quand leurs écrits manquent."
        )
