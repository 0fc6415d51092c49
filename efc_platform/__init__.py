"""Composition: settings, addresses, background application and the pages that cross apps."""

from efc_platform.celery import app as celery_app

__all__ = ["celery_app"]
