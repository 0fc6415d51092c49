"""The first command of a new installation: the référentiel, and somebody to invite the others."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Role
from accounts.operations import grant_role, open_account
from efc_platform.shared.errors import OperationRefused
from trajectories.framework import load_framework


class Command(BaseCommand):
    help = "Charge le référentiel par défaut et ouvre le compte d’une première personne à la coordination."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("prenom")
        parser.add_argument("nom", nargs="?", default="")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        version = load_framework()
        try:
            user = open_account(email=options["email"], first_name=options["prenom"], last_name=options["nom"])
            grant_role(by=None, user=user, role=Role.COORDINATOR)
        except OperationRefused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{version} est là. Le compte {user.email} est ouvert :")
        self.stdout.write(
            "cette personne choisit son mot de passe par « Mot de passe oublié » sur la page de connexion."
        )
