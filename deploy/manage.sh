#!/bin/sh
# manage.py with the settings of the installation, without Docker:
#   sudo -u trajectoires sh deploy/manage.sh check_deployment
# The owner of the tables is named to the two commands that need it, and to no other.
set -eu
umask 077
cd "$(dirname "$0")/.."

load() {
    [ -r "$1" ] || {
        printf '%s\n' "Le fichier $PWD/$1 manque ou ne vous est pas lisible : sudo -u trajectoires sh deploy/manage.sh …" >&2
        exit 1
    }
    # As systemd reads it: nothing is evaluated, and quotes around a value are not of it.
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '' | '#'*) ;;
        *=\"*\") line=${line%\"} && export "${line%%=*}=${line#*=\"}" ;;
        *=*) export "$line" ;;
        esac
    done <"$1"
}

load .env
case ${1:-} in
migrate | restore_backup) load .env.owner ;;
esac
exec .venv/bin/python manage.py "$@"
