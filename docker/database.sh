#!/bin/sh
# Run by the PostgreSQL image at its first start: the application owns its database and is no superuser.
set -eu

psql --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE trajectoires LOGIN PASSWORD :'password';
CREATE DATABASE trajectoires OWNER trajectoires ENCODING 'UTF8' TEMPLATE template0;
SQL
