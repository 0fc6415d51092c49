"""Celery: a doorbell. What is to be done stands in PostgreSQL, never only in the broker."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

from efc_platform.backstage.hearing import HearingStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efc_platform.settings")

app = Celery("efc_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(HearingStep)

# A document may come a little later; a page may not. The units and compose say the same between groups of processes.
GIVES_WAY = 10


@worker_init.connect
def _give_way(**_worker: Any) -> None:
    """Of the processors: what works in the background leaves them to the pages when both want them."""
    os.nice(GIVES_WAY)
