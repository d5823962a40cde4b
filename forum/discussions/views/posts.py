"""Answering, changing what one wrote, removing and restoring, and what a post said before."""

from typing import Any

from flask import request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import actions, queries, slots
from forum.discussions.forms import EditForm, FirstPostForm, PostForm, ReasonForm
from forum.discussions.kinds import REPLY_KINDS, PostKind
from forum.discussions.policy import writing as policy
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views import drafts
from forum.discussions.views.blueprint import bp
from forum.discussions.views.calling import said_of_called, show_called
from forum.discussions.views.cases import edit_case, edit_case_form
from forum.discussions.views.shown import in_place, shown_now
from forum.files.forms import read_files
from forum.files.limits import takes_files
from forum.lib import text
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.forms import choice
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _


@bp.get("/threads/<id>/posts/new")
@signed_in
def new_post(id: str) -> Response:
    """The form to answer a thread or, with `?parent=`, one of its posts."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    kind = request.args.get("kind", "")
    form = PostForm(
        arguments=_takes_arguments(viewer, thread),
        kind=kind if kind in REPLY_KINDS else PostKind.REPLY.value,
        parent=request.args.get("parent", ""),
    )
    wanted = PostKind(form.kind.data or "reply")
    require(policy.can_write_kind(viewer, thread, wanted))
    thread, parent = placed(viewer, thread, form.parent.data)
    draft = drafts.fill(viewer, form, drafts.place_of(thread, parent, wanted))
    if "quote" in request.args:
        drafts.quoted(form, parent)
    return _reply_form(form, thread, parent, draft=draft)


@bp.post("/threads/<id>/posts")
@takes_files
@signed_in
def reply(id: str) -> Response:
    """Store the answer, or show it first."""
    form, viewer = PostForm(arguments=True), current_viewer()
    thread = queries.thread_or_404(id, viewer)
    if not _takes_arguments(viewer, thread):
        del form.argument
    try:
        thread, parent = placed(viewer, thread, form.parent.data)
    except NotFound:
        return _without_parent(viewer, form, thread)
    kind = PostKind(form.kind.data) if form.kind.data in REPLY_KINDS else PostKind.REPLY
    require(policy.can_write_kind(viewer, thread, kind))
    if "preview" in request.form:
        valid = form.validate()
        if valid:
            show_called(form.body, queries.as_answered(thread.id, form.body.data or ""))
        return _reply_form(form, thread, parent, preview=valid, status=200 if valid else 422)
    if form.accepts():
        made = actions.reply(
            viewer,
            thread,
            body=form.body.data or "",
            html=form.body.html,
            language=form.language.data,
            kind=kind,
            parent=parent,
            argument=form.stands,
        )
        actions.attach(viewer, made, form.files, left_out=form.left_out)
        actions.drop_draft(viewer, drafts.place_of(thread, parent, kind), request.form)
        shown, now = shown_now(viewer, made.public_id)
        called = said_of_called(made.thread_id, made.body)
        return answer(
            "discussions/reply.html",
            block="written",
            then=url_for(".post", id=made.public_id),
            say=called,
            called=called,
            one=shown,
            thread=now,
            beside_now=slots.pieces_when_written(viewer, now),
        )
    return _reply_form(form, thread, parent, status=form.status)


@bp.get("/posts/<id>/edit")
@signed_in
def edit_form(id: str) -> Response:
    """The form to change one's own post."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    require(policy.can_edit(viewer, post, post.thread))
    if case := queries.case_of(post.id):
        return edit_case_form(viewer, post, case)
    form = _edit_form_of(
        post,
        title=post.thread.title,
        body=post.body,
        language=post.language,
        version=post.version,
        argument=post.argument or "",
    )
    draft = drafts.fill(viewer, form, queries.edit_place(post))
    return answer("discussions/edit.html", block="form", form=form, post=post, draft=draft)


@bp.post("/posts/<id>/edit")
@takes_files
@signed_in
def edit(id: str) -> Response:
    """Store the changed post, or show it first."""
    read_files()
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    if queries.case_of(post.id):
        require(policy.can_edit(viewer, post, post.thread))
        return edit_case(viewer, post) or in_place(viewer, post, _("Your change is stored."))
    form = _edit_form_of(post)
    require(policy.can_edit(viewer, post, post.thread))
    if "preview" in request.form:
        valid = form.validate()
        if valid:
            show_called(form.body, queries.as_answered(post.thread_id, form.body.data or ""))
        return answer(
            "discussions/edit.html",
            block="form",
            form=form,
            post=post,
            preview=valid,
            status=200 if valid else 422,
        )
    if form.accepts():
        actions.edit(
            viewer,
            post,
            version=form.version.data or 0,
            body=form.body.data or "",
            html=form.body.html,
            language=form.language.data,
            title=(form.title.data or "") if isinstance(form, FirstPostForm) else "",
            argument=form.stands if "argument" in form else "as before",
        )
        actions.change_files(
            viewer, post, add=form.files, remove=form.gone_files.data or (), left_out=form.left_out
        )
        actions.drop_draft(viewer, queries.edit_place(post), request.form)
        called = said_of_called(post.thread_id, form.body.data or "")
        return in_place(viewer, post, _("Your change is stored."), called=called)
    return answer_with_form("discussions/edit.html", form, post=post)


