#!/bin/sh
# Without Docker, as root: the database and its two roles, with the passwords of .env and .env.owner.
set -eu
cd "$(dirname "$0")/.."

password() {
    sed -n "s|^$2=postgres://[^:]*:\([^@]*\)@.*|\1|p" "$1"
}

[ "$(id -u)" -eq 0 ] || {
    printf '%s\n' "Cette commande agit au nom de PostgreSQL : lancez-la par sudo." >&2
    exit 1
}
DATABASE_PASSWORD=$(password .env DATABASE_URL)
DATABASE_OWNER_PASSWORD=$(password .env.owner DATABASE_OWNER_URL)
POSTGRES_USER=postgres
export DATABASE_PASSWORD DATABASE_OWNER_PASSWORD POSTGRES_USER
runuser -u postgres -- sh docker/database.sh
printf '%s\n' "La base « trajectoires » est là, avec ses deux rôles."
