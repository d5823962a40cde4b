"""The parts of a solution told as a case."""

from sqlalchemy import select

from forum.db import db
from forum.directory.models import Project
from forum.discussions.models import Case
from forum.spaces import Viewer


def case_of(post_id: int) -> Case | None:
    """The parts of the case that the post tells; None for a plain post. The post was reached."""
    return db.session.scalars(select(Case).where(Case.post_id == post_id)).one_or_none()


def country_of(viewer: Viewer) -> str:
    """The country of the viewer's project; empty for who has none."""
    own = min(viewer.projects, default=None)
    if own is None:
        return ""
    return db.session.scalar(select(Project.country).where(Project.id == own)) or ""
