"""Loads the demonstration, once, and only where a demonstration is meant to be."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from efc_platform.backstage.tasks import run_job
from efc_platform.management.demo_world import build_world


class Command(BaseCommand):
    help = "Charge la démonstration : douze structures inventées, leurs trajectoires, des formations, une communauté."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.IS_DEMO or settings.APP_MODE in {"development", "test"}):
            raise CommandError(
                "La démonstration ne se charge qu’en mode démonstration : ses comptes ont un mot de passe connu."
            )
        if not settings.DEMO_PASSWORD:
            raise CommandError("DEMO_PASSWORD est vide : la démonstration a besoin d’un mot de passe.")
        if User.objects.exists():
            self.stdout.write("La démonstration est déjà là.")
            return
        with transaction.atomic():
            report = build_world(settings.DEMO_PASSWORD, say=lambda name: self.stdout.write(f"  {name}"))
        # Printed here and now: the first visitor finds a finished report before any worker is up.
        run_job(report.job_id)
