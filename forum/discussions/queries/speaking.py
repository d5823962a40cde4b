"""Whose words a post holds when its author wrote them down for somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.db import db
from forum.directory.models import Project
from forum.discussions.kinds import Consent
from forum.discussions.models import Post, SpokenFor
from forum.discussions.policy import speaking as policy
from forum.discussions.queries.solutions import open_to_words
from forum.spaces import Viewer


@dataclass(frozen=True, kw_only=True)
class SpokenRow:
    """Somebody's words, written down by another; who says that they are theirs."""

    post_id: int
    author_id: int  # who wrote them down
    author_name: str
    name: str  # or a role
    consent: Consent
    project_id: int
    project_name: str
    project_country: str
    claimant_id: int | None
    claimant_name: str | None
    claimant_public_id: str | None
    confirmed_at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        """Whether the claimant is known to be the speaker."""
        return self.confirmed_at is not None


def spoken_for(post_ids: Iterable[int]) -> dict[int, SpokenRow]:
    """Whose words these posts hold, for those written down for somebody: one statement."""
    wanted = tuple(post_ids)
    if not wanted:
        return {}
    claimant, writer = aliased(Person), aliased(Person)
    query = (
        select(
            SpokenFor.post_id,
            writer.id.label("author_id"),
            writer.name.label("author_name"),
            SpokenFor.name,
            SpokenFor.consent,
            SpokenFor.project_id,
            Project.name.label("project_name"),
            Project.country.label("project_country"),
            SpokenFor.claimant_id,
            claimant.name.label("claimant_name"),
            claimant.public_id.label("claimant_public_id"),
            SpokenFor.confirmed_at,
        )
        .join(Post, Post.id == SpokenFor.post_id)
        .join(Project, Project.id == SpokenFor.project_id)
        .join(writer, writer.id == func.coalesce(SpokenFor.writer_id, Post.author_id))
        .outerjoin(claimant, claimant.id == SpokenFor.claimant_id)
        .where(SpokenFor.post_id.in_(wanted))
    )
    return {row["post_id"]: SpokenRow(**row) for row in db.session.execute(query).mappings()}


def spoken_or_404(post_id: int) -> SpokenRow:
    """Whose words that post holds. Raises NotFound when they are its author's own."""
    found = spoken_for((post_id,)).get(post_id)
    if found is None:
        raise NotFound
    return found


def projects_to_write_for(viewer: Viewer) -> list[tuple[str, str, int]]:
    """Slug, name and inner id of the projects for whose people the viewer may write."""
    query = select(Project.slug, Project.name, Project.id).where(open_to_words())
    return [
        (slug, name, project_id)
        for slug, name, project_id in db.session.execute(query.order_by(Project.name))
        if policy.can_write_for(viewer, project_id)
    ]