@bp.get("/posts/<id>/revisions")
@public
def revisions(id: str) -> Response:
    """What the post said before, and what changed each time."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    require(policy.can_see_revisions(viewer, post))
    before = queries.revisions(post)
    return answer(
        "discussions/revisions.html", post=post, thread=post.thread, changes=_changes(post, before)
    )


@bp.get("/posts/<id>/removal")
@signed_in
def removal_form(id: str) -> Response:
    """The form to remove a post, with its reason."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    require(policy.can_remove(viewer, post))
    return answer("discussions/removal.html", block="form", form=ReasonForm(), post=post)


@bp.post("/posts/<id>/removal")
@signed_in
def removal(id: str) -> Response:
    """Remove the post."""
    form, viewer = ReasonForm(), current_viewer()
    post = queries.post_or_404(id, viewer)
    if form.accepts():
        actions.remove(viewer, post, reason=form.reason.data or "")
        return in_place(viewer, post, _("The post is removed. It can be restored."))
    return answer_with_form("discussions/removal.html", form, post=post)


@bp.post("/posts/<id>/removal/withdrawal")
@signed_in
def restoring(id: str) -> Response:
    """Bring the post back."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    actions.restore(viewer, post)
    return in_place(viewer, post, _("The post is back."))


def _takes_arguments(viewer: Viewer, thread: ThreadRow) -> bool:
    return any(asks(viewer, thread) for asks in slots.takes_arguments)


def _without_parent(viewer: Viewer, form: PostForm, thread: ThreadRow) -> Response:
    """The text comes back; pressed again, it answers the thread itself."""
    require(policy.can_write_kind(viewer, thread, PostKind.REPLY))
    form.parent.data = ""
    form.refuse(
        _("The post you answer is not in this thread. Press again to answer the thread itself.")
    )
    return _reply_form(form, thread, None, status=form.status)


def _reply_form(
    form: PostForm,
    thread: ThreadRow,
    parent: PlacedPost | None,
    *,
    preview: bool = False,
    status: int = 200,
    draft: queries.KeptDraft | None = None,
) -> Response:
    return answer(
        "discussions/reply.html",
        block="form",
        form=form,
        thread=thread,
        parent=parent,
        draft=draft,
        names=queries.names_in(current_viewer(), thread),
        preview=preview,
        status=status,
    )


def placed(
    viewer: Viewer, thread: ThreadRow, public_id: str | None
) -> tuple[ThreadRow, PlacedPost | None]:
    """The thread to answer in, and the post of it that is answered, if one is named.

    An answer to a branch that was split off meanwhile goes where the branch is now. Raises
    NotFound for a post of another thread.
    """
    if not public_id:
        return thread, None
    parent = queries.post_or_404(public_id, viewer)
    if parent.thread_id != thread.id and not queries.came_from(parent.thread, thread):
        raise NotFound
    return parent.thread, parent


def _edit_form_of(post: PlacedPost, **values: Any) -> EditForm:
    if post.is_first:
        form: EditForm = FirstPostForm(**values)
    else:
        values.pop("title", None)
        asks = post.kind is PostKind.REPLY and _takes_arguments(current_viewer(), post.thread)
        form = EditForm(**values, arguments=asks)
    files = queries.files_of([post.id])[post.id] if post.file_count else []
    form.gone_files.choices = [choice(file.public_id, file.alt or file.name) for file in files]
    return form


def _changes(post: PlacedPost, before: list[Any]) -> list[dict[str, Any]]:
    """Each change, newest first: when, the difference of the text and of the title."""
    changes, body, title, argument = [], post.body, post.thread.title, post.argument
    for was in before:
        changes.append(
            {
                "at": was.replaced_at,
                "editor": was.editor_name,
                "body": text.difference(was.body, body),
                "argument": (was.argument, argument) if was.argument != argument else None,
                "title": text.difference(was.title, title)
                if post.is_first and was.title != title
                else None,
                "language": was.language,
            }
        )
        body, title, argument = was.body, was.title, was.argument
    return changes
