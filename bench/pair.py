"""`python -m bench.pair`: two app servers on one PostgreSQL behind a proxy, one killed midway.

The demonstration, served from two addresses behind nginx, with a worker beside each. People read
and reply for SECONDS; after a third of them one server is killed with its worker, after two
thirds it comes back. Told are the answers that failed, and whether each reply that somebody was
told is stored is stored, once; each letter sent, once; and no stored count wrong.
"""

import email
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench import postgresql

SECONDS = 45
READERS, WRITERS = 8, 4
DATABASE = "bench_pair"
ADDRESSES = ("127.0.0.1", "127.0.0.2")
PEOPLE = (
    "technician@ceiba.example",
    "delegate@ceiba.example",
    "delegate@encinos.example",
    "delegate@rioclaro.example",
)
PASSWORD = "demo-intercambio"  # the demonstration's, printed by `make run`
TRIES = 4  # of one reply: a browser that was told nothing sends its form again
START_SECONDS = 30

_HIDDEN = re.compile(r'<input[^>]*name="(\w+)"[^>]*type="hidden"[^>]*value="([^"]*)"')
_FORM = re.compile(r'<form[^>]*action="(/threads/\w+/posts)".*?</form>', re.DOTALL)
_PROXY = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream forum {{ {servers} keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://forum; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_connect_timeout 1s; proxy_read_timeout 10s;
      proxy_next_upstream error timeout;
    }}
  }}
}}
"""


@dataclass
class Told:
    """What the people were told."""

    statuses: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    stored: list[str] = field(default_factory=list)  # replies answered as stored
    again: int = 0  # forms sent once more
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str, seconds: float = 0.0) -> None:
        """Another answer."""
        with self.lock:
            self.statuses[what] += 1
            self.slowest = max(self.slowest, seconds)


class Person:
    """A browser of somebody signed in, as far as this needs one."""

    def __init__(self, port: int, told: Told, email_: str) -> None:
        self._port, self._told, self._cookies = port, told, dict[str, str]()
        _status, _headers, page = self.ask("/sign-in")
        hidden = dict(_HIDDEN.findall(page[page.index("<main") :]))
        typed = {"email": email_, "password": PASSWORD}
        status, _headers, _page = self.ask("/sign-in", hidden | typed)
        if status != 303:
            raise SystemExit(f"{email_} could not sign in: {status}")

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, Any, str]:
        """Status, headers and page; raises OSError or HTTPException when nothing answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        try:
            connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        self._told.count(str(answer.status), time.monotonic() - began)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers, page

    def read(self, paths: list[str], until: float) -> None:
        """Read page after page."""
        while time.monotonic() < until:
            for path in paths:
                try:
                    self.ask(path)
                except (OSError, http.client.HTTPException) as error:
                    self._told.count(type(error).__name__)

    def reply(self, thread: str, name: str, until: float) -> None:
        """Reply after reply; what nobody answered is sent again, the same form."""
        number = 0
        while time.monotonic() < until:
            number += 1
            said = f"Respuesta {number} de {name}"
            try:
                _status, _headers, page = self.ask(f"{thread}/posts/new")
            except (OSError, http.client.HTTPException) as error:
                self._told.count(type(error).__name__)
                continue
            found = _FORM.search(page)
            if found is None:
                self._told.count("no form")
                continue
            form = dict(_HIDDEN.findall(found.group(0))) | {"body": said}
            self._send(found.group(1), form, said)

    def _send(self, path: str, form: dict[str, str], said: str) -> None:
        for turn in range(TRIES):
            self._told.again += turn > 0
            try:
                status, _headers, _page = self.ask(path, form)
            except (OSError, http.client.HTTPException) as error:
                self._told.count(type(error).__name__)
                continue
            if status == 303:
                with self._told.lock:
                    self._told.stored.append(said)
                return
            if status < 500:
                return


