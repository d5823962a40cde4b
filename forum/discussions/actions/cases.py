"""A solution told as a case: its parts are kept, its post's text is made of them."""

from dataclasses import asdict, dataclass
from typing import Any

from babel import Locale
from sqlalchemy import select

from forum.db import db
from forum.discussions.actions.attaching import first_post
from forum.discussions.actions.holding import hold_post
from forum.discussions.actions.writing import edit, start_thread
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Case, Post, Thread
from forum.discussions.rows import PlacedPost
from forum.lib import markup
from forum.lib.permission import Refused
from forum.spaces import Viewer
from forum.web.locale import LANGUAGES, force_locale
from forum.web.locale import gettext as _


@dataclass(frozen=True, kw_only=True)
class CaseParts:
    """What a case tells, by the names of the form's fields."""

    problem: str
    did: str
    country: str = ""
    place: str = ""
    needs: str = ""
    failed: str = ""
    cost: str = ""
    contact: str = ""
    link: str = ""


def start_case(viewer: Viewer, parts: CaseParts, *, language: str, **thread: Any) -> Thread:
    """Start a thread of the kind solution with a case; the rest is as for `start_thread`.

    Raises what `start_thread` does, and Refused when the parts together are too long.
    """
    body = as_text(parts, language)
    made = start_thread(
        viewer,
        kind=ThreadKind.SOLUTION,
        body=body,
        html=markup.render(body),
        language=language,
        **thread,
    )
    db.session.add(Case(post_id=first_post(made).id, **asdict(parts)))
    db.session.flush()
    return made


def change_case(
    viewer: Viewer,
    post: PlacedPost,
    parts: CaseParts,
    *,
    version: int,
    language: str,
    title: str = "",
) -> Post:
    """Change one's own case; what its text said before is kept. Raises as `edit` does."""
    body = as_text(parts, language)
    hold_post(viewer, post)
    changed = edit(
        viewer,
        post,
        version=version,
        body=body,
        html=markup.render(body),
        language=language,
        title=title,
    )
    kept = db.session.scalars(select(Case).where(Case.post_id == changed.id)).one()
    for name, value in asdict(parts).items():
        setattr(kept, name, value)
    db.session.flush()
    return changed


def as_text(parts: CaseParts, language: str) -> str:
    """The case as one Markdown text, under headings in the language it is written in.

    Raises Refused when it is longer than a post may be.
    """
    spoken = language if language in LANGUAGES else "es"
    with force_locale(spoken):
        country = Locale.parse(spoken).territories.get(parts.country, parts.country)
        place = ", ".join(filter(None, (parts.place, country)))
        told = [
            (_("What the problem was"), parts.problem),
            (_("Where"), place),
            (_("What we did"), parts.did),
            (_("What it needs to work"), parts.needs),
            (_("What did not work"), parts.failed),
            (_("Cost and time"), parts.cost),
            (_("Who to ask"), parts.contact),
            (_("To see for yourself"), f"<{parts.link}>" if parts.link else ""),
        ]
    body = "\n\n".join(f"#### {heading}\n\n{text}" for heading, text in told if text)
    if len(body) > markup.LONGEST:
        raise Refused(_("The parts of the case together are too long."), "did")
    return body
