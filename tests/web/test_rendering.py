"""Templates in each language, addresses and pieces that are kept: quicker, never different."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask, render_template, url_for
from jinja2 import DictLoader

from forum.web.locale import force_locale, gettext, timezone_of
from forum.web.translated import Environment

SENTENCE = "Posted by %(name)s."  # any sentence with a place will do; untranslated is itself


@pytest.fixture
def render(app: Flask) -> Any:
    """`render(source, language, **values)`: a template made on the spot."""

    def one(source: str, language: str, name: str = "one.html", **values: object) -> str:
        made = Environment(app, loader=DictLoader({name: source}), autoescape=True)
        made.globals.update(app.jinja_env.globals)
        made.add_extension("jinja2.ext.i18n")
        made.install_gettext_callables(gettext, lambda *_: "", newstyle=True)
        with app.test_request_context(), force_locale(language):
            return made.get_template(name).render(**values)

    return one


def test_a_sentence_is_in_the_language_of_each_reader(render: Any) -> None:
    assert render("{{ _('Home') }}", "en") == "Home"
    assert render("{{ _('Home') }}", "es") == "Inicio"


def test_a_value_in_a_sentence_is_escaped_and_the_sentence_is_not(render: Any) -> None:
    made = render("{{ _('<b>%(name)s</b>', name=who) }}", "es", who="<i>")
    assert made == "<b>&lt;i&gt;</b>"


def test_a_sentence_given_to_a_macro_is_translated_too(render: Any) -> None:
    source = "{% macro say(words) %}[{{ words }}]{% endmacro %}{{ say(_('Home')) }}"
    assert render(source, "es") == "[Inicio]"


def test_percent_signs_and_missing_values_are_as_gettext_has_them(render: Any) -> None:
    assert render("{{ _('100%% of %(name)s', name='x') }}", "en") == "100% of x"
    assert render("{% set a = _('100%%') %}{{ a }}", "en") == "100%"
    with pytest.raises(KeyError):
        render("{{ _('%(name)s') }}", "en")


def test_letters_are_compiled_in_their_receivers_language(app: Flask) -> None:
    made = {}
    for language in ("en", "es"):
        with app.test_request_context(), force_locale(language):
            made[language] = render_template("errors/404.html", body="")
    assert made["en"] != made["es"]


def test_a_kept_address_is_the_one_flask_builds(app: Flask) -> None:
    quick = app.jinja_env.globals["url_for"]
    for root in ("", "/forum"):
        with app.test_request_context(environ_overrides={"SCRIPT_NAME": root}):
            for values in ({"id": "a b/ñ"}, {"id": "x", "after": 30}, {"id": "x", "after": None}):
                for _twice in range(2):
                    assert quick("discussions.thread", **values) == url_for(
                        "discussions.thread", **values
                    )
            assert quick("web.health", _external=True).startswith("http://")


def test_an_address_with_a_host_is_kept_for_nobody_else(app: Flask) -> None:
    quick = app.jinja_env.globals["url_for"]
    for host in ("one.example", "two.example"):
        with app.test_request_context(base_url=f"http://{host}"):
            assert quick("web.health", _external=True).startswith(f"http://{host}/")
            assert quick("web.health", _scheme="https").startswith(f"https://{host}/")
            assert quick("web.health", _anchor="x").endswith("#x")


@dataclass(frozen=True)
class Shown:
    """Something to make a piece of."""

    html: str
    version: int


def test_a_piece_is_made_anew_for_other_values_language_zone_and_year(
    bench_app: Flask, clock_at: Any
) -> None:
    app = bench_app
    made: list[str] = []
    app.jinja_env.globals["note"] = lambda: made.append("") or len(made)
    kept = app.jinja_env.globals["kept"]
    row = Shown("a", 1)
    try:
        clock_at("2026-03-01T12:00")
        with app.test_request_context():
            first = kept("piece.html", row=row)
            assert kept("piece.html", row=replace(row)) == first == "1a"
            assert kept("piece.html", row=replace(row, version=2)) == "2a"
            with force_locale("es"):
                assert kept("piece.html", row=row) == "3a"
            with timezone_of("America/La_Paz"):
                assert kept("piece.html", row=row) == "4a"
        clock_at("2027-03-01T12:00")
        with app.test_request_context():
            assert kept("piece.html", row=row) == "5a"
    finally:
        del app.jinja_env.globals["note"]


def test_the_page_of_an_error_is_compressed_too(client) -> None:
    answer = client.get("/there-is-no-such-page", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 404
    assert answer.headers["Content-Encoding"] == "gzip"
