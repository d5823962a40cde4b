"""The search page, and the glossary's."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from forum.discussions.policy import can_start_thread
from forum.lib.permission import require
from forum.search import actions, asking, policy, queries
from forum.search.forms import GlossaryForm
from forum.search.narrowing import KINDS, Wanted, wanted
from forum.search.queries import Found, Hit, Question
from forum.search.snippets import Looked, Piece, likeness, looked_for, snippet, whole
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _

bp = Blueprint("search", __name__)


_ICONS = {"proposal": "proposal", "project": "place", "expert": "person", "outcome": "calendar"}


@dataclass(frozen=True)
class OpenStage:
    """Where the viewer may ask."""

    number: int
    url: str


@dataclass(frozen=True)
class ShownHit:
    """A hit with its words marked."""

    hit: Hit
    title: list[Piece]
    text: list[Piece]


@dataclass
class Group:
    """What was found of one thread, or one other thing."""

    first: ShownHit
    heading: list[Piece]
    hits: list[ShownHit] = field(default_factory=list)


@bp.get("/search")
@public
def search() -> Response:
    """What one may find, newest first or the likest of the newest, a page of it."""
    viewer = current_viewer()
    desk = queries.desk(viewer)
    chosen = wanted(request.args, desk, sees_people=viewer.sees_people)
    asked = asking.read(chosen.q, queries.glossary(desk.glossary_version))
    question = Question(asked=asked, marks=chosen.marks)
    looked = looked_for(asked.leaves())
    found = _find(viewer, question, desk.guest_of, chosen, looked) if question else None
    return answer(
        "search/search.html",
        wanted=chosen,
        asked=question,
        found=found,
        groups=_groups(found.hits, looked) if found else [],
        most=queries.MOST_COUNTED,
        kinds=KINDS,
        icons=_ICONS,
        ask_in=None if not question or (found and found.hits) else _ask_in(viewer),
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
    return answer("search/glossary.html", block="form", form=form, status=form.status)


def _find(
    viewer: Viewer, question: Question, guest_of: list[int], chosen: Wanted, looked: Looked
) -> Found:
    after = request.args.get("after")
    if not chosen.best:
        return queries.find(viewer, question, guest_of, after=after)
    found = queries.candidates(viewer, question, guest_of)
    ranked = sorted(
        found.hits,
        key=lambda hit: likeness(hit.thread_title or hit.title, hit.text, looked),
        reverse=True,
    )
    start = int(after) if after and after.isdecimal() and len(after) < 5 else 0
    more = start + queries.PAGE < len(ranked)
    return Found(
        ranked[start : start + queries.PAGE],
        str(start + queries.PAGE) if more else None,
        found.count if not start else None,
    )


def _ask_in(viewer: Viewer) -> OpenStage | None:
    """The latest open stage in which the viewer may start a thread."""
    for slug, stage in queries.open_stages() if viewer.signed_in else ():
        if can_start_thread(viewer, stage):
            url = url_for("discussions.new_thread", slug=slug, n=stage.number, kind="question")
            return OpenStage(stage.number, url)
    return None


def _groups(hits: Sequence[Hit], looked: Looked) -> list[Group]:
    """The hits by thread, each where its first one stands; with their words marked."""
    groups: dict[tuple[str, int], Group] = {}
    for hit in hits:
        shown = ShownHit(hit, whole(hit.title, looked), snippet(hit.text, looked))
        key = ("thread", hit.thread_id) if hit.thread_id is not None else (hit.source, hit.id)
        if key not in groups:
            groups[key] = Group(shown, whole(hit.thread_title or hit.title, looked))
        groups[key].hits.append(shown)
    return list(groups.values())
