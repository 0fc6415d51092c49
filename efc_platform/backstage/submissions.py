"""Forms sent twice, from two tabs, after « back » or by a nervous finger: written once."""

import json
import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import QueryDict
from django.utils.crypto import salted_hmac

from efc_platform.backstage.drafts import DRAFT_FIELDS, draft_sent
from efc_platform.backstage.models import Author, Submission
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.pauses import PAUSE_FIELDS

_NOT_TYPED = {"csrfmiddlewaretoken", "client_key", *PAUSE_FIELDS, *DRAFT_FIELDS}


def send_once(*, by: Author, key: uuid.UUID, typed: QueryDict, write: Callable[[], str]) -> str:
    """Runs `write`, which gives the address to go to, once per author and key.

    The same form again gives the same address. The same key with anything changed is OperationRefused:
    the page shows it again, so that what was changed is not lost under a « c’est noté ».
    """
    digest = _digest(typed)
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


def _digest(typed: QueryDict) -> str:
    """Under the application's secret: a page of a journal must not be guessed at from what the database keeps."""
    values = sorted((name, value) for name, value in typed.lists() if name not in _NOT_TYPED)
    return salted_hmac("submission", json.dumps(values), algorithm="sha256").hexdigest()
