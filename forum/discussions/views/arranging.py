"""The doors of who facilitates a stage: pinning, moving, merging, splitting."""

from flask import request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.forms import BranchForm, MergeForm, MoveForm
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.policy import arranging as policy
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views.blueprint import bp
from forum.discussions.views.reading import post_url
from forum.discussions.views.showing import opening
from forum.exchanges.queries.stages import stage_or_404
from forum.lib.permission import No, Refused, require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.forms import Form, choice
from forum.web.guard import signed_in
from forum.web.locale import gettext as _

MOST_ALIKE = 6  # threads proposed for a merge
LONGEST_SUGGESTION = 110  # characters of a branch's first words, offered as its title


@bp.post("/threads/<id>/pin")
@signed_in
def pin(id: str) -> Response:
    """Keep the thread among its stage's first rows."""
    viewer = current_viewer()
    Form()
    thread = queries.thread_or_404(id, viewer)
    if thread.public_id != id:
        return _merged_already(thread)
    actions.pin(viewer, thread)
    return answer(then=url_for(".thread", id=id), say=_("The thread is pinned in its stage."))


@bp.post("/threads/<id>/pin/withdrawal")
@signed_in
def unpin(id: str) -> Response:
    """Let it stand where its last post puts it."""
    viewer = current_viewer()
    Form()
    thread = queries.thread_or_404(id, viewer)
    if thread.public_id != id:
        return _merged_already(thread)
    actions.unpin(viewer, thread)
    return answer(then=url_for(".thread", id=id), say=_("The thread is no longer pinned."))


@bp.route("/threads/<id>/stage", methods=["GET", "POST"])
@signed_in
def move(id: str) -> Response:
    """Move the thread to another stage."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    if thread.public_id != id:
        return _merged_already(thread)
    require(policy.can_move(viewer, thread))
    if request.form.get("stage") == str(thread.stage_number):
        return answer(
            then=url_for(".thread", id=thread.public_id),
            say=_("The thread is in stage %(number)d already.", number=thread.stage_number),
        )
    form = MoveForm()
    form.stage.choices = [
        choice(str(one.number), f"{one.number}. {one.title}")
        for one in queries.other_stages(thread)
    ]
    if form.accepts():
        assert thread.exchange_slug is not None
        stage = stage_or_404(thread.exchange_slug, int(form.stage.data))
        actions.move(viewer, thread, stage)
        return answer(
            then=url_for(".thread", id=thread.public_id),
            say=_("The thread is in stage %(number)d now.", number=stage.number),
        )
    return answer_with_form("discussions/move.html", form, thread=thread)


@bp.route("/threads/<id>/merge", methods=["GET", "POST"])
@signed_in
def merge(id: str) -> Response:
    """Put the thread into another one."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    if thread.public_id != id:
        return _merged_already(thread)
    require(policy.can_merge(viewer, thread))
    alike = [one for one in queries.alike(viewer, thread) if policy.can_merge(viewer, thread, one)]
    form = MergeForm(alike[:MOST_ALIKE])
    if form.accepts():
        if not form.chosen:
            raise Refused(_("Please say into which thread this one goes."), "thread")
        into = _named(viewer, form.chosen)
        may = policy.can_merge(viewer, thread, into)
        if isinstance(may, No):
            raise Refused(may.reason, "thread")
        made = actions.merge(viewer, thread, into)
        return answer(
            then=url_for(".thread", id=made.public_id), say=_("The two threads are one now.")
        )
    return answer_with_form("discussions/merge.html", form, thread=thread)


@bp.route("/posts/<id>/branch", methods=["GET", "POST"])
@signed_in
def split(id: str) -> Response:
    """Make a thread of its own of a post and what answers it."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    require(policy.can_split(viewer, post))
    form = BranchForm(kinds_for(post), title=opening(post.body, LONGEST_SUGGESTION))
    if form.accepts():
        made = actions.split(
            viewer, post, title=form.title.data or "", kind=ThreadKind(form.kind.data)
        )
        return answer(
            then=url_for(".thread", id=made.public_id),
            say=_("The branch is a thread of its own now."),
        )
    return answer_with_form(
        "discussions/branch.html", form, post=post, thread=post.thread, back=post_url(post)
    )


def kinds_for(post: PlacedPost) -> list[ThreadKind]:
    """What the post can open: a solution only a thread of that kind."""
    return [ThreadKind.SOLUTION] if post.kind == PostKind.SOLUTION else list(ThreadKind)


def _merged_already(thread: ThreadRow) -> Response:
    """An old address leads to the other thread; what was asked there is not done to this one."""
    return answer(
        then=url_for(".thread", id=thread.public_id),
        say=_("That thread was merged into this one before. Nothing was changed."),
    )


def _named(viewer: Viewer, address: str) -> ThreadRow:
    """The thread of an address, or of its last part alone. Raises Refused."""
    public_id = address.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]
    try:
        return queries.thread_or_404(public_id, viewer)
    except NotFound:
        raise Refused(
            _("There is no thread at that address that you may read."), "thread"
        ) from None
