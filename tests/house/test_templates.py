"""What no template may hold, and what each must find."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

TEMPLATES = Path("templates")
PAGES = sorted(TEMPLATES.rglob("*.html"))
SHOWN = [page for page in PAGES if page.parts[1] != "mail"]  # letters are not under our policy

INLINE = {
    "a style of its own": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"'{]"),
    "hx-on": re.compile(r"\bhx-on\b"),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc=)"),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "|safe": re.compile(r"\|\s*safe\b"),
    "a role of who looks": re.compile(r"\b(?:viewer\(\)|who\(\)|me|looks)\.side\b"),
    "something from elsewhere": re.compile(r"<(?:script|link|img|iframe)[^>]+https?://"),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds(what):
    found = [
        f"{page}:{source[: hit.start()].count(chr(10)) + 1}"
        for page in SHOWN
        for source in [page.read_text(encoding="utf-8")]
        for hit in INLINE[what].finditer(source)
    ]
    assert not found


def test_every_template_compiles_and_what_it_names_exists(app):
    environment = app.jinja_env
    known = set(environment.list_templates())
    missing = []
    for name in sorted(known):
        tree = environment.parse(environment.loader.get_source(environment, name)[0], name)
        environment.get_template(name)
        for reference in tree.find_all(
            (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        ):
            target = reference.template
            if isinstance(target, nodes.Const) and target.value not in known:
                missing.append(f"{name} → {target.value}")
    assert not missing


def test_blocks_rendered_alone_import_nothing_from_their_page(app):
    """A block rendered alone goes without the template's top level."""
    importing = [
        name
        for name in app.jinja_env.list_templates(extensions=["html"])
        if not name.startswith(("macros/", "mail/"))
        and any(
            isinstance(node, nodes.Import | nodes.FromImport)
            for node in app.jinja_env.parse(
                app.jinja_env.loader.get_source(app.jinja_env, name)[0]
            ).body
        )
    ]
    assert not importing


def test_every_letter_is_plain_text_and_html():
    letters = {p.stem for p in (TEMPLATES / "mail").glob("[!_]*.txt")}
    assert letters == {p.stem for p in (TEMPLATES / "mail").glob("[!_]*.html")}
    assert letters
