"""Whatever state a thing is in, it has its words and its page opens."""

from typing import Any

import pytest
from sqlalchemy import update

from forum.coalition.lifecycle import ASIDE, CommitmentStatus, ProposalStatus, ResponseOutcome
from forum.coalition.models import Commitment, Proposal, Response
from forum.db import db
from forum.directory.models import Lifecycle, Project
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models import Thread
from forum.lib import clock
from tests.house.world import World

_LIKE = {  # a proposal of the world that has been through what the state needs
    "withdrawn": "in_discussion",
    "merged": "in_discussion",
    "deferred": "in_discussion",
    "following_up": "answered",
    "closed": "answered",
}


def put(model: Any, row: Any, **values: Any) -> None:
    db.session.execute(update(model).where(model.id == row.id).values(**values))
    db.session.commit()


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("status", ProposalStatus)
def test_a_proposal_in_every_status(status, locale, world: World, client_of):
    proposal = world.proposals[_LIKE.get(status.value, status.value)]
    aside = (
        {"aside_at": clock.now(), "aside_reason": "Ya no hace falta."} if status in ASIDE else {}
    )
    if status is ProposalStatus.MERGED:
        aside["merged_into_id"] = world.proposals["voting"].id
    put(Proposal, proposal, status=status, **aside)
    member = client_of("delegate")
    member.send("/language", language=locale)
    page = member.get(f"/proposals/{proposal.public_id}")
    assert page.status_code == 200
    assert status.value not in page.text or "_" not in status.value, "a code is shown to people"
    assert member.get(f"/coalitions/{world.cast.coalition.slug}/proposals").status_code == 200
    assert member.get("/").status_code == 200


@pytest.mark.parametrize("outcome", ResponseOutcome)
def test_an_answer_of_every_outcome(outcome, world: World, client_of):
    with db.engine.begin() as connection:
        connection.execute(
            update(Response).where(Response.outcome.is_not(None)).values(outcome=outcome)
        )
    page = client_of("expert").get(f"/proposals/{world.proposals['answered'].public_id}")
    assert page.status_code == 200
    assert outcome.value not in page.text or "_" not in outcome.value


@pytest.mark.parametrize("status", CommitmentStatus)
def test_a_commitment_in_every_status(status, world: World, client_of):
    put(Commitment, world.commitment, status=status)
    for path in (
        f"/commitments/{world.commitment.public_id}",
        f"/proposals/{world.proposals['answered'].public_id}",
    ):
        page = client_of("staff").get(path)
        assert page.status_code == 200


@pytest.mark.parametrize("kind", ThreadKind)
@pytest.mark.parametrize("status", ThreadStatus)
def test_a_thread_of_every_kind_in_every_status(kind, status, world: World, client_of):
    thread = world.threads["network"]
    reason = "Ya se dijo todo." if status == ThreadStatus.LOCKED else ""
    put(Thread, thread, kind=kind, status=status, lock_reason=reason)
    for path in (f"/threads/{thread.public_id}", "/exchanges/latin-america/stages/2"):
        assert client_of("member").get(path).status_code == 200


@pytest.mark.parametrize("lifecycle", [*Lifecycle, None])
def test_a_project_at_every_point_of_its_way(lifecycle, world: World, client_of):
    put(Project, world.cast.projects["ceiba"], lifecycle=lifecycle)
    for path in ("/projects/ceiba", "/projects"):
        page = client_of("visitor").get(path)
        assert page.status_code == 200
        assert lifecycle is None or "_" not in lifecycle or lifecycle not in page.text
