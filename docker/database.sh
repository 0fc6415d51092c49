#!/bin/sh
# One role owns the database and migrates, the application has another. Run by the PostgreSQL image at its first start, and
# by deploy/create_database.sh; told again, it makes what is missing.
set -eu

psql --quiet --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" --set owner_password="$DATABASE_OWNER_PASSWORD" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['trajectoires', 'trajectoires_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE trajectoires LOGIN PASSWORD :'owner_password';
ALTER ROLE trajectoires_app LOGIN PASSWORD :'password';
SELECT 'CREATE DATABASE trajectoires OWNER trajectoires ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'trajectoires') \gexec
SQL
