"""What the clock starts: forgetting the requests that are over."""

from celery import shared_task

from structures import operations


@shared_task
def erase_old_requests() -> None:
    operations.erase_old_requests()
