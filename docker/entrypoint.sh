#!/bin/sh
# What this container is: web, worker, scheduler or migrate. Anything else is run as it is given.
set -eu

case "${1:-web}" in
web)
    exec gunicorn efc_platform.wsgi:application --bind 0.0.0.0:8000 --worker-class gthread \
        --workers "${WEB_WORKERS:-2}" --threads "${WEB_THREADS:-4}" --graceful-timeout 30 \
        --worker-tmp-dir /dev/shm --no-control-socket
    ;;
worker)
    exec celery --quiet -A efc_platform worker -Q "${WORKER_QUEUES:-default,pdf,mail}" \
        --concurrency "${WORKER_SLOTS:-2}" --loglevel INFO --without-gossip --without-mingle
    ;;
scheduler)
    exec celery --quiet -A efc_platform beat -s /tmp/beat-schedule --pidfile= --loglevel INFO
    ;;
migrate)
    python manage.py migrate --no-input
    exec python manage.py load_territory
    ;;
*)
    exec "$@"
    ;;
esac
