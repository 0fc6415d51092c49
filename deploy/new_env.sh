#!/bin/sh
# Writes the settings of a new installation, with secrets that nobody has ever seen:
#   sh deploy/new_env.sh https://trajectoires.exemple.fr bonjour@exemple.fr [sans-docker]
# What only you know stays to be filled in, and is listed. A file that is there already is never touched.
set -eu
umask 077
cd "$(dirname "$0")/.."

refuse() {
    printf '%s\n' "$1" >&2
    exit 1
}

case $# in
2) way=docker ;;
3) way=$3 ;;
*) way='' ;;
esac
case $way in
docker | sans-docker) ;;
*) refuse "Donnez l’adresse du site, celle d’où partent les courriels, et « sans-docker » si vous vous en passez :
  sh deploy/new_env.sh https://trajectoires.exemple.fr bonjour@exemple.fr sans-docker" ;;
esac
site=${1%/} sender=$2
host=${site#https://}
case $site in
https://*) ;;
*) refuse "L’adresse du site commence par https:// ; vous avez donné « $site »." ;;
esac
case $host in
*[!a-z0-9.-]* | '' | .* | -*) refuse "« $host » n’est pas un nom de site : des minuscules, des chiffres, des points, des tirets." ;;
esac
case $sender in
*[!A-Za-z0-9@.+_-]* | *@*@* | @* | *@) refuse "« $sender » n’est pas une adresse de courriel." ;;
*@*.*) ;;
*) refuse "« $sender » n’est pas une adresse de courriel." ;;
esac
command -v openssl >/dev/null || refuse "Il faut openssl pour tirer les secrets : apt-get install openssl"
for file in .env .env.owner; do
    [ ! -e "$file" ] || refuse "Le fichier $file est déjà là, et ses clés ouvrent peut-être des journaux : il n’est pas touché.
S’il ne sert à rien, déplacez-le d’abord."
done

drafts=$(mktemp -d .env.XXXXXX)
trap 'rm -rf "$drafts"' EXIT
# No password here has a character that an address would have to escape.
owner=$(openssl rand -hex 24) application=$(openssl rand -hex 24)
sed \
    -e "s|^SECRET_KEY=.*|SECRET_KEY=$(openssl rand -base64 48 | tr -d '\n')|" \
    -e "s|^JOURNAL_KEYS=.*|JOURNAL_KEYS=$(date +%Y):$(openssl rand -base64 32)|" \
    -e "s|^DATABASE_ADMIN_PASSWORD=.*|DATABASE_ADMIN_PASSWORD=$(openssl rand -hex 24)|" \
    -e "s|^DATABASE_OWNER_PASSWORD=.*|DATABASE_OWNER_PASSWORD=$owner|" \
    -e "s|^DATABASE_PASSWORD=.*|DATABASE_PASSWORD=$application|" \
    -e "s|^METRICS_TOKEN=.*|METRICS_TOKEN=$(openssl rand -hex 24)|" \
    -e "s|^ALLOWED_HOSTS=.*|ALLOWED_HOSTS=$host|" \
    -e "s|^SITE_URL=.*|SITE_URL=$site|" \
    -e "s|^DEFAULT_FROM_EMAIL=.*|DEFAULT_FROM_EMAIL=Trajectoires EFC <$sender>|" \
    docker/env.example >"$drafts/env"
if [ "$way" = sans-docker ]; then
    # The same settings, but for those of compose; the owner of the tables is named in a file of its own, that the pages
    # never read.
    sed -e '/^# Copy it/,/^$/d' -e '/^# Of the database/,/^DATABASE_PASSWORD=/d' -e '/^# The loopback port/,$d' \
        -e 's|docker compose run --rm web python manage.py|sudo -u trajectoires sh deploy/manage.sh|' \
        "$drafts/env" >"$drafts/bare"
    cat >>"$drafts/bare" <<SAID
# The database under the role of the application, the broker, where files are kept
DATABASE_URL=postgres://trajectoires_app:$application@127.0.0.1:5432/trajectoires
REDIS_URL=redis://127.0.0.1:6379/0
VAR_DIR=/var/lib/trajectoires
SAID
    mv "$drafts/bare" "$drafts/env"
    printf 'DATABASE_OWNER_URL=postgres://trajectoires:%s@127.0.0.1:5432/trajectoires\n' "$owner" >"$drafts/owner"
    ln "$drafts/owner" .env.owner
fi
ln "$drafts/env" .env

cat <<'SAID'
Le fichier .env est écrit ; vous seul pouvez le lire. Il reste à y remplir, à la main :
  EMAIL_URL           le compte d’où partent les courriels, smtp+tls://compte:secret@serveur:587
  BACKUP_URL          où ranger les sauvegardes, et BACKUP_ACCESS_KEY, BACKUP_SECRET_KEY si c’est un stockage S3
  BACKUP_RECIPIENTS   la clé publique que donne « manage.py backup_key », une fois la plateforme installée
Copiez maintenant SECRET_KEY et JOURNAL_KEYS dans votre coffre de mots de passe : sans la seconde, les journaux seraient
perdus pour toujours, même avec une sauvegarde.
SAID
