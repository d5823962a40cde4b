"""Before a run: static files and translations put together, where their sources are newer."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from forum.web import assets

ROOT = Path(__file__).resolve().parent.parent


def build() -> None:
    """Build what is older than its sources. Only one run at a time."""
    with _alone():
        if _newest(ROOT / "static") > _age(assets.MANIFEST):
            assets.build()
        for source in (ROOT / "forum" / "translations").glob("*/LC_MESSAGES/*.po"):
            compiled = source.with_suffix(".mo")
            if _age(source) > _age(compiled):
                _compile(source, compiled)


def _compile(source: Path, compiled: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file)
    work = compiled.with_suffix(f".{os.getpid()}")
    with work.open("wb") as file:
        write_mo(file, catalogue)
    work.replace(compiled)


def _newest(folder: Path) -> float:
    sources = (f for f in folder.rglob("*") if "built" not in f.relative_to(folder).parts[0])
    return max((_age(f) for f in sources), default=0.0)


def _age(file: Path) -> float:
    return file.stat().st_mtime if file.exists() else 0.0


@contextmanager
def _alone() -> Iterator[None]:
    lock = Path(tempfile.gettempdir()) / f"forum-tests-build-{os.getuid()}.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
