"""`python -m bench.slow`: how long a person on a slow link waits until the first post can be read.

Chromium with a phone's width, a link of 400 kbit/s that takes 400 ms to answer and a processor
six times slower, before the demonstration served as `make run` serves it. A first visit knows
nothing of the forum, a return visit is the same page once more. The median of VISITS is told:
milliseconds since the page was asked for, requests, and bytes as they come over the wire.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

VISITS = 5
LATENCY_MS, BYTES_A_SECOND = 400, 400_000 // 8
SLOWER = 6  # times, the processor
PHONE = {"width": 360, "height": 740}
WHO = "technician@ceiba.example"
PASSWORD = "demo-intercambio"  # the demonstration's, printed by `make run`
START_SECONDS = 30
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# painted, the style sheet applied, and the first of what the page is about in its place
_READABLE = """selector => new Promise(done => {
  const look = () => {
    const painted = performance.getEntriesByName('first-contentful-paint')[0];
    const first = document.querySelector(selector);
    if (painted && first && first.getClientRects().length)
      requestAnimationFrame(() => setTimeout(() => done(performance.now())));
    else setTimeout(look, 20);
  };
  look();
})"""


@dataclass
class Visit:
    """One look at a page: milliseconds until it can be read, and what it cost on the wire."""

    readable: float = 0.0
    requests: int = 0
    wire: int = 0


@dataclass
class Waits:
    """What was seen of a page: first visits, and each followed by a return visit."""

    page: str
    who: str
    first: list[Visit] = field(default_factory=list)
    again: list[Visit] = field(default_factory=list)


def main() -> int:
    """Measure, and print the table in Markdown. Returns 1 when a page was not to be read."""
    with tempfile.TemporaryDirectory(prefix="forum-slow-") as folder, _served(Path(folder)) as url:
        thread = _a_public_thread(url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=list(_ARGUMENTS),
            )
            signed_in = _signed_in(browser, url)
            seen = [
                _waits(browser, Waits("thread", "visitor"), thread, ".post"),
                _waits(browser, Waits("thread", "signed in"), thread, ".post", signed_in),
                _waits(browser, Waits("home", "visitor"), url, "main h1, main h2"),
                _waits(browser, Waits("home", "signed in"), url, "main h1, main h2", signed_in),
            ]
            browser.close()
    print(table(seen))
    return 0


def table(seen: list[Waits]) -> str:
    """The medians as a Markdown table."""
    lines = [
        "| page | who | first visit | requests | wire | return visit | requests | wire |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in seen:
        cells = [cell for visits in (one.first, one.again) for cell in _cells(visits)]
        lines.append(f"| {one.page} | {one.who} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(visits: list[Visit]) -> tuple[str, str, str]:
    def middle(name: str) -> float:
        return statistics.median(getattr(one, name) for one in visits)

    kilobytes = middle("wire") / 1000
    return f"{middle('readable') / 1000:.2f} s", f"{middle('requests'):.0f}", f"{kilobytes:.1f} kB"


def _waits(browser: Browser, waits: Waits, url: str, selector: str, state: Any = None) -> Waits:
    for _visit in range(VISITS):
        context = browser.new_context(viewport=PHONE, locale="es-GT", storage_state=state)
        waits.first.append(_visited(context, url, selector))
        waits.again.append(_visited(context, url, selector))
        context.close()
    return waits


def _visited(context: BrowserContext, url: str, selector: str) -> Visit:
    page, visit = context.new_page(), Visit()
    _slow_down(context, page, visit)
    page.goto(url, wait_until="commit")
    visit.readable = page.evaluate(_READABLE, selector)
    page.wait_for_load_state("networkidle")
    page.close()
    return visit


def _slow_down(context: BrowserContext, page: Page, visit: Visit) -> None:
    def finished(event: dict[str, Any]) -> None:
        visit.requests += event["encodedDataLength"] > 0  # nothing: out of the browser's cache
        visit.wire += int(event["encodedDataLength"])

    devtools = context.new_cdp_session(page)
    devtools.on("Network.loadingFinished", finished)
    devtools.send("Network.enable")
    link = {
        "offline": False,
        "latency": LATENCY_MS,
        "downloadThroughput": BYTES_A_SECOND,
        "uploadThroughput": BYTES_A_SECOND,
    }
    devtools.send("Network.emulateNetworkConditions", link)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _signed_in(browser: Browser, url: str) -> Any:
    context = browser.new_context(locale="es-GT")
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.fill("input[name=email]", WHO)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_url(lambda where: "sign-in" not in where)
    state = json.loads(json.dumps(context.storage_state()))
    context.close()
    return state


def _a_public_thread(url: str) -> str:
    """The first one that a visitor's list of solutions leads to."""
    with urllib.request.urlopen(f"{url}/solutions", timeout=10) as page:  # our own
        found = re.search(r'href="(/threads/\w+)', page.read().decode())
    if found is None:
        raise SystemExit("no public thread in the demonstration")
    return url + found.group(1)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The demonstration, served by the server that `make run` starts; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, beside = f"http://127.0.0.1:{port}", Path(sys.executable).parent
    environment = os.environ | {
        "FORUM_DATA_DIR": str(folder),
        "FORUM_DEMO": "1",
        "FORUM_BASE_URL": url,
    }
    for command in (("db", "upgrade"), ("demo", "load", "--if-empty")):
        said = subprocess.run(  # our own commands
            [beside / "flask", "--app", "wsgi", *command],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if said.returncode:
            raise SystemExit(said.stderr)
    serving = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    server = subprocess.Popen(  # as in the Makefile
        [
            beside / "granian",
            *serving,
            "--blocking-threads",
            "4",
            "--no-ws",
            "--log-level",
            "warning",
            "wsgi:app",
        ],
        env=environment,
    )
    try:
        _await(port)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def _await(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
