"""Reads the real installation, and says what to mend."""

import secrets
from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from efc_platform.management.deployment import Finding, findings


class Command(BaseCommand):
    help = "Regarde l’installation telle qu’elle répond, et dit ce qu’il faut reprendre."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--courriel", metavar="ADRESSE", help="envoie un code à cette adresse, et vous demande de le recopier"
        )

    def handle(self, *args: Any, courriel: str | None = None, **options: Any) -> None:
        found = list(findings())
        if courriel:
            found.append(self._mailed(courriel))
        for one in found:
            self.stdout.write(f"{'✓' if one.is_well else '✗'} {one.seen}")
            if one.mend:
                self.stdout.write(f"    {one.mend}")
        wrong = sum(not one.is_well for one in found)
        if not courriel:
            self.stdout.write("· Le courriel n’a pas été essayé\u00a0: ajoutez --courriel votre@adresse.")
        if wrong:
            raise CommandError(f"{wrong} chose{'s' if wrong > 1 else ''} à reprendre.")
        self.stdout.write("Tout est en ordre.")

    def _mailed(self, address: str) -> Finding:
        """Sent straight away, without the worker: what is looked at here is the mail server."""
        code = f"{secrets.randbelow(1_000_000):06}"
        try:
            EmailMessage("Essai de la plateforme", f"Le code à recopier\u00a0: {code}\n", to=[address]).send()
        except OSError as problem:
            return Finding(f"Le courriel n’est pas parti ({problem}).", "Voyez EMAIL_URL et DEFAULT_FROM_EMAIL.")
        self.stdout.write(f"Un courriel est parti vers {address}. Recopiez son code, ou laissez vide\u00a0:")
        try:
            copied = input().strip()
        except (EOFError, RuntimeError):
            # Nobody at the keyboard, or none at all.
            return Finding(
                "Le courriel est parti, mais le code n’a pas été recopié.",
                "Relancez cette commande depuis un terminal, et recopiez le code reçu.",
            )
        if copied == code:
            return Finding("Le courriel part, et il arrive.")
        return Finding(
            "Le courriel est parti, mais n’est pas arrivé.",
            "Regardez les indésirables, puis SPF, DKIM et DMARC de votre domaine.",
        )
