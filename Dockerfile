# One image, three commands: web, worker, beat.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY requirements-production.lock .
RUN uv venv /venv && uv pip sync --compile-bytecode --python /venv/bin/python --require-hashes requirements-production.lock

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-liberation fonts-ipafont-gothic \
        ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home portal
COPY --from=build /venv /venv
WORKDIR /app
COPY --chown=root:root accounts accounts
COPY --chown=root:root claims claims
COPY --chown=root:root cpor_portal cpor_portal
COPY --chown=root:root customers customers
COPY --chown=root:root kit kit
COPY --chown=root:root locale locale
COPY --chown=root:root notifications notifications
COPY --chown=root:root operations operations
COPY --chown=root:root partners partners
COPY --chown=root:root revenue revenue
COPY --chown=root:root review review
COPY --chown=root:root static static
COPY --chown=root:root templates templates
COPY --chown=root:root manage.py .
RUN /venv/bin/python -m compileall -q .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static PORTAL_DATA_DIR=/srv/data
RUN mkdir -p /srv/static /srv/data && chown portal /srv/data \
    && SECRET_KEY=build DATABASE_URL=postgresql://build/build python manage.py collectstatic --noinput
ENV LOG_FORMAT=json PROMETHEUS_MULTIPROC_DIR=/tmp/portal-figures
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config=python:cpor_portal.serving", "cpor_portal.wsgi"]
