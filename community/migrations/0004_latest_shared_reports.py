"""The latest that the community reads are found without sorting all of them; built beside the table in use."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("community", "0003_calibration")]

    operations = [
        AddIndexConcurrently(
            "experiencereport",
            models.Index(
                fields=["-shared_at", "-id"], name="report_latest_shared", condition=models.Q(state="shared")
            ),
        ),
    ]
