"""Starting a thread."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.forms import ThreadForm
from forum.discussions.kinds import ThreadKind
from forum.discussions.policy import writing as policy
from forum.discussions.rows import ThreadRow
from forum.discussions.views import drafts
from forum.discussions.views.blueprint import bp
from forum.discussions.views.calling import said_of_called, show_called
from forum.exchanges.queries.stages import stage_or_404
from forum.exchanges.rows import StageRow
from forum.files.forms import read_files
from forum.files.limits import takes_files
from forum.lib.permission import Refused, require
from forum.mail.addresses import Item, What, reply_address
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import space_for
from forum.web.answer import answer
from forum.web.errors import lead_back
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/exchanges/<slug>/stages/<int:n>/threads/new")
@signed_in
def new_thread(slug: str, n: int) -> Response:
    """The form to start a thread; `?kind=` and `?solves=` fill it in."""
    viewer, stage = current_viewer(), stage_or_404(slug, n)
    lead_back(stage.url, _("Back to the stage"))
    require(policy.can_start_thread(viewer, stage))
    if request.args.get("form") == "case":
        solves_id = request.args.get("solves") or None
        return answer(then=url_for(".new_case", slug=slug, n=n, solves=solves_id))
    kind = request.args.get("kind", "")
    form = ThreadForm(
        offered_to(viewer),
        kind=kind if kind in set(ThreadKind) else None,
        visibility=SpaceKind.NETWORK.value,
        solves=request.args.get("solves", ""),
    )
    solves = _solves(viewer, form.solves.data)
    draft = drafts.fill(viewer, form, queries.thread_place(stage.id, solves))
    return answer("discussions/new_thread.html", form=form, stage=stage, solves=solves, draft=draft)


@bp.post("/exchanges/<slug>/stages/<int:n>/threads")
@takes_files
@signed_in
def start_thread(slug: str, n: int) -> Response:
    """Start the thread, or show it first."""
    read_files()
    viewer = current_viewer()
    form = ThreadForm(offered_to(viewer))
    stage = stage_or_404(slug, n)
    lead_back(stage.url, _("Back to the stage"))
    require(policy.can_start_thread(viewer, stage))
    solves = _solves(viewer, form.solves.data)
    preview = "preview" in request.form and form.validate()
    if preview:
        space_id = space_of(viewer, stage, form.visibility.data)
        show_called(form.body, queries.as_begun(space_id, form.body.data or ""))
    if "preview" not in request.form and form.accepts():
        made = actions.start_thread(
            viewer,
            stage=stage,
            space_id=space_of(viewer, stage, form.visibility.data),
            **form.details(),
            solves=solves,
        )
        actions.attach(viewer, actions.first_post(made), form.files, left_out=form.left_out)
        actions.drop_draft(viewer, queries.thread_place(stage.id, solves), request.form)
        called = said_of_called(made.id, form.body.data or "")
        said = f"{_('Your thread is posted.')} {called}".strip()
        return answer(then=url_for(".thread", id=made.public_id), say=said)
    return answer(
        "discussions/new_thread.html",
        block="form",
        form=form,
        stage=stage,
        solves=solves,
        preview=preview,
        status=form.status if "preview" not in request.form or preview else 422,
    )


@bp.get("/exchanges/<slug>/stages/<int:n>/threads/by-mail")
@signed_in
def thread_by_mail(slug: str, n: int) -> Response:
    """One's own address to start threads in the stage by mail."""
    viewer, stage = current_viewer(), stage_or_404(slug, n)
    lead_back(stage.url, _("Back to the stage"))
    require(policy.can_start_thread(viewer, stage))
    assert viewer.person_id is not None
    address = reply_address(viewer.person_id, Item(What.STAGE, stage.id))
    return answer("discussions/by_mail.html", stage=stage, address=address)


def offered_to(viewer: Viewer) -> list[SpaceKind]:
    """The readers somebody may write for, the usual first."""
    kinds = (SpaceKind.NETWORK, SpaceKind.COALITION, SpaceKind.PUBLIC)
    return [kind for kind in kinds if viewer.sees_kind(kind)]


def space_of(viewer: Viewer, stage: StageRow, kind: str) -> int:
    """The space that those readers are in, for somebody who may write for them. Raises Refused."""
    space = space_for(viewer, SpaceKind(kind), stage.region_id)
    if space is None:
        raise Refused(_("You cannot write for those readers."), "visibility")
    return space.id


def _solves(viewer: Viewer, public_id: str | None) -> ThreadRow | None:
    return queries.thread_or_404(public_id, viewer) if public_id else None
