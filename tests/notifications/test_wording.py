"""What an entry says: what is new, and nothing that was overtaken meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from forum.notifications.kinds import Reason
from forum.notifications.queries import Entry
from forum.notifications.wording import sentences
from forum.web.locale import force_locale

pytestmark = pytest.mark.usefixtures("app")

ENTRY = Entry(
    id=1,
    reasons=Reason(0),
    told_at=datetime(2026, 12, 1, tzinfo=UTC),
    read=False,
    since_number=None,
    upto_number=None,
    post_id=None,
    thread_id=None,
    proposal_id="p",
    title="Plazos",
    language="es",
    kind=None,
    space_kind=None,
)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (Reason.VOTE, ["It was put to the vote."]),
        (Reason.DISCUSSED | Reason.VOTE | Reason.ADOPTED, ["The coalition adopted it."]),
        (Reason.SHOWN | Reason.VOTE | Reason.NOT_ADOPTED, ["It was voted on and not adopted."]),
        (
            Reason.SUBMITTED | Reason.RESPONSE | Reason.LATE,
            [
                "There is an official response.",
                "The day of a commitment has passed, and it is not done.",
            ],
        ),
        (
            Reason.DISCUSSED | Reason.AMENDMENT,
            [
                "Its discussion has begun.",
                "A change to its text is proposed and waits for your word.",
            ],
        ),
    ],
)
def test_of_a_proposals_steps_the_furthest_is_told(reasons, said):
    with force_locale("en"):
        assert sentences(replace(ENTRY, reasons=reasons)) == said
