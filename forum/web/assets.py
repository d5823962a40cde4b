"""Static files: put together, fingerprinted and compressed at build; served by WhiteNoise.

`static/css/order.txt` and `static/js/order.txt` list the component files that become the one
stylesheet and the one script. A fingerprinted name never changes its content, so browsers
keep it for a year.
"""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import cast
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from flask import Flask
from whitenoise import WhiteNoise

ROOT = Path(__file__).resolve().parents[2] / "static"
BUILT = ROOT / "built"
MANIFEST = BUILT / "manifest.json"
PREFIX = "/static/"
FAVICON = "/favicon.ico"  # asked for unasked, also where a page names its icon
_BUNDLES = {"forum.css": ROOT / "css", "forum.js": ROOT / "js"}
_COMPRESSED = {".css", ".js", ".svg", ".txt"}


class Static(WhiteNoise):  # type: ignore[misc]  # WhiteNoise is untyped
    """The built files. One that is not there is missed in a line, without a page around it."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a file, send who asks for an icon to ours, or let the app answer."""
        path = environ.get("PATH_INFO", "")
        if path == FAVICON:
            return _short(
                start_response, "301 Moved Permanently", ("Location", asset("favicon.svg"))
            )
        if not path.startswith(PREFIX):
            return cast("Iterable[bytes]", self.application(environ, start_response))
        try:
            if path in self.files:
                return cast(
                    "Iterable[bytes]", self.serve(self.files[path], environ, start_response)
                )
        except FileNotFoundError:  # built anew since this process began
            pass
        return _short(start_response, "404 Not Found", ("Cache-Control", "no-store"))


def _short(start_response: StartResponse, status: str, header: tuple[str, str]) -> Iterable[bytes]:
    said = status.encode() + b"\n"
    plain = ("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff")
    start_response(status, [*plain, ("Content-Length", str(len(said))), header])
    return [said]


def init_app(app: Flask) -> None:
    """Serve the built files in front of the app; build them if nobody has yet."""
    if not MANIFEST.exists():
        build()
    static = Static(app.wsgi_app, max_age=31_536_000, immutable_file_test=r"^.*$")
    static.add_files(str(BUILT), prefix=PREFIX)
    app.wsgi_app = static  # type: ignore[method-assign]  # how Flask wraps an app
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a built file by its plain name, such as `forum.css`.

    Raises KeyError for a file that was not built.
    """
    return PREFIX + _manifest()[name]


@cache
def _manifest() -> dict[str, str]:
    found: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return found


def build() -> dict[str, str]:
    """Build every static file into `static/built/`; returns plain name -> fingerprinted name."""
    work = BUILT.with_name(f".built-{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    names = {name: _store(work, name, content) for name, content in _sources()}
    (work / MANIFEST.name).write_text(json.dumps(names, indent=1, sort_keys=True), "utf-8")
    shutil.rmtree(BUILT, ignore_errors=True)
    work.rename(BUILT)
    _manifest.cache_clear()
    return names


def _sources() -> Iterator[tuple[str, bytes]]:
    for name, folder in _BUNDLES.items():
        order = (folder / "order.txt").read_text(encoding="utf-8").split()
        yield name, b"\n".join((folder / part).read_bytes() for part in order)
    loose = [*sorted(ROOT.glob("*.*")), *sorted((ROOT / "vendor").glob("*.*"))]
    for file in filter(Path.is_file, loose):
        yield str(file.relative_to(ROOT)), file.read_bytes()


def _store(work: Path, name: str, content: bytes) -> str:
    plain = Path(name)
    mark = hashlib.sha256(content).hexdigest()[:10]
    stored = plain.with_name(f"{plain.stem}.{mark}{plain.suffix}")
    target = work / stored
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    if plain.suffix in _COMPRESSED:
        target.with_name(target.name + ".br").write_bytes(brotli.compress(content, quality=11))
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return stored.as_posix()
