"""Makes the pair of keys of the backups; the private one is shown once, and kept nowhere here."""

from typing import Any

from django.core.management.base import BaseCommand

from efc_platform.backups.keys import new_key


class Command(BaseCommand):
    help = "Fabrique une paire de clés pour les sauvegardes et l’affiche, une seule fois."
    # It asks nothing of the database, and is run before anything is there.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        private, public = new_key()
        self.stdout.write(
            "La clé privée, qui ouvre les sauvegardes. Elle ne sera plus jamais affichée. Copiez cette ligne dans un\n"
            "fichier (cle-sauvegardes.txt), gardez-le à deux endroits sûrs, jamais sur ce serveur ni à côté des\n"
            f"sauvegardes :\n\n{private}\n\n"
            f"La clé publique, qui ne fait que fermer. À mettre dans la configuration :\n\nBACKUP_RECIPIENTS={public}"
        )
