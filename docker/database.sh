#!/bin/sh
# Run by the PostgreSQL image at its first start: one role owns the database and migrates, the application has another.
set -eu

psql --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" --set owner_password="$DATABASE_OWNER_PASSWORD" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE trajectoires LOGIN PASSWORD :'owner_password';
CREATE ROLE trajectoires_app LOGIN PASSWORD :'password';
CREATE DATABASE trajectoires OWNER trajectoires ENCODING 'UTF8' TEMPLATE template0;
SQL
