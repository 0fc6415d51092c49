"""The one way in which history is rewritten: a person's words are blanked in it."""

from django.db import migrations

# Owned by the role that migrates and run as it, so that the application's own role needs no right to rewrite. It can
# blank text and nothing else: neither a date, nor who acted, nor put other words in somebody's mouth.
FUNCTION = """
CREATE FUNCTION forget_in_history(event_table regclass, event_ids bigint[], columns text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    blanked text;
    guards text;
    guarded text := current_setting('pgtrigger.ignore', true);
    rewritten integer;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = event_table AND attname = 'pgh_obj_id') THEN
        RAISE EXCEPTION '% keeps no history', event_table;
    END IF;
    IF (
        SELECT count(*) FROM pg_attribute
        WHERE attrelid = event_table AND attname = ANY(columns) AND attname NOT LIKE 'pgh\\_%'
        AND atttypid IN ('text'::regtype, 'varchar'::regtype)
    ) <> cardinality(columns) THEN
        RAISE EXCEPTION 'only texts of % are blanked', event_table;
    END IF;
    SELECT string_agg(
        format('%I = %L', one, CASE WHEN one IN ('first_name', 'words') THEN 'Personne partie' ELSE '' END), ', '
    ) INTO blanked FROM unnest(columns) AS one;
    SELECT string_agg(tgname, ',') INTO guards FROM pg_trigger
    WHERE tgrelid = event_table AND tgname LIKE 'pgtrigger\\_append\\_only\\_%';
    PERFORM set_config('pgtrigger.ignore', '{' || coalesce(guards, '') || '}', true);
    EXECUTE format('UPDATE %s SET %s WHERE pgh_id = ANY($1)', event_table, blanked) USING event_ids;
    GET DIAGNOSTICS rewritten = ROW_COUNT;
    PERFORM set_config('pgtrigger.ignore', coalesce(nullif(guarded, ''), '{}'), true);
    RETURN rewritten;
END
$function$;
"""


class Migration(migrations.Migration):
    replaces = [("accounts", "0004_forget_in_history")]
    dependencies = [("accounts", "0002_archives")]

    operations = [
        migrations.RunSQL(
            FUNCTION, reverse_sql="DROP FUNCTION IF EXISTS forget_in_history(regclass, bigint[], text[]);"
        )
    ]
