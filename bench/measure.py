"""CPU of one request inside the process, SQL statements and bytes, against a bare Flask page."""

import gzip
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import brotli
from flask import Flask
from sqlalchemy import Engine, event

ROUNDS = 7  # the median of these is told
CALLS = 30  # requests a round and page
WAITS = 10  # requests of which the shortest wait for the database is told

_numbers = count()

Wsgi = Callable[[dict[str, Any], Any], Any]


@dataclass
class Figures:
    """What one page cost. CPU in milliseconds, sizes in bytes."""

    name: str
    who: str
    status: int
    cpu: float
    times_hello: float
    statements: int
    waited: float  # wall milliseconds for the database, at best; SQLite's are in the CPU too
    raw: int
    gzipped: int
    brotlied: int


def hello() -> Flask:
    """The floor: Flask answering one short text."""
    app = Flask("hello")

    @app.get("/")
    def _hello() -> str:
        return "Hello, world!"

    return app


def environ(path: str, cookie: str = "") -> dict[str, Any]:
    """The WSGI environment of a GET of `path`."""
    path, _sep, query = path.partition("?")
    made: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_ACCEPT_LANGUAGE": "es",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if cookie:
        made["HTTP_COOKIE"] = cookie
    return made


def call(app: Wsgi, env: dict[str, Any]) -> tuple[int, bytes]:
    """One request: the status and the body. `{n}` in its query is another number each time."""
    told: list[str] = []
    query = env["QUERY_STRING"].replace("{n}", str(next(_numbers)))
    env = env | {"wsgi.input": io.BytesIO(), "QUERY_STRING": query}
    chunks = app(env, lambda status, _headers, _info=None: told.append(status))
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return int(told[0].split()[0]), body


def cpu_of(app: Wsgi, env: dict[str, Any], calls: int = CALLS) -> float:
    """CPU milliseconds of one request, over `calls` of them."""
    start = time.process_time()
    for _ in range(calls):
        call(app, env)
    return (time.process_time() - start) / calls * 1000


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """Collect the SQL said inside the block, BEGIN apart."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def waiting(engine: Engine) -> Iterator[list[float]]:
    """Collect how long each statement inside the block took, in milliseconds."""
    seen: list[float] = []

    def begin(*_all: Any) -> None:
        seen.append(-time.perf_counter() * 1000)

    def end(*_all: Any) -> None:
        seen[-1] += time.perf_counter() * 1000

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", begin)
        event.remove(engine, "after_cursor_execute", end)


def waited(app: Wsgi, engine: Engine, env: dict[str, Any]) -> float:
    """Milliseconds that one request waits for the database, at best."""
    found = []
    for _ in range(WAITS):
        with waiting(engine) as seen:
            call(app, env)
        found.append(sum(seen))
    return min(found)


def measure(
    app: Wsgi, engine: Engine, pages: list[tuple[str, str, str, str]], calls: int = CALLS
) -> tuple[float, list[Figures]]:
    """Measure `pages` (name, who, path, cookie) in turn with the bare page, ROUNDS times.

    Each `calls` times a round.

    Returns the bare page's CPU (ms, median) and the figures; the ratio of each is the median
    of its ratios to the bare page of the same round, so that a slow minute cancels out.
    """
    bare = hello().wsgi_app
    bare_env = environ("/")
    cpu_of(bare, bare_env, 200)
    envs = [environ(path, cookie) for _name, _who, path, cookie in pages]
    for env in envs:
        cpu_of(app, env, 3)
    floor: list[float] = []
    costs: list[list[float]] = [[] for _ in pages]
    for _ in range(ROUNDS):
        floor.append(cpu_of(bare, bare_env, 400))
        for i, env in enumerate(envs):
            costs[i].append(cpu_of(app, env, calls))
    figures = []
    for (name, who, _path, _cookie), env, cost in zip(pages, envs, costs, strict=True):
        with counting(engine) as seen:
            status, body = call(app, env)
        figures.append(
            Figures(
                name=name,
                who=who,
                status=status,
                cpu=_median(cost),
                times_hello=_median([c / f for c, f in zip(cost, floor, strict=True)]),
                statements=len(seen),
                waited=waited(app, engine, env),
                raw=len(body),
                gzipped=len(gzip.compress(body, 6)),
                brotlied=len(brotli.compress(body, quality=5)),
            )
        )
    return _median(floor), figures


def table(floor: float, figures: list[Figures]) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"Bare Flask page: {floor:.3f} ms of CPU (1.0 x).",
        "",
        "| page | who | status | CPU | x hello | SQL | database | raw | gzip | brotli |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {f.name} | {f.who} | {f.status} | {f.cpu:.2f} ms | {f.times_hello:.1f} x"
        f" | {f.statements} | {f.waited:.2f} ms | {f.raw} | {f.gzipped} | {f.brotlied} |"
        for f in figures
    ]
    return "\n".join(lines)


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
