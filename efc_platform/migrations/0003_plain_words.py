from django.db import migrations


class Migration(migrations.Migration):
    """A text without its accents and capitals, as a column may be generated and indexed from it.

    `unaccent` alone is only STABLE, as its dictionary may be changed. The schemas are written out because a restore
    runs with an empty search path.
    """

    dependencies = [("efc_platform", "0002_french_search")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION plain_words(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
            $$ SELECT lower(public.unaccent('public.unaccent', $1)) $$;
            """,
            "DROP FUNCTION plain_words(text)",
        ),
    ]
