"""What this room adds to the pages of the rooms below it."""

from typing import Any

from markupsafe import Markup

from forum.accounts import slots as account_slots
from forum.directory import slots as directory_slots
from forum.discussions import slots as thread_slots
from forum.discussions.rows import PostRow, ThreadRow
from forum.moderation import policy
from forum.moderation.queries import deciding, own
from forum.moderation.wording import author_sentence, post_sentence
from forum.spaces import Viewer, current_viewer
from forum.web.fragments import piece


def register() -> None:
    """Fill the slots."""
    if REPORT not in thread_slots.under_post:
        thread_slots.under_post.append(REPORT)
    if unread_warnings not in account_slots.on_own_page:
        account_slots.on_own_page.append(unread_warnings)
    directory_slots.add(directory_slots.on_person, standing)


def can_report(viewer: Viewer, thread: ThreadRow, post: PostRow) -> bool:
    """Whether the way to report the post stands under it."""
    return viewer.signed_in and bool(policy.can_report(viewer, thread, post))


REPORT = thread_slots.UnderPost("moderation/_report_link.html", can_report)


def unread_warnings(person_id: int) -> Markup | None:
    """The warnings somebody has not acknowledged, on the page of their account."""
    warnings = own.unread_warnings(person_id)
    return piece("moderation/_own.html", warnings=warnings) if warnings else None


def standing(_looker: directory_slots.Looker, person: Any) -> Markup | None:
    """What who facilitates knows of somebody, on that person's page."""
    viewer = current_viewer()
    if not policy.can_moderate(viewer) or person.id == viewer.person_id:
        return None
    known = deciding.standing(viewer, person.id)
    if not known.open_reports and not known.decisions:
        return None
    return piece(
        "moderation/_standing.html",
        known=known,
        outcome=post_sentence,
        for_author=author_sentence,
    )
