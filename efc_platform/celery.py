"""Celery: a doorbell. What is to be done stands in PostgreSQL, never only in the broker."""

import os

from celery import Celery

from efc_platform.backstage.hearing import HearingStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efc_platform.settings")

app = Celery("efc_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(HearingStep)
