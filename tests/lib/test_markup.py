"""Markdown becomes safe HTML, whatever somebody tries."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.lib import markup

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[press](javascript:alert(1))",
    "[press](JaVaScRiPt:alert(1))",
    "[press](data:text/html;base64,PHNjcmlwdD4=)",
    "![picture](https://tracker.example/p.gif)",
    "<a href='https://a.example' onclick='x()'>a</a>",
    "<svg/onload=alert(1)>",
    '[a](https://a.example "onmouseover=alert(1)")',
    "<iframe src=https://a.example></iframe>",
    "`<b>`<style>*{display:none}</style>",
    "[x]: javascript:alert(1)\n[x]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_or_loads_gets_through(text: str) -> None:
    html = markup.render(text)
    tags = set(re.findall(r"<\s*([a-z0-9]+)", html))
    assert tags <= {"p", "a", "code", "br"}
    for attributes in re.findall(r"<[a-z0-9]+([^>]*)>", html):
        assert not re.search(r"\son\w+=", attributes)
        assert not re.search(r'(href|src)="\s*(javascript|data)', attributes, re.I)


def test_headings_begin_below_the_pages_own() -> None:
    assert markup.render("# One\n\n### Three") == "<h4>One</h4>\n<h5>Three</h5>\n"


@pytest.mark.parametrize("text", ["## a\n#### b\n# c\n##### d", "###### a\n# b\n## c\n### d"])
def test_headings_never_skip_a_level_downwards(text: str) -> None:
    levels = [int(n) for n in re.findall(r"<h(\d)>", markup.render(text))]
    assert levels[0] == 4
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_link_says_that_it_is_not_ours() -> None:
    assert 'rel="nofollow ugc noopener noreferrer"' in markup.render("[a](https://a.example)")


def test_a_table_and_a_line_break_survive() -> None:
    html = markup.render("| a | b |\n|---|---|\n| 1 | 2 |\n\none\ntwo")
    assert "<td>1</td>" in html
    assert "one<br>\ntwo" in html


@pytest.mark.parametrize("text", ["> " * 5_000 + "x", "[" * 10_000, "*" * 20_000, "`" * 19_999])
def test_hostile_nesting_ends_and_stays_small(text: str) -> None:
    start = time.process_time()
    html = markup.render(text)
    assert len(html) < 40 * markup.LONGEST
    assert time.process_time() - start < 20  # ends at all; speed is the bench's matter


@given(st.text(max_size=400))
def test_any_text_at_all_renders(text: str) -> None:
    assert "<script" not in markup.render(text)


def test_plain_words_carry_no_marks_and_keep_lists_and_addresses() -> None:
    text = (
        "## Título\n\nUna **guía** [breve](https://a.org/x).\n\n"
        "- uno\n- *dos*\n\n3. tres\n4. cuatro"
    )
    assert markup.plain(text).splitlines() == [
        "Título",
        "Una guía breve (https://a.org/x).",
        "• uno",
        "• dos",
        "3. tres",
        "4. cuatro",
    ]
    assert markup.plain("1 * 2 * 3 = 6") == "1 * 2 * 3 = 6"
