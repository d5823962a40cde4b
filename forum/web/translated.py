"""Templates compiled once a language, their sentences already in it.

A page holds some hundred sentences that only depend on the language. Looked up while a page is
made, they were a third of its cost; here `_("…")` becomes part of the compiled template, and
the values in it (`%(name)s`) are escaped as any other output. Whatever this cannot know
beforehand (plurals, a sentence as an argument) is looked up as before.
"""

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from flask.templating import Environment as FlaskEnvironment
from flask_babel import get_translations
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from forum.web import locale

_PLACE = re.compile(r"%\((\w+)\)s|(%%)")


class Environment(FlaskEnvironment):
    """Flask's environment, and in front of it one for each language."""

    language = ""  # of an environment for one language

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: Any = None,
    ) -> Template:
        """The template in the language of whoever it is rendered for."""
        if self.language or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        return self._in(locale.current_locale()).get_template(name, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves: Jinja's chain of maps is walked in Python with every page."""
        return super().make_globals(d) if d else self.globals

    def _in(self, language: str) -> "Environment":
        kept: dict[str, Environment] = self.__dict__.setdefault("languages_made", {})
        if language not in kept:
            made: Environment = self.overlay()
            made.language = language
            kept[language] = made
        return kept[language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return _Translator(self).visit(tree) if self.language else tree


class _Translator(NodeTransformer):
    """Puts translations in the place of the calls that ask for them."""

    def __init__(self, environment: Environment) -> None:
        self._language = environment.language
        with locale.force_locale(environment.language):
            self._translations = get_translations()

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802  # Jinja's name
        """A sentence that is shown: its words, and between them its values."""
        shown: list[nodes.Expr] = []
        for child in node.nodes:
            shown.extend(self._shown(child))
        node.nodes = shown
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # Jinja's name
        """A sentence without values anywhere else, say as an argument; the language's code."""
        if isinstance(node.node, nodes.Name) and node.node.name == "current_locale":
            return nodes.Const(self._language, lineno=node.lineno)
        text = self._sentence(node)
        if text is not None and not node.kwargs and _filled_by(text, {}):
            words = nodes.Const(text.replace("%%", "%"), lineno=node.lineno)
            return nodes.MarkSafeIfAutoescape(words, lineno=node.lineno)
        return self.generic_visit(node)

    def _shown(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        text = self._sentence(node)
        values = {one.key: one.value for one in getattr(node, "kwargs", ())}
        if text is None or not _filled_by(text, values):
            yield node
            return
        done = 0
        for place in _PLACE.finditer(text):
            words = text[done : place.start()] + ("%" if place[2] else "")
            if words:
                yield nodes.TemplateData(words, lineno=node.lineno)
            if place[1]:
                yield values[place[1]]
            done = place.end()
        if text[done:]:
            yield nodes.TemplateData(text[done:], lineno=node.lineno)

    def _sentence(self, node: nodes.Node) -> str | None:
        """The translation, if the node is `_("…")`; None for anything else."""
        if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
            return None
        if node.node.name != "_" or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
            return None
        asked = node.args[0]
        return (
            str(self._translations.ugettext(asked.value))
            if isinstance(asked, nodes.Const)
            else None
        )


def _filled_by(text: str, values: dict[str, Any]) -> bool:
    """Whether the sentence has exactly those places, each once, and no others."""
    places = [place[1] for place in _PLACE.finditer(text) if place[1]]
    rest = _PLACE.sub("", text)
    return "%" not in rest and sorted(places) == sorted(values)
