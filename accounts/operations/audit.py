"""Forgetting the log of accesses when its time has come."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone


def purge_access_events() -> int:
    """Forgets the accesses older than ACCESS_LOG_DAYS, those that a seal covers; gives how many.

    By a function of the owner of the tables: the application itself cannot delete one. OperationalError never, but
    the database refuses to forget less than six months.
    """
    before = timezone.now().date() - timedelta(days=settings.ACCESS_LOG_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT purge_access_events(%s)", [before])
        return int(cursor.fetchone()[0])
