#!/bin/sh
# Installs what a target of the Makefile needs: sh devtools/install.sh [tests]
# Does nothing, in a blink, when all is there. Run from the root of the checkout.
set -eu

WANTED=${1:-}
VENV=.venv

stop() {
    printf '%s\n' "$1" >&2
    exit 1
}

is_root_or_sudo() {
    [ "$(id -u)" = 0 ] || { command -v sudo && sudo -n true; } >/dev/null 2>&1
}

# Shows the end of what a command said, only if it fails.
quietly() {
    log=$(mktemp)
    code=0
    "$@" >"$log" 2>&1 || code=$?
    [ "$code" = 0 ] || tail -n 5 "$log" >&2
    rm -f "$log"
    return "$code"
}

# apt_install SENTENCE PACKAGE...: SENTENCE is what the person reads when the packages cannot be installed for them.
apt_install() {
    sentence=$1
    shift
    command -v apt-get >/dev/null 2>&1 && is_root_or_sudo || stop "$sentence"
    as_root=$([ "$(id -u)" = 0 ] || echo sudo)
    printf 'Installation de %s…\n' "$*"
    $as_root apt-get update -qq >/dev/null 2>&1 || true
    quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" || stop "$sentence"
}

find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    stop 'Il faut Python 3.11, 3.12 ou 3.13, et aucun n’a été trouvé : installez-le (par exemple « apt install python3 python3-venv »).'
}

make_venv() {
    python=$(find_python)
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "Il manque à Python de quoi créer un environnement : installez le paquet ${version}-venv (ou python3-venv)." "${version}-venv"
    fi
    rm -rf "$VENV"
    quietly "$python" -m venv "$VENV" || stop "L’environnement Python n’a pas pu être créé dans $PWD/$VENV."
}

install_packages() {
    printf 'Installation des paquets Python (%s), une fois pour toutes…\n' "$1"
    quietly "$VENV/bin/python" -m pip install --disable-pip-version-check --require-hashes -r "$1" ||
        stop "Les paquets Python de $1 n’ont pas pu être installés : vérifiez l’accès au réseau, puis recommencez."
}

up_to_date() {
    [ "$(cat "$VENV/installed-$1" 2>/dev/null)" = "$(cksum "$1")" ]
}

# A virtual environment whose Python was removed or upgraded away is made again.
"$VENV/bin/python" -c '' 2>/dev/null || make_venv

if [ "$WANTED" = tests ]; then lock=requirements-dev.txt; else lock=requirements.txt; fi
if ! up_to_date "$lock"; then
    install_packages "$lock"
    cksum "$lock" >"$VENV/installed-$lock"
    # The development lock holds all of the other, at the same versions.
    cksum requirements.txt >"$VENV/installed-requirements.txt"
fi

# Asked each time: a kept .venv may meet a new machine.
if ! "$VENV/bin/python" - 2>/dev/null <<'PYTHON'
import ctypes, sys
names = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"]
if sys.platform == "darwin":
    names = ["/opt/homebrew/lib/libpango-1.0.dylib"]
for name in names:
    ctypes.CDLL(name)
PYTHON
then
    [ "$(uname)" != Darwin ] || stop 'Il manque Pango, qui compose les comptes rendus en PDF : installez-le par « brew install pango ».'
    apt_install 'Il manque Pango, qui compose les comptes rendus en PDF : installez les paquets libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0 et fonts-liberation.' \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation
fi

fonts=$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" /Library/Fonts \
    \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) 2>/dev/null | head -n 1)
[ -n "$fonts" ] || apt_install 'Il manque des polices de caractères pour les PDF : installez les paquets fonts-liberation et fonts-dejavu-core.' \
    fonts-liberation fonts-dejavu-core

[ "$WANTED" = tests ] || exit 0

command -v pdftotext >/dev/null 2>&1 ||
    apt_install 'Il manque pdftotext, dont les tests se servent : installez le paquet poppler-utils.' poppler-utils

if ! command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1; then
    missing='Il manque Chromium, dont les tests se servent : installez le paquet chromium, ou indiquez un autre exécutable avec CHROMIUM=…'
    [ -z "${CHROMIUM:-}" ] || stop "CHROMIUM=$CHROMIUM n’est pas un programme que l’on puisse lancer."
    if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then
        stop 'Il manque Chromium, qu’Ubuntu ne fournit qu’en snap : installez-en un, puis indiquez-le avec CHROMIUM=/chemin/vers/chromium.'
    fi
    apt_install "$missing" chromium
fi
