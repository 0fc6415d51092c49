"""Seals again, under the first key, what stands under another: journal pages, drafts, second factors; says when an old
key may go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.factors import factors_by_key, rotate_factor_keys
from efc_platform.backstage.drafts import drafts_by_key, rotate_draft_keys
from efc_platform.management.words import counted
from efc_platform.shared.encryption import current_key_id, known_key_ids
from trajectories.operations import rotate_journal_keys
from trajectories.queries import journal_pages_by_key


class Command(BaseCommand):
    help = (
        "Rechiffre sous la première clé de JOURNAL_KEYS les pages de journal, les brouillons et les seconds facteurs "
        "qui sont sous une autre."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--batch", type=int, default=100, help="pages lues à la fois (100)")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        pages, drafts = rotate_journal_keys(batch=batch), rotate_draft_keys(batch=batch)
        factors = rotate_factor_keys()
        self.stdout.write(
            f"{counted(pages.resealed, 'page rechiffrée', 'pages rechiffrées')} sous la clé {current_key_id()}."
        )
        if drafts.resealed:
            self.stdout.write(f"{counted(drafts.resealed, 'brouillon rechiffré', 'brouillons rechiffrés')} de même.")
        if factors.resealed:
            what = counted(factors.resealed, "moyen de second facteur rechiffré", "moyens de second facteur rechiffrés")
            self.stdout.write(f"{what} de même.")
        if overtaken := pages.overtaken + drafts.overtaken:
            what = counted(overtaken, "page modifiée", "pages modifiées")
            self.stdout.write(f"{what} entre-temps par leur auteur : relancez.")
        self._say_which_keys_may_go()
        if unreadable := [*pages.unreadable, *drafts.unreadable, *factors.unreadable]:
            raise CommandError(f"Illisibles, laissées telles quelles : {', '.join(unreadable)}.")

    def _say_which_keys_may_go(self) -> None:
        texts, factors = journal_pages_by_key() + drafts_by_key(), factors_by_key()
        for key_id in known_key_ids()[1:]:
            held = [counted(texts[key_id], "page")] if texts[key_id] else []
            held += [counted(factors[key_id], "moyen", "moyens") + " de second facteur"] if factors[key_id] else []
            if held:
                self.stdout.write(f"Clé {key_id} : encore {' et '.join(held)}, gardez-la dans JOURNAL_KEYS.")
            else:
                self.stdout.write(
                    f"Clé {key_id} : plus rien sous elle. Retirez-la de JOURNAL_KEYS, et gardez-la au coffre aussi "
                    "longtemps que les sauvegardes faites avant aujourd’hui : elles ne s’ouvrent qu’avec elle."
                )
