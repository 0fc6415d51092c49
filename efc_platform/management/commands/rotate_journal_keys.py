"""Seals again, under the first key, journal pages and drafts that stand under another; says when an old key may go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from efc_platform.backstage.drafts import drafts_by_key, rotate_draft_keys
from efc_platform.shared.encryption import current_key_id, known_key_ids
from trajectories.operations import rotate_journal_keys
from trajectories.queries import journal_pages_by_key


class Command(BaseCommand):
    help = (
        "Rechiffre sous la première clé de JOURNAL_KEYS les pages de journal et les brouillons qui sont sous une autre."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--batch", type=int, default=100, help="pages lues à la fois (100)")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        pages, drafts = rotate_journal_keys(batch=batch), rotate_draft_keys(batch=batch)
        self.stdout.write(f"{pages.resealed} page(s) rechiffrée(s) sous la clé {current_key_id()}.")
        if drafts.resealed:
            self.stdout.write(f"{drafts.resealed} brouillon(s) rechiffré(s) de même.")
        if overtaken := pages.overtaken + drafts.overtaken:
            self.stdout.write(f"{overtaken} page(s) modifiée(s) entre-temps par leur auteur : relancez.")
        self._say_which_keys_may_go()
        if unreadable := [*pages.unreadable, *drafts.unreadable]:
            raise CommandError(f"Illisibles, laissées telles quelles : {', '.join(unreadable)}.")

    def _say_which_keys_may_go(self) -> None:
        held = journal_pages_by_key() + drafts_by_key()
        for key_id in known_key_ids()[1:]:
            if held[key_id]:
                self.stdout.write(f"Clé {key_id} : encore {held[key_id]} page(s), gardez-la dans JOURNAL_KEYS.")
            else:
                self.stdout.write(
                    f"Clé {key_id} : plus aucune page. Retirez-la de JOURNAL_KEYS, et gardez-la au coffre aussi "
                    "longtemps que les sauvegardes faites avant aujourd’hui : elles ne s’ouvrent qu’avec elle."
                )