class Servers:
    """The two app servers, each with its worker, and the proxy."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, [free_port(), free_port(), free_port()]
        self._bin = Path(sys.executable).parent
        self.environment = os.environ | {
            "FORUM_DATABASE_URL": postgresql.url(DATABASE),
            "FORUM_DATA_DIR": str(folder),
            "FORUM_SECRET_KEY": "bench of two servers, known to both of them",
            "FORUM_BASE_URL": f"http://127.0.0.1:{self.ports[2]}",
            "FORUM_MAIL_URL": f"file:{folder / 'letters'}",
            "FORUM_MAIL_PER_MINUTE": "0",
            "FORUM_NEWCOMER_DAYS": "0",
            "FORUM_DEMO": "1",
        }
        self._running: dict[int, list[subprocess.Popen[bytes]]] = {}

    def flask(self, *command: str) -> str:
        """What a command says; ends here when it fails."""
        said = subprocess.run(
            [self._bin / "flask", "--app", "wsgi", *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode:
            raise SystemExit(said.stdout[-2_000:] + said.stderr[-2_000:])
        return said.stdout

    def start(self, which: int) -> None:
        """Start that server and its worker."""
        served = ["--host", ADDRESSES[which], "--port", str(self.ports[which])]
        quiet = ["--no-ws", "--no-log", "--blocking-threads", "4"]
        serve = [self._bin / "granian", "--interface", "wsgi", *served, *quiet, "wsgi:app"]
        work = [self._bin / "flask", "--app", "wsgi", "work"]
        self._running[which] = [
            subprocess.Popen(
                command, env=self.environment, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for command in (serve, work)
        ]  # fmt: skip
        await_port(ADDRESSES[which], self.ports[which])

    def proxy(self) -> None:
        """Start nginx before both."""
        servers = " ".join(
            f"server {address}:{port} max_fails=1 fail_timeout=2s;"
            for address, port in zip(ADDRESSES, self.ports, strict=False)
        )
        file = self.folder / "nginx.conf"
        file.write_text(_PROXY.format(folder=self.folder, servers=servers, port=self.ports[2]))
        nginx = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(file)]
        self._running[2] = [subprocess.Popen(nginx, stderr=subprocess.DEVNULL)]
        await_port("127.0.0.1", self.ports[2])

    def kill(self, which: int) -> None:
        """End that server and its worker as a power cut does."""
        for process in self._running.pop(which):
            if which < len(ADDRESSES):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.terminate()
            process.wait(timeout=START_SECONDS)

    def stop(self) -> None:
        """End all that runs."""
        for which in list(self._running):
            self.kill(which)


def main() -> int:
    """Run it and print what was seen. Returns 1 when anything was lost or there twice."""
    if shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
        raise SystemExit("nginx is needed as the proxy")
    postgresql.renew(DATABASE)
    with tempfile.TemporaryDirectory(prefix="forum-pair-") as made:
        servers = Servers(Path(made))
        servers.flask("db", "upgrade")
        servers.flask("demo", "load")
        try:
            servers.start(0)
            servers.start(1)
            servers.proxy()
            told = _use(servers)
            _until_sent()
        finally:
            servers.stop()
        wrong = _look(servers, told)
    postgresql.drop(DATABASE)
    return wrong


def _use(servers: Servers) -> Told:
    port, told = servers.ports[2], Told()
    people = [Person(port, told, one) for one in PEOPLE]
    _status, _headers, home = people[0].ask("/")
    threads = _with_forms(people[0], sorted(set(re.findall(r'href="(/threads/\w+)"', home))))
    pages = ["/", "/solutions", "/search?q=costos", *threads]
    told.statuses.clear()
    until = time.monotonic() + SECONDS
    acts = [
        threading.Thread(target=people[n % len(people)].read, args=(pages, until))
        for n in range(READERS)
    ] + [
        threading.Thread(target=person.reply, args=(threads[n % len(threads)], PEOPLE[n], until))
        for n, person in enumerate(people[:WRITERS])
    ]
    for act in acts:
        act.start()
    time.sleep(SECONDS / 3)
    servers.kill(1)
    time.sleep(SECONDS / 3)
    servers.start(1)
    for act in acts:
        act.join(timeout=SECONDS)
    return told


def _with_forms(person: Person, threads: list[str]) -> list[str]:
    return [one for one in threads if _FORM.search(person.ask(f"{one}/posts/new")[2])]


def _until_sent() -> None:
    """Wait until the workers have nothing left, a minute at most."""
    ends = time.monotonic() + 60
    with psycopg.connect(postgresql.address(DATABASE), autocommit=True) as database:
        waiting = "SELECT count(*) FROM letter WHERE status IN ('waiting', 'sending')"
        while time.monotonic() < ends and database.execute(waiting).fetchone() != (0,):
            time.sleep(0.5)


def _look(servers: Servers, told: Told) -> int:
    with psycopg.connect(postgresql.address(DATABASE), autocommit=True) as database:
        asked = "SELECT body FROM post WHERE body LIKE 'Respuesta % de %'"
        there = Counter(body for (body,) in database.execute(asked))
    lost = [said for said in told.stored if not there[said]]
    twice = [said for said, times in there.items() if times > 1]
    letters = [
        email.message_from_bytes(file.read_bytes())["Message-ID"]
        for file in (servers.folder / "letters").rglob("*.eml")
    ]
    print(f"answers: {dict(told.statuses)}, the slowest after {told.slowest:.1f} s")
    print(f"replies told stored: {len(told.stored)}, sent again: {told.again}")
    untold = (there - Counter(told.stored)).total()
    print(f"lost: {len(lost)}, stored twice: {len(twice)}, stored untold: {untold}")
    print(f"letters: {len(letters)}, sent twice: {len(letters) - len(set(letters))}")
    print(servers.flask("check", "counts").strip())
    return 1 if lost or twice or len(letters) != len(set(letters)) else 0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def await_port(address: str, port: int) -> None:
    """Until somebody listens there; ends here when nobody does."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((address, port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("a server did not start")


if __name__ == "__main__":
    sys.exit(main())
