"""What the clock does of the community: the look of each quarter."""

from celery import shared_task

from community import operations


# Every trajectory of the network is read again, once a quarter: it is allowed more than a page or a report.
@shared_task(time_limit=3600, soft_time_limit=3500)
def look_at_the_quarter() -> None:
    """Each night; the first of a quarter does the work, the others find it done."""
    operations.look_at_the_quarter()
