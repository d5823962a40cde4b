"""A checker is told to look away only with a reason beside it."""

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = [
    *(
        path
        for folder in ("forum", "tests", "bench")
        for path in sorted(Path(folder).rglob("*.py"))
    ),
    Path("wsgi.py"),
]
MARK = re.compile(r"#\s*(?:noqa|type:\s*ignore|pyright:|mypy:|ruff:)", re.IGNORECASE)
REASONED = re.compile(r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[a-z, -]+\])  # \S.+")


def bare(comments: Iterator[str]) -> list[str]:
    """The comments that silence a checker and name no rule, or give no reason."""
    return [one for one in comments if MARK.match(one) and not REASONED.fullmatch(one)]


def comments_of(source: Path) -> Iterator[str]:
    with source.open("rb") as lines:
        for token in tokenize.tokenize(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.string


def test_every_mark_names_its_rule_and_its_reason():
    found = {str(source): bare(comments_of(source)) for source in SOURCES}
    assert not {source: marks for source, marks in found.items() if marks}


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S704",
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# type: ignore  # the stubs are wrong",
        "# ruff: noqa",
    ],
)
def test_a_mark_without_rule_or_reason_is_found(comment):
    assert bare(iter([comment])) == [comment]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: S704  # our own lines",
        "# noqa: F401, F811  # fixtures",
        "# type: ignore[attr-defined, no-any-return]  # a delete has one",
        "# why it is so",
    ],
)
def test_a_reasoned_mark_and_plain_words_pass(comment):
    assert not bare(iter([comment]))
