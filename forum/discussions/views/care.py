"""Looking after a thread: locking it, who reads it, its guests."""

from flask import request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.forms import GuestForm, ReasonForm, VisibilityForm
from forum.discussions.policy import care as policy
from forum.discussions.rows import ThreadRow
from forum.discussions.views.blueprint import bp
from forum.lib.permission import Refused, require
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import space_for
from forum.web.answer import answer, answer_with_form
from forum.web.forms import Form, choice
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/threads/<id>/lock")
@signed_in
def lock_form(id: str) -> Response:
    """The form to lock the thread."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    require(policy.can_lock(viewer, thread))
    return _form("discussions/lock.html", ReasonForm(), thread)


@bp.post("/threads/<id>/lock")
@signed_in
def lock(id: str) -> Response:
    """Lock the thread."""
    form, viewer = ReasonForm(), current_viewer()
    thread = queries.thread_or_404(id, viewer)
    if form.accepts():
        actions.lock(viewer, thread, reason=form.reason.data or "")
        return answer(then=url_for(".thread", id=id), say=_("The thread is locked."))
    return _form("discussions/lock.html", form, thread)


@bp.post("/threads/<id>/lock/withdrawal")
@signed_in
def unlock(id: str) -> Response:
    """Unlock the thread."""
    viewer = current_viewer()
    actions.unlock(viewer, queries.thread_or_404(id, viewer))
    return answer(then=url_for(".thread", id=id), say=_("The thread is open again."))


@bp.get("/threads/<id>/visibility")
@signed_in
def visibility_form(id: str) -> Response:
    """The form to change who reads the thread."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    require(policy.can_change_visibility(viewer, thread))
    form = VisibilityForm(_possible(viewer, thread))
    return _form("discussions/visibility.html", form, thread)


@bp.post("/threads/<id>/visibility")
@signed_in
def visibility(id: str) -> Response:
    """Change who reads the thread."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    require(policy.can_change_visibility(viewer, thread))
    form = VisibilityForm(_possible(viewer, thread))
    if form.accepts():
        space = space_for(viewer, SpaceKind(form.visibility.data), thread.region_id)
        if space is None:
            raise Refused(_("You cannot write for those readers."), "visibility")
        actions.change_visibility(viewer, thread, space_id=space.id, reason=form.reason.data or "")
        return answer(then=url_for(".thread", id=id), say=_("From now on others read this thread."))
    return _form("discussions/visibility.html", form, thread)


@bp.get("/threads/<id>/guests")
@signed_in
def guests(id: str) -> Response:
    """Who is invited to this one thread; the form for who may invite."""
    viewer = current_viewer()
    thread = _coalition_thread(viewer, id)
    return _guests(viewer, thread, _guest_form())


@bp.post("/threads/<id>/guests")
@signed_in
def invite_guest(id: str) -> Response:
    """Invite an expert to this one thread."""
    viewer = current_viewer()
    thread = _coalition_thread(viewer, id)
    require(policy.can_invite_guest(viewer, thread))
    form = _guest_form()
    if form.accepts():
        actions.invite_guest(viewer, thread, queries.expert_or_404(form.person.data))
        return answer(then=url_for(".guests", id=id), say=_("The guest may read this thread now."))
    return _guests(viewer, thread, form)


@bp.post("/threads/<id>/guests/withdrawal")
@signed_in
def end_guest(id: str) -> Response:
    """The guest reads this thread no more."""
    viewer = current_viewer()
    thread = _coalition_thread(viewer, id)
    actions.end_guest(viewer, thread, queries.expert_or_404(request.form.get("person", "")))
    return answer(then=url_for(".guests", id=id), say=_("The guest may not read this thread now."))


def _form(page: str, form: Form, thread: ThreadRow) -> Response:
    return answer_with_form(page, form, thread=thread)


def _possible(viewer: Viewer, thread: ThreadRow) -> list[SpaceKind]:
    alone = queries.nobody_else_in(thread)
    return [
        kind
        for kind in (SpaceKind.PUBLIC, SpaceKind.NETWORK, SpaceKind.COALITION)
        if viewer.sees_kind(kind)
        and (kind != SpaceKind.COALITION or thread.region_id)
        and policy.can_change_visibility(viewer, thread, kind, alone=alone)
    ]


def _coalition_thread(viewer: Viewer, id: str) -> ThreadRow:
    thread = queries.thread_or_404(id, viewer)
    if thread.space_kind != SpaceKind.COALITION or not viewer.sees(thread.space_id):
        raise NotFound
    return thread


def _guest_form() -> GuestForm:
    form = GuestForm()
    form.person.choices = [choice(public_id, name) for public_id, name in queries.experts()]
    return form


def _guests(viewer: Viewer, thread: ThreadRow, form: GuestForm) -> Response:
    return answer(
        "discussions/guests.html",
        form=form,
        thread=thread,
        guests=queries.guests(thread),
        may_invite=policy.can_invite_guest(viewer, thread),
        status=form.status,
    )
