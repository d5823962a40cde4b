"""What a closed stage left open is carried on; what a session came to is talked about further."""

from collections.abc import Mapping
from typing import Any

from forum import activity
from forum.db import db
from forum.discussions import queries
from forum.discussions.actions.arranging import move
from forum.discussions.actions.writing import start_thread
from forum.discussions.kinds import Arranged
from forum.discussions.models import OutcomeThread, Thread
from forum.discussions.policy import arranging as policy
from forum.exchanges.models import Outcome, Stage
from forum.exchanges.rows import StageRow
from forum.lib.permission import require
from forum.spaces import Viewer


def carry_on(viewer: Viewer, stage: StageRow, chosen: Mapping[str, StageRow]) -> list[Thread]:
    """Move threads of a closed stage, by their public ids, to the stages chosen for them.

    What was solved, answered, moved or removed meanwhile is left where it is. Raises Forbidden.
    """
    require(policy.can_hand_over(viewer, stage))
    carried = [
        move(viewer, thread, chosen[thread.public_id], what=Arranged.CARRIED)
        for thread in queries.still_open(viewer, stage, chosen)
    ]
    if carried:
        activity.record(
            viewer.person_id,
            "stage.handed_over",
            db.session.get_one(Stage, stage.id),
            threads=len(carried),
        )
    return carried


def talk_about(viewer: Viewer, outcome: Outcome, **words: Any) -> Thread:
    """Start a thread from what a session came to; `words` as for `start_thread`."""
    thread = start_thread(viewer, **words)
    joined = OutcomeThread(outcome_id=outcome.id, thread_id=thread.id)
    db.session.add(joined)
    activity.record(
        viewer.person_id,
        "outcome.discussed",
        joined,
        space_id=thread.space_id,
        outcome=outcome.id,
        thread=thread.id,
    )
    return thread
