"""The queue of reports, and deciding about one post's."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.accounts.policy import can_suspend_for_a_time
from forum.discussions.queries import post_or_404
from forum.discussions.rows import PlacedPost
from forum.lib.permission import Answer, require
from forum.moderation import actions, policy
from forum.moderation.actions import Verdict
from forum.moderation.forms import DecisionForm
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.queries import deciding, suspensions
from forum.moderation.queries.record import what_was_done
from forum.moderation.rows import Reported, Suspension
from forum.moderation.views.blueprint import bp
from forum.moderation.wording import author_sentence, post_sentence
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _


@bp.get("/moderation")
@signed_in
def queue() -> Response:
    """Posts with reports that wait for a decision, the newest report first."""
    viewer = current_viewer()
    require(policy.can_moderate(viewer))
    after = request.args.get("after")
    return answer(
        "moderation/queue.html",
        page=deciding.waiting(viewer, after),
        is_first=not after,
        waiting=deciding.waiting_count(viewer),
        suspensions=[] if after else _may_be_lifted(viewer),
    )


@bp.get("/moderation/posts/<id>/decision")
@signed_in
def reported(id: str) -> Response:
    """One post with the reports on it, and the form to decide."""
    viewer = current_viewer()
    post = post_or_404(id, viewer)
    require(policy.can_decide(viewer, post))
    found = deciding.reported(post.id)
    form = _form(viewer, found)
    form.upto.data = str(found.report_count)
    return _page(viewer, post, found, form)


@bp.post("/moderation/posts/<id>/decision")
@signed_in
def decision(id: str) -> Response:
    """Decide."""
    viewer = current_viewer()
    post = post_or_404(id, viewer)
    require(policy.can_decide(viewer, post))
    found = deciding.reported(post.id)
    form = _form(viewer, found)
    if form.accepts():
        actions.decide(
            viewer,
            post,
            Verdict(
                ForPost(form.for_post.data),
                ForAuthor(form.for_author.data),
                Reason(form.reason.data),
                form.explanation.data or "",
                form.days.data or 0,
            ),
            upto=form.shown_upto,
        )
        back = form.for_post.data == ForPost.RESTORED and _running(viewer, post, form.may_suspend)
        return answer(
            then=url_for(".reported", id=id) if back else url_for(".queue"),
            say=_("It is decided. Who reported the post and who wrote it are told."),
        )
    return _page(viewer, post, found, form)


@bp.get("/moderation/record")
@public
def record() -> Response:
    """What was done, without the words, titles or names."""
    after = request.args.get("after")
    return answer(
        "moderation/record.html",
        page=what_was_done(current_viewer(), after),
        is_first=not after,
        outcome=post_sentence,
        for_author=author_sentence,
    )


def _form(viewer: Viewer, found: Reported) -> DecisionForm:
    return DecisionForm(may_suspend=can_suspend_for_a_time(viewer, found.author))


def _may_be_lifted(viewer: Viewer) -> list[Suspension]:
    return [
        one for one in suspensions.running(viewer) if can_suspend_for_a_time(viewer, one.author)
    ]


def _running(viewer: Viewer, post: PlacedPost, may_suspend: Answer) -> Suspension | None:
    """The suspension of who wrote it that runs for this post, if the viewer may lift it."""
    if not may_suspend:
        return None
    running = suspensions.running_of(viewer, post.author_public_id)
    return running if running and running.post == post.public_id else None


def _page(viewer: Viewer, post: PlacedPost, found: Reported, form: DecisionForm) -> Response:
    reports = deciding.reports_on(post.id)
    if reports and not form.is_submitted():
        form.reason.data = reports[0].reason.value
    decisions = deciding.decisions_on(post.id)
    suspended = any(one.for_author == ForAuthor.SUSPENDED for one in decisions)
    running = _running(viewer, post, form.may_suspend) if suspended else None
    form.offer(removed=post.removed_at is not None, by_author=post.removed_by_id == post.author_id)
    return answer(
        "moderation/reported.html",
        status=form.status,
        post=post,
        words=found.words,
        reports=reports,
        decisions=decisions,
        lifted=suspensions.lifted_on(post.id) if suspended and not running else [],
        running=running,
        form=form,
        outcome=post_sentence,
        for_author=author_sentence,
    )
