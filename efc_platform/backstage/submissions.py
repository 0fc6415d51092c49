"""Forms sent twice, from two tabs, after « back » or by a nervous finger: written once."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import QueryDict

from efc_platform.backstage.drafts import digest_of, draft_sent
from efc_platform.backstage.models import Author, Submission
from efc_platform.shared.errors import OperationRefused


def send_once(*, by: Author, key: uuid.UUID, typed: QueryDict, write: Callable[[], str]) -> str:
    """Runs `write`, which gives the address to go to, once per author and key.

    The same form again gives the same address. The same key with anything changed is OperationRefused:
    the page shows it again, so that what was changed is not lost under a « c’est noté ».
    """
    digest = digest_of(typed)
    with transaction.atomic():
        sent, is_new = Submission.objects.get_or_create(author_id=by.person_id, key=key, defaults={"digest": digest})
        if is_new:
            sent.url = write()
            sent.save(update_fields=["url"])
            draft_sent(by=by, typed=typed)
    if sent.digest != digest:
        raise OperationRefused(
            "Ce formulaire a déjà été envoyé et enregistré\u00a0: ce que vous venez de changer n’y est pas. "
            "Copiez-le, puis corrigez ce qui est enregistré."
        )
    return sent.url
