"""What was put up for review and what was said of it, for the staff alone: the caller asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.coalition.lifecycle import ReviewVerdict
from forum.coalition.models import DraftReview, ResponseDraft
from forum.db import db


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """That a draft was put up for review, and what was said of it."""

    version: int
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    reviewer: str | None
    verdict: ReviewVerdict | None
    note: str
    reviewed_at: datetime | None
    published: bool  # as it was approved


@dataclass(frozen=True, kw_only=True)
class DraftNote:
    """That a response is being prepared."""

    author_name: str
    version: int
    review: ReviewRow | None  # of what is saved now


def review_of(draft: ResponseDraft) -> DraftReview | None:
    """The review of the draft as it is saved now; None where it is not put up."""
    return db.session.scalars(
        select(DraftReview)
        .where(DraftReview.proposal_id == draft.proposal_id, DraftReview.version == draft.version)
        .execution_options(populate_existing=True)
    ).one_or_none()


def reviews_of(proposal_id: int) -> list[ReviewRow]:
    """Every time a draft of its answer was put up, the newest first."""
    asker, reviewer = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(DraftReview, asker.name.label("asked_by"), reviewer.name.label("reviewer"))
        .join(asker, asker.id == DraftReview.asked_by_id)
        .outerjoin(reviewer, reviewer.id == DraftReview.reviewer_id)
        .where(DraftReview.proposal_id == proposal_id)
        .order_by(DraftReview.id.desc())
    )
    return [_review(row) for row in rows]


def draft_note(proposal_id: int) -> DraftNote | None:
    """Who saved the draft last, with the review of that, in one statement; None without one."""
    author, asker, reviewer = aliased(Person), aliased(Person), aliased(Person)
    of_it = and_(
        DraftReview.proposal_id == ResponseDraft.proposal_id,
        DraftReview.version == ResponseDraft.version,
    )
    row = db.session.execute(
        select(
            ResponseDraft.version,
            author.name.label("author_name"),
            DraftReview,
            asker.name.label("asked_by"),
            reviewer.name.label("reviewer"),
        )
        .join(author, author.id == ResponseDraft.author_id)
        .outerjoin(DraftReview, of_it)
        .outerjoin(asker, asker.id == DraftReview.asked_by_id)
        .outerjoin(reviewer, reviewer.id == DraftReview.reviewer_id)
        .where(ResponseDraft.proposal_id == proposal_id)
    ).one_or_none()
    if row is None:
        return None
    return DraftNote(
        author_name=row.author_name,
        version=row.version,
        review=_review(row) if row.DraftReview else None,
    )


def _review(row: Any) -> ReviewRow:
    review: DraftReview = row.DraftReview
    return ReviewRow(
        version=review.version,
        asked_by_id=review.asked_by_id,
        asked_by=row.asked_by,
        asked_at=review.created_at,
        reviewer=row.reviewer,
        verdict=review.verdict,
        note=review.note,
        reviewed_at=review.reviewed_at,
        published=review.response_id is not None,
    )
