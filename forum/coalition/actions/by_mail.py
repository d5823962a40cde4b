"""What somebody answers by mail about a proposal: it goes into the proposal's own conversation.

There the coalition talks about it before, during and after the vote. A ballot is never cast by
mail: whoever writes while voting is open is told so.
"""

from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.queries.proposals import proposal_now
from forum.discussions import queries
from forum.discussions.actions.by_mail import Words, Written, answer_in, viewer_who_writes
from forum.lib.permission import Refused
from forum.mail.reading import Mail
from forum.mail.slots import Posted
from forum.web.locale import gettext as _


class AnswerAboutProposal(Written):
    """An answer in the conversation about a proposal."""

    def handle(self, person_id: int, item_id: int, mail: Mail, prepared: Words) -> Posted:  # noqa: ARG002  # as all of them are called
        """Answer there, if the person may. Raises as `reply`, NotFound, and Refused without one."""
        viewer = viewer_who_writes(person_id)
        proposal = proposal_now(item_id, viewer)
        if proposal.thread_id is None:
            raise Refused(
                _(
                    "There is no conversation about this proposal yet. Please write to its authors "
                    "on its page."
                )
            )
        thread = queries.thread_now(viewer, proposal.thread_id)
        if proposal.status is ProposalStatus.VOTING:
            prepared.notes.append(
                _(
                    "What you wrote stands in the conversation about the proposal. It is no "
                    "ballot: ballots are cast on the page of the proposal alone."
                )
            )
        return answer_in(viewer, thread, None, prepared)
