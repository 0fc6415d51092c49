from django.db import migrations

CREATE = """
CREATE FUNCTION purge_access_events(before date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    IF before > current_date - 180 THEN
        RAISE EXCEPTION 'the log of accesses is kept six months at least';
    END IF;
    PERFORM set_config('efc.rewriting', 'on', true);
    DELETE FROM public.accounts_accessevent WHERE id <= (
        SELECT max(last_id) FROM public.accounts_historyseal WHERE table_name = 'accounts_accessevent' AND day < before
    );
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    PERFORM set_config('efc.rewriting', 'off', true);
    RETURN forgotten;
END $$
"""


class Migration(migrations.Migration):
    """The one way by which an access is forgotten: with the rights of the owner of the tables, once it was sealed."""

    replaces = [("accounts", "0008_purge_access_events")]
    dependencies = [("accounts", "0003_forget_in_history")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION purge_access_events(date)")]
