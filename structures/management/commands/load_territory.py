"""Puts the communes, départements and régions in the database; run after each migration, it may be run again."""

from typing import Any

from django.core.management.base import BaseCommand

from structures.territory import load_territory


class Command(BaseCommand):
    help = "Charge les communes, intercommunalités, départements et régions livrés avec la plateforme."

    def handle(self, *args: Any, **options: Any) -> None:
        counted = load_territory()
        self.stdout.write(", ".join(f"{name}\u00a0: {count}" for name, count in counted.items()))
