"""What is deployed: settings that refuse to start half set, an image without secrets, services that are watched."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {"migrate", "web", "worker", "scheduler"}
PRODUCTION = {
    "SECRET_KEY": "made-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",  # pragma: allowlist secret
    "DATABASE_URL": os.environ["DATABASE_URL"],
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://compte:secret@courriel.example:587",  # pragma: allowlist secret
    "ALLOWED_HOSTS": "trajectoires.example",
    "JOURNAL_KEYS": "essai:Y2hlY2stb25seS1qb3VybmFsLWtleS0zMi1ieXRlcyE=",
    "SITE_URL": "https://trajectoires.example",
    "DEFAULT_FROM_EMAIL": "bonjour@trajectoires.example",
}


def in_production(*command: str, without: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """A process that has these settings and no other."""
    given = {name: value for name, value in PRODUCTION.items() if name != without}
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ["VAR_DIR"], **given, **more}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_refuses_to_start_without_a_setting_and_names_it(name):
    outcome = in_production("-c", "import efc_platform.settings", without=name)
    assert outcome.returncode == 1
    assert f"These settings are missing from the environment: {name}. " in outcome.stderr


def test_every_required_setting_is_tried_here():
    assert set(PRODUCTION) == set(settings.REQUIRED_IN_PRODUCTION)


def test_django_finds_nothing_to_say_of_the_production_settings():
    outcome = in_production("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (outcome.returncode, outcome.stdout) == (0, "System check identified no issues (0 silenced).\n")


def test_compose_runs_the_processes_that_production_needs():
    assert set(SERVICES) == OURS | {"database", "broker", "mailbox"}
    assert {name for name, service in SERVICES.items() if service.get("profiles")} == {"mailbox"}
    assert {name: SERVICES[name]["command"] for name in OURS} == {name: name for name in OURS}


def test_entrypoint_knows_each_command_of_compose():
    known = re.findall(r"^(\w+)\)$", (ROOT / "docker/entrypoint.sh").read_text(), re.MULTILINE)
    assert set(known) == OURS


def test_every_service_that_stays_is_watched():
    watched = {name for name, service in SERVICES.items() if "test" in service.get("healthcheck", {})}
    # The image itself says how its pages are known to live.
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    assert watched == set(SERVICES) - {"migrate", "web"}


def test_nothing_starts_before_the_schema_and_pages_do_without_the_broker():
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"
    waits = {name: set(SERVICES[name]["depends_on"]) for name in OURS - {"migrate"}}
    assert waits == {"web": {"migrate"}, "worker": {"migrate", "broker"}, "scheduler": {"migrate", "broker"}}


def test_what_must_last_is_on_a_named_volume():
    mounted = {
        name: [mount.split(":")[0] for mount in service.get("volumes", [])] for name, service in SERVICES.items()
    }
    assert set(COMPOSE["volumes"]) == {"database", "broker", "files"}
    assert all("files" in mounted[name] for name in OURS)
    assert "database" in mounted["database"]
    assert "broker" in mounted["broker"]


def test_broker_writes_its_queue_and_forgets_nothing_for_lack_of_memory():
    command = " ".join(SERVICES["broker"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_only_the_loopback_of_the_host_is_listened_on():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_our_containers_have_no_right_to_spare():
    for name in OURS:
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r"^USER trajectoires$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_no_secret_is_written_in_the_files():
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / "docker/env.example").read_text(), re.MULTILINE))
    assert {name for name, value in example.items() if value} == {"TRUSTED_PROXY_COUNT", "PORT"}
    given_by_compose = {"DATABASE_URL", "REDIS_URL"}
    assert set(settings.REQUIRED_IN_PRODUCTION) - given_by_compose <= set(example)
    passwords = re.findall(r"PASSWORD\S*", (ROOT / "docker-compose.yml").read_text())
    assert passwords
    assert all(re.search(r"\w*PASSWORD(:$|:\?)", word) for word in passwords)
    assert "/.env" in (ROOT / ".gitignore").read_text().split()


def test_image_holds_what_runs_and_nothing_else():
    """Everything is refused but what is listed: no key, no data, no test of the checkout can go in."""
    first, *listed = [
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
    ]
    assert first == "*"
    let_in = {line[1:].split("/")[0] for line in listed if line.startswith("!")}
    packages = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert let_in == packages | {"templates", "static", "docker", "manage.py", "requirements.txt", "LICENSE"}


def test_image_installs_locked_packages_only():
    assert "pip install --no-cache-dir --require-hashes -r requirements.txt" in (ROOT / "Dockerfile").read_text()


SEEN_FROM_OUTSIDE = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(raise_request_exception=False)
host = {"host": "trajectoires.example"}
asked = [client.get("/healthz", secure=True, headers=host), client.get("/connexion/", headers=host)]
print(json.dumps({
    "answers": [[one.status_code, dict(one.headers)] for one in asked],
    "cookies": {name: getattr(settings, name) for name in dir(settings) if "_COOKIE_" in name},
    "debug": settings.DEBUG,
}, default=str))
"""


def test_production_speaks_https_alone_and_its_cookies_stay_where_they_are():
    outcome = in_production("-c", SEEN_FROM_OUTSIDE, DJANGO_SETTINGS_MODULE="efc_platform.settings")
    assert outcome.returncode == 0, outcome.stderr
    told = json.loads(outcome.stdout)
    (status, health), (moved, redirection) = told["answers"]
    assert (status, health["Strict-Transport-Security"]) == (200, "max-age=31536000; includeSubDomains; preload")
    assert (moved, redirection["Location"]) == (301, "https://trajectoires.example/connexion/")
    for headers in (health, redirection):
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    cookies = told["cookies"]
    assert (cookies["SESSION_COOKIE_NAME"], cookies["CSRF_COOKIE_NAME"]) == ("__Host-sid", "__Host-csrf")
    for name in ("SESSION_COOKIE", "CSRF_COOKIE"):
        kept = [cookies[f"{name}_{what}"] for what in ("SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")]
        assert kept == [True, True, "Lax", "/", None]
    assert told["debug"] is False


def test_processes_are_told_the_same_of_memory_wherever_they_run_and_are_measured():
    places = [*sorted((ROOT / "deploy/systemd").glob("*.service")), ROOT / "Dockerfile", ROOT / "devtools/load.py"]
    told = {
        place.name: set(re.findall(r"(MALLOC_[A-Z_]+)\W{1,4}(\d+)", place.read_text()))
        for place in places
        if "MALLOC_" in place.read_text()
    }
    assert told.keys() >= {"trajectoires.service", "trajectoires-worker.service", "Dockerfile", "load.py"}
    assert set(map(len, told.values())) == {3}
    assert len(set(map(frozenset, told.values()))) == 1
