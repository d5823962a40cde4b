"""What a member project thinks of the certifier's answer: one verdict each, to be changed.

The proposal is held: of a delegate and an alternate who say it at once, the second is told.
"""

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.closing import close_if_settled
from forum.coalition.actions.moves import hold_as_seen
from forum.coalition.actions.proposals import project_chosen
from forum.coalition.lifecycle import ANSWERED, Verdict
from forum.coalition.models import Rating
from forum.coalition.policy import follow_up as policy
from forum.coalition.queries import members
from forum.coalition.queries.ratings import mark_of
from forum.coalition.queries.responses import newest_answer
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _


class SaidMeanwhile(Stale):
    """The project said something else after the person looked at what it says."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__(0, texts)
        self.reason = _(
            "Somebody of your project has said what it thinks since you opened this form. It is "
            "shown below; if you send yours again, it takes its place."
        )


def rate(
    viewer: Viewer,
    proposal: ProposalRow,
    *,
    verdict: Verdict,
    reason: str,
    language: str,
    answers: str,
    project_id: int | None = None,
    seen: str | None = None,
) -> Rating:
    """Say what a project thinks of the answer that counts; said again, it replaces what was said.

    `answers` is the public id of the answer the person read, `seen` holds the marks of what their
    projects said of it, None where nothing was looked at. The same again changes nothing.

    Raises Forbidden, WrongState before the answer, Stale where it was corrected meanwhile,
    SaidMeanwhile where the project says something else, Refused without a needed word or project.
    """
    held, now = hold_as_seen(viewer, proposal)
    speaks_for = members.speaks_for(viewer, now.coalition_id)
    require(policy.is_rater(viewer, now, speaks_for))
    newest = newest_answer(held.id)
    if held.status not in ANSWERED or newest is None:
        raise WrongState(_("There is no answer yet that could be rated."))
    if newest.public_id != answers:
        raise Stale(newest.id, {"answer": newest.reasons})
    if verdict is not Verdict.SATISFIED and not reason:
        raise Refused(_("Please say in a word what is missing."), "reason")
    project = project_chosen(speaks_for, project_id)
    found = db.session.scalars(
        select(Rating).where(Rating.response_id == newest.id, Rating.project_id == project)
    ).one_or_none()
    if found is not None:
        if (found.verdict, found.reason, found.language) == (verdict.value, reason, language):
            return found
        if seen is not None and mark_of(found) not in seen.split():
            raise SaidMeanwhile({"verdict": found.verdict, "reason": found.reason})
    assert viewer.person_id is not None
    rating = found or Rating(response_id=newest.id, project_id=project)
    rating.person_id, rating.verdict = viewer.person_id, verdict.value
    rating.reason, rating.language = reason, language
    db.session.add(rating)
    db.session.flush()
    activity.record(
        viewer.person_id,
        "response.rated",
        rating,
        space_id=now.coalition_space_id,
        proposal=held.id,
        project=project,
        verdict=verdict.value,
    )
    close_if_settled(viewer.person_id, held)
    return rating
