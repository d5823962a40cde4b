"""What every page promises: few bytes, safe headers, nothing doubled, nothing moved by a HEAD."""

import re
from pathlib import Path
from typing import Any

import brotli
import pytest

import tests.house.cases  # noqa: F401  # registers every case
from forum.web import assets
from tests.house.looking import writings
from tests.house.routes import CASES, Case
from tests.people import ROLES

KB = 1024  # bytes
HTML_BUDGET = 14 * KB  # and so a return visit, whose files are kept
FIRST_VISIT_BUDGET = 40 * KB
WITHOUT_SCRIPT_BUDGET = 22 * KB
PAGES = [case for case in CASES if case.method == "GET" and case.may & case.sees]

_FILES = re.compile(r'(?:src|href)="(/static/[^"#?]+)')


def looker(case: Case) -> str:
    """Somebody who may go there, rather a delegate than a visitor."""
    return next(role for role in reversed(ROLES) if role in case.may and role in case.sees)


def ready(case: Case, world: Any) -> str:
    if case.prepare:
        from forum.db import db

        case.prepare(world)
        db.session.commit()
    return case.path(case.args(world))


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_a_page_is_light_whole_and_guarded(case, world, client_of, statements):
    path = ready(case, world)
    client = client_of(looker(case))
    with statements() as seen:
        client.head(path)
    assert writings(seen) == []
    answer = client.get(path, headers={"Accept-Encoding": "br"})
    guarded(answer)
    guarded(client_of("visitor").get(path))
    if answer.status_code < 300 and answer.mimetype == "text/html":
        page = _decoded(answer)
        light(len(answer.data), page)
        whole(page)


def guarded(answer: Any) -> None:
    """It carries the headers every answer does."""
    policy = answer.headers["Content-Security-Policy"]
    if not answer.mimetype.startswith("image/"):  # where no page is, the browser styles its own
        assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] in {"private, no-cache", "no-store"}


def light(html: int, page: str) -> None:
    """It fits the budgets, and nothing of it comes from elsewhere."""
    files = set(_FILES.findall(page))
    scripts = {file for file in files if file.endswith(".js")}
    assert html <= HTML_BUDGET
    assert html + sum(map(_on_the_wire, files)) <= FIRST_VISIT_BUDGET
    assert html + sum(map(_on_the_wire, files - scripts)) <= WITHOUT_SCRIPT_BUDGET
    assert not re.search(r'(?:src|action)="(?:https?:)?//', page), "something from elsewhere"


def whole(page: str) -> None:
    """It has its language, one heading, a title, no id twice, and forms that say where to go."""
    assert re.search(r"<html lang=\"?(en|es)", page)
    assert len(re.findall(r"<h1\b", page)) == 1
    assert re.search(r"<title>[^<]*\S[^<]*</title>", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted({i for i in ids if ids.count(i) > 1}) == [], "ids are doubled"
    for form in re.findall(r"<form\b[^>]*>", page):
        assert "action=" in form
        assert re.search(r'method="?(get|post)', form, re.IGNORECASE)


def _on_the_wire(file: str) -> int:
    stored = assets.BUILT / file.removeprefix(assets.PREFIX)
    small = Path(f"{stored}.br")
    return (small if small.exists() else stored).stat().st_size


def _decoded(answer: Any) -> str:
    squeezed = answer.headers.get("Content-Encoding") == "br"
    return (brotli.decompress(answer.data) if squeezed else answer.data).decode()
