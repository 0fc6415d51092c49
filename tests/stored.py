"""What is on the disk, for who spoils it or takes it away."""

from pathlib import Path

from django.conf import settings

from efc_platform.backstage.models import StoredFile


def path_of(file: StoredFile) -> Path:
    """Where its bytes are, without a bucket."""
    return Path(settings.FILES_DIR / file.place)
