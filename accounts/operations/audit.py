"""Forgetting the log of accesses when its time has come."""

from datetime import datetime

from django.db import connection


def purge_access_events(*, before: datetime) -> int:
    """Forgets the accesses of the days before that moment's, those that a seal covers; gives how many.

    By a function of the owner of the tables: the application itself cannot delete one. OperationalError never, but
    the database refuses to forget less than six months.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT purge_access_events(%s)", [before.date()])
        return int(cursor.fetchone()[0])
