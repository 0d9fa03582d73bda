# The service: API and dashboard over an event database in /data.
#
#   docker build -t deportment .
#   docker run -p 8000:8000 -v deportment-data:/data deportment
#
# Other commands: docker run … deportment audit /data/footage --site /data/site.yaml …
FROM python:3.11-slim-bookworm AS base
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libegl1 libgl1 libgles2 libglib2.0-0 libsm6 libxext6 \
    && rm -rf /var/lib/apt/lists/*
ENV DEPORTMENT_HOME=/srv/deportment \
    PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1

FROM base AS build
COPY . /src
RUN python -m venv /srv/venv \
    && pip install --no-cache-dir '/src[mqtt,onvif,postgresql]' \
    && deportment weights pull

FROM base
RUN useradd --system --uid 10001 --home-dir /srv/deportment deportment \
    && install --directory --owner deportment --group deportment /data
COPY --from=build /srv/venv /srv/venv
COPY --from=build --chown=deportment:deportment /srv/deportment /srv/deportment
USER deportment
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["deportment"]
CMD ["serve", "--db", "/data/deportment.db", "--evidence", "/data/evidence", "--host", "0.0.0.0", "--port", "8000"]
