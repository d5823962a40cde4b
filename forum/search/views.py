"""The search page, and the glossary's."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from flask import Blueprint, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.discussions.queries import stage_to_write_in
from forum.lib.permission import require
from forum.search import actions, asking, policy, queries
from forum.search.forms import GlossaryForm
from forum.search.lookup import Hit
from forum.search.named import Named, named
from forum.search.narrowing import KINDS, Wanted, wanted
from forum.search.queries import Desk, Found, Offered, Question
from forum.search.snippets import (
    LIKENESS_READS,
    Looked,
    likeness,
    looked_for,
    marked,
    snippet,
    whole,
)
from forum.search.tips import MOST_TRIED, Tip, tips
from forum.spaces import Viewer, current_viewer
from forum.web import paging
from forum.web.answer import answer, answer_with_form
from forum.web.guard import public, signed_in
from forum.web.held import request_now
from forum.web.locale import current_locale
from forum.web.locale import gettext as _
from forum.web.reading import cleans_its_query

bp = Blueprint("search", __name__)

_ICONS = {"proposal": "proposal", "project": "place", "expert": "person", "outcome": "calendar"}


class Result(NamedTuple):
    """What was found of one thread, or one other thing; its words are marked when it is shown."""

    hits: tuple[Hit, ...]
    looked: Looked
    project: tuple[str, str] | None  # of the first: name and country
    stage: int | None  # its number
    space: str | None  # its kind

    @property
    def heading(self) -> Markup:
        """The title it stands under."""
        first = self.hits[0]
        return marked(whole(first.thread_title or first.title, self.looked))

    @property
    def texts(self) -> list[tuple[str, str, str, Markup]]:
        """Of each hit that has a text: its address, sort, language, the text around the words."""
        spoken = current_locale()
        return [
            (
                hit.path,
                _word(hit.kind, spoken),
                hit.language,
                marked(snippet(hit.text, self.looked)),
            )
            for hit in self.hits
            if hit.text
        ]

    @property
    def url(self) -> str:
        """Where it is read: the one thing, or the thread of several."""
        first = self.hits[0]
        several = len(self.hits) > 1 and first.thread_public_id
        return f"/threads/{first.thread_public_id}" if several else first.path

    @property
    def word(self) -> str:
        """What sort of thing it is."""
        return _word(self.hits[0].kind, current_locale())

    @property
    def icon(self) -> str:
        """The picture of that sort, of what is no post."""
        return _ICONS[self.hits[0].kind]


@lru_cache(maxsize=64)  # a few words in each language
def _word(kind: str, _spoken: str) -> str:
    return str(KINDS[kind])


@bp.get("/search")
@cleans_its_query
@public
def search() -> Response:
    """What one may find, newest first or the likest of the newest, a page of it."""
    viewer = current_viewer()
    desk = queries.desk(viewer)
    chosen = wanted(request_now().args.to_dict(), desk, sees_people=viewer.sees_people)
    asked = asking.read(chosen.q, queries.glossary(desk.glossary_version))
    question = Question(asked=asked, marks=chosen.marks)
    looked = looked_for(asked)
    found = _find(viewer, question, desk.guest_of, chosen, looked) if question else None
    nothing = found is not None and not found.hits
    return answer(
        "search/search.html",
        wanted=chosen,
        asked=question,
        also=asked.also,
        cut=asking.is_cut(chosen.q),
        longest=asking.LONGEST,
        most_terms=asking.MOST_TERMS,
        lost=_is_lost(chosen),
        found=found,
        tip=_tip(viewer, chosen, desk) if nothing else None,
        named=_named(chosen, desk) if question else (),
        results=_results(found.hits, looked, desk.offered) if found else [],
        ask_in=stage_to_write_in(viewer) if nothing else None,
        may_edit_glossary=policy.can_edit_glossary(viewer),
    )


@bp.route("/search/glossary", methods=["GET", "POST"])
@signed_in
def glossary() -> Response:
    """The words that say the same: read and kept by who runs the host."""
    viewer = current_viewer()
    require(policy.can_edit_glossary(viewer))
    version, groups = queries.glossary_groups()
    form = GlossaryForm(groups="\n".join(", ".join(group) for group in groups), version=version)
    if form.accepts():
        actions.keep_glossary(viewer, form.read(), version=form.version.data or 0)
        return answer(then=url_for(".glossary"), say=_("The glossary is kept and in use."))
    return answer_with_form("search/glossary.html", form)


def _find(
    viewer: Viewer, question: Question, guest_of: Sequence[int], chosen: Wanted, looked: Looked
) -> Found:
    after = request_now().args.get("after")
    if not chosen.best:
        return queries.find(viewer, question, guest_of, after=after)
    found = queries.candidates(viewer, question, guest_of)
    ranked = sorted(
        found.hits,
        key=lambda hit: likeness(hit.thread_title or hit.title, hit.text[:LIKENESS_READS], looked),
        reverse=True,
    )
    start = int(after) if after and not _is_lost(chosen) else 0
    more = start + queries.PAGE < len(ranked)
    return Found(
        ranked[start : start + queries.PAGE],
        str(start + queries.PAGE) if more else None,
        found.count if not start else None,
        found.more,
    )


def _named(chosen: Wanted, desk: Desk) -> tuple[Named, ...]:
    """Only before the first results of all."""
    if chosen.narrowed or request_now().args.get("after"):
        return ()
    return named(chosen.q, desk.offered)


def _is_lost(chosen: Wanted) -> bool:
    """Whether the address names a page of the results that there cannot be."""
    after = request_now().args.get("after", "")
    if chosen.best:
        readable = after.isascii() and after.isdecimal() and len(after) < 5
    else:
        readable = paging.read_cursor(after) is not None
    return bool(after) and not readable


def _tip(viewer: Viewer, chosen: Wanted, desk: Desk) -> Tip | None:
    """The first other question that finds something."""
    if chosen.narrowed:
        return None  # the page leads out of the narrowing
    alike = queries.glossary(desk.glossary_version)
    for tip in islice(tips(chosen.q[: asking.LONGEST]), MOST_TRIED):
        question = Question(asked=asking.read(tip.q, alike))
        if queries.finds_anything(viewer, question, desk.guest_of):
            return tip
    return None


def _results(hits: Sequence[Hit], looked: Looked, names: Offered) -> list[Result]:
    """The hits by thread, each where its first one stands."""
    groups: dict[tuple[str, int], list[Hit]] = {}
    for hit in hits:
        key = ("thread", hit.thread_id) if hit.thread_id is not None else (hit.source, hit.id)
        groups.setdefault(key, []).append(hit)
    return [
        Result(
            tuple(group),
            looked,
            names.project.get(group[0].project_id),
            names.stage.get(group[0].stage_id),
            names.space.get(group[0].space_id),
        )
        for group in groups.values()
    ]
