"""The store: a folder, or an S3-compatible server; the same promises."""

import re
import secrets
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from forum.config import BadSetting
from forum.db import db
from forum.files.actions import discard, keep, sweep
from forum.files.kinds import Preview, Taken
from forum.files.store import FolderStore, store_at
from forum.lib import clock

SOON = timedelta(seconds=5)


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory):
    """A real S3 server process on loopback; gives its address."""
    log = tmp_path_factory.mktemp("s3") / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(rb"http://127\.0\.0\.1:\d+", log.read_bytes())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield found[0].decode()
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def s3_url(s3_server, monkeypatch):
    """An address of a fresh bucket there."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "for-tests")
    bucket = f"files-{secrets.token_hex(4)}"
    request = urllib.request.Request(f"{s3_server}/{bucket}", method="PUT")
    request.add_header(
        "Authorization", "AWS4-HMAC-SHA256 Credential=for-tests/20260101/us-east-1/s3/aws4_request"
    )
    urllib.request.urlopen(request, timeout=10).close()
    return f"s3://{bucket}/forum?endpoint={quote(s3_server, safe='')}&region=us-east-1"


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path):
    if request.param == "folder":
        return store_at("", tmp_path)
    return store_at(request.getfixturevalue("s3_url"), tmp_path)


def key():
    return secrets.token_hex(16)


def read(store, key):
    with store.open(key) as body:
        return body.read()


def later():
    return datetime.now(UTC) + SOON


def test_what_is_put_is_there_until_it_is_deleted(store):
    name = key()
    store.put(name, b"words")
    assert read(store, name) == b"words"
    assert list(store.keys(later())) == [name]
    store.delete(name)
    store.delete(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)
    assert list(store.keys(later())) == []


def test_only_what_is_older_is_listed(store):
    store.put(key(), b"new")
    assert list(store.keys(datetime.now(UTC) - SOON)) == []


@pytest.mark.parametrize("prefix", ["forum", ""])
def test_what_others_keep_in_the_bucket_is_not_ours_to_list(s3_url, tmp_path, prefix):
    store = store_at(s3_url.replace("/forum?", f"/{prefix}?"), tmp_path)
    ours = key()
    store.put(ours, b"ours")
    for name in ("backups/forum.dump", "backup.dump", f"old/{key()}", f"{key()}.txt"):
        store.put(name, b"theirs")
    assert list(store.keys(later())) == [ours]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", "a" * 31, "A" * 32])
def test_a_folder_keeps_to_itself(tmp_path, name):
    with pytest.raises(FileNotFoundError):
        FolderStore(tmp_path).put(name, b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_half_written_is_cleared_away(tmp_path):
    store = FolderStore(tmp_path)
    name = key()
    store.put(name, b"whole")
    half = tmp_path / name[:2] / ".new-abc"
    half.write_bytes(b"ha")
    assert list(store.keys(later())) == [name]
    assert not half.exists()


def test_what_goes_while_it_is_listed_is_not_listed(tmp_path):
    store = FolderStore(tmp_path)
    names = [letter * 32 for letter in "abc"]
    for name in names:
        store.put(name, b"words")
    half = tmp_path / names[2][:2] / ".new-abc"  # of another process, which moves it to its place
    half.write_bytes(b"ha")
    listed = store.keys(later())
    assert next(listed) == names[0]
    store.delete(names[1])
    half.rename(half.with_name(key()))
    assert list(listed) == [names[2]]


def test_a_store_that_is_away_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    away = store_at("s3://bucket/p?endpoint=http%3A%2F%2F127.0.0.1%3A9&region=us-east-1", tmp_path)
    with pytest.raises(OSError, match="does not answer"):
        away.put(key(), b"x")


@pytest.mark.parametrize("url", ["http://example.org", "s3:///prefix", "ftp://x/y"])
def test_an_address_that_is_no_store_is_refused(tmp_path, url):
    with pytest.raises(BadSetting):
        store_at(url, tmp_path)


def test_what_was_put_goes_with_the_transaction(app, cast, store, monkeypatch, clock_at):
    monkeypatch.setitem(app.extensions, "files", store)
    taken = Taken("image/png", "mapa.png", b"the map", 4, 3, Preview(b"small", 2, 2))
    keep(cast.member.id, taken)
    assert len(list(store.keys(later()))) == 2
    db.session.rollback()
    assert list(store.keys(later())) == []

    kept = keep(cast.member.id, taken)
    db.session.commit()
    left = key()
    store.put(left, b"left behind")
    clock_at(clock.now() + timedelta(hours=2))
    assert sweep() == 1
    assert set(store.keys(later())) == {kept.key, kept.preview_key}

    discard(kept)
    assert len(list(store.keys(later()))) == 2
    db.session.commit()
    assert list(store.keys(later())) == []


def test_a_savepoint_neither_keeps_nor_deletes_for_good(app, cast, tmp_path, monkeypatch):
    store = FolderStore(tmp_path / "files")
    monkeypatch.setitem(app.extensions, "files", store)
    taken = Taken("text/plain", "nota.txt", b"a note")
    first = keep(cast.member.id, taken)
    with db.session.begin_nested():
        pass  # released: nothing is committed yet
    inner = db.session.begin_nested()
    keep(cast.member.id, taken)
    inner.rollback()
    assert first.key in set(store.keys(later()))
    db.session.commit()
    assert first.key in set(store.keys(later()))

    with db.session.begin_nested():
        discard(first)
    db.session.rollback()
    assert first.key in set(store.keys(later()))
    inner = db.session.begin_nested()
    discard(first)
    inner.rollback()
    db.session.commit()
    assert first.key in set(store.keys(later()))

    with db.session.begin_nested():
        keep(cast.member.id, taken)
    db.session.rollback()
    assert first.key in set(store.keys(later()))
    assert sum(1 for _ in store.keys(later())) == 2  # one is left to the sweep
