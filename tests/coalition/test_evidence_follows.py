"""A thread that is merged away stays evidence, under the address it has now."""

import pytest
from sqlalchemy import select

from forum.coalition.models import Evidence
from forum.db import db
from forum.discussions import actions
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def test_evidence_follows_a_merge_and_is_named_once(cast):
    one, other = talk.thread(cast.member), talk.thread(cast.member)
    both, first = votes.in_discussion(cast), votes.in_discussion(cast)
    db.session.add_all(
        [
            Evidence(proposal_id=both.id, thread_id=one.id),
            Evidence(proposal_id=both.id, thread_id=other.id),
            Evidence(proposal_id=first.id, thread_id=one.id),
        ]
    )
    db.session.flush()
    actions.merge(viewer(cast.facilitator), one, other)
    rows = db.session.execute(select(Evidence.proposal_id, Evidence.thread_id)).all()
    assert sorted(tuple(row) for row in rows) == sorted([(both.id, other.id), (first.id, other.id)])
