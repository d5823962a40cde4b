"""Where the bytes lie: a folder of our own, or an S3-compatible store; the same few verbs."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol, cast
from urllib.parse import urlsplit

from flask import current_app

from forum.config import BadSetting
from forum.files.kinds import KEY
from forum.files.s3 import S3Store


class Store(Protocol):
    """Keys are 32 hexadecimal digits, random, each put once. Raises OSError when it is away."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key: wholly or not at all."""

    def open(self, key: str) -> IO[bytes]:
        """The bytes, to be read and closed. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Forget them; what is not there is no error."""

    def keys(self, before: datetime) -> Iterator[str]:
        """The keys put before that moment."""


class FolderStore:
    """Files in a folder outside everything that is served, two letters deep."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, data: bytes) -> None:
        """Write beside its place, to the disk, then move it there in one step."""
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(place)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise

    def open(self, key: str) -> IO[bytes]:
        """Open it for reading."""
        return self._place(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove it."""
        self._place(key).unlink(missing_ok=True)

    def keys(self, before: datetime) -> Iterator[str]:
        """What lies in the folder; half-written leftovers of a crash are removed on the way."""
        for path in sorted(self._root.glob("??/*")):
            try:
                since = path.stat().st_mtime
            except FileNotFoundError:  # deleted, or moved to its place, since it was listed
                continue
            if datetime.fromtimestamp(since, UTC) >= before:
                continue
            if KEY.fullmatch(path.name):
                yield path.name
            elif path.name.startswith(".new-"):
                path.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return self._root / key[:2] / key


def store_at(url: str, data_dir: Path) -> Store:
    """The store that `FORUM_FILES_URL` names; empty: the folder `files` in the data folder.

    Raises BadSetting for anything that is neither.
    """
    if not url:
        return FolderStore(data_dir / "files")
    if urlsplit(url).scheme != "s3":
        raise BadSetting("FORUM_FILES_URL must be s3://bucket/prefix?endpoint=… or empty.")
    return S3Store(url)


def store() -> Store:
    """The running app's store."""
    return cast(Store, current_app.extensions["files"])
