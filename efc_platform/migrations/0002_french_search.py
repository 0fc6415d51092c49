from django.db import migrations


class Migration(migrations.Migration):
    """The configuration of every search: French stems, accents aside, so that « salaries » finds « salariés »."""

    dependencies = [("efc_platform", "0001_extensions")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = french);
            ALTER TEXT SEARCH CONFIGURATION french_unaccent
                ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
            """,
            "DROP TEXT SEARCH CONFIGURATION french_unaccent",
        ),
    ]
