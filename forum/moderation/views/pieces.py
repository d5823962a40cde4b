"""What this room adds to the pages of the rooms below it."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from forum.accounts import slots as account_slots
from forum.directory import slots as directory_slots
from forum.discussions import slots as thread_slots
from forum.discussions.rows import PostRow, ThreadRow
from forum.moderation import policy, queries
from forum.moderation.wording import author_sentence, post_sentence
from forum.spaces import Viewer, current_viewer
from forum.web.fragments import piece
from forum.web.locale import gettext as _

_LINK = Markup('<a href="{}">{}<span class="sr"> {}</span></a>')


def register() -> None:
    """Fill the slots."""
    if report_link not in thread_slots.under_post:
        thread_slots.under_post.append(report_link)
    if unread_warnings not in account_slots.on_own_page:
        account_slots.on_own_page.append(unread_warnings)
    directory_slots.add(directory_slots.on_person, standing)


def report_link(viewer: Viewer, thread: ThreadRow, post: PostRow) -> Markup | None:
    """The way to report a post."""
    if not viewer.signed_in or not policy.can_report(viewer, thread, post):
        return None
    return _LINK.format(
        url_for("moderation.report_form", id=post.public_id),
        _("Report"),
        _("the post of %(name)s", name=post.said_by),
    )


def unread_warnings(person_id: int) -> Markup | None:
    """The warnings somebody has not acknowledged, on the page of their account."""
    warnings = queries.unread_warnings(person_id)
    return piece("moderation/_own.html", warnings=warnings) if warnings else None


def standing(_looker: directory_slots.Looker, person: Any) -> Markup | None:
    """What who facilitates knows of somebody, on that person's page."""
    viewer = current_viewer()
    if not policy.can_moderate(viewer) or person.id == viewer.person_id:
        return None
    known = queries.standing(viewer, person.id)
    if not known.open_reports and not known.decisions:
        return None
    return piece(
        "moderation/_standing.html",
        known=known,
        outcome=post_sentence,
        for_author=author_sentence,
    )
