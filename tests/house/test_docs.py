"""What the documents say of the code is so: settings, decisions, rooms, their own links."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from forum.config import Settings

DOCS = Path("docs")
DOCUMENTS = [Path("README.md"), *sorted(DOCS.rglob("*.md"))]
NOT_BY_NAME = {"port", "testing", "locales"}  # PORT; tests alone; not a setting of a server


def test_every_setting_is_told_and_none_that_there_is_not():
    told = set(re.findall(r"FORUM_[A-Z_]+", (DOCS / "operating.md").read_text()))
    there = {f"FORUM_{one.name.upper()}" for one in fields(Settings) if one.name not in NOT_BY_NAME}
    assert told == there


def test_every_decision_has_its_number_and_a_line_in_the_index():
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    index = re.findall(r"\]\((decisions/[^)]+)\)", (DOCS / "README.md").read_text())
    assert sorted(index) == [f"decisions/{page.name}" for page in pages]
    for page in pages:
        assert page.read_text().startswith(f"# {page.name[:4]} "), page


def test_the_readme_draws_every_room():
    drawing = re.search(r"```\ncli .*?```", Path("README.md").read_text(), re.DOTALL)
    assert drawing
    rooms = {path.parent.name for path in Path("forum").glob("*/__init__.py")} | {"config"}
    assert rooms <= set(re.findall(r"\w+", drawing[0]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document):
    for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_files_of_ours_that_are_named_are_there(document):
    """From the top, from `tests` or `forum` (`web/unsent.py`), or from a room."""
    homes = [Path(), Path("tests"), Path("forum"), *Path("forum").iterdir()]
    for path in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", document.read_text()):
        assert any((home / path).exists() for home in homes), path
