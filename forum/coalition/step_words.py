"""What each step of a proposal means, in the reader's words: for a page with one button."""

from dataclasses import dataclass

from forum.coalition.rows import ProposalRow
from forum.web.locale import gettext as _
from forum.web.locale import ngettext
from forum.web.settings import settings


@dataclass(frozen=True, kw_only=True)
class StepWords:
    """A step: its name, what it means, and its button."""

    heading: str
    points: list[str]  # whole sentences
    button: str
    icon: str


def sharing() -> StepWords:
    """Showing a draft to the coalition."""
    return StepWords(
        heading=_("Show it to the coalition"),
        points=[
            _(
                "From then on everybody in the coalition reads this proposal; until now only its "
                "authors do."
            ),
            _(
                "It looks for projects that stand behind it. Its page says what is still needed; "
                "their delegates co-sponsor it there."
            ),
            _(
                "Whoever facilitates looks at its form, not at whether it is a good idea: it may "
                "come back to you with written reasons, or a merge may be suggested."
            ),
            _(
                "Once nothing is missing its discussion begins, with a conversation of the "
                "coalition opened in its author’s name."
            ),
            *_until_the_vote(),
        ],
        button=_("Show it to the coalition"),
        icon="people",
    )


def discussing(proposal: ProposalRow) -> StepWords:
    """Beginning the discussion of what is backed."""
    return StepWords(
        heading=_("Start the discussion"),
        points=[
            _(
                "A conversation of the coalition is opened for it, where the projects say what is "
                "missing and what should be said otherwise."
            ),
            _("The co-sponsoring projects stay as they are from then on; others may join them."),
            ngettext(
                "It is discussed for at least %(num)s day before it can be put to the vote.",
                "It is discussed for at least %(num)s days before it can be put to the vote.",
                proposal.rules.discussion_days,
            ),
            *_until_the_vote(),
        ],
        button=_("Start the discussion"),
        icon="discussion",
    )


def submitting(proposal: ProposalRow) -> StepWords:
    """Handing what was adopted to the certifier."""
    body = settings().body_name
    return StepWords(
        heading=_("Submit the proposal to %(body)s", body=body),
        points=[
            _(
                "It gets its number, and the text as it was adopted is read by everyone meant "
                "below."
            ),
            _(
                "The names of the co-sponsoring projects and the totals of the vote are seen "
                "with it; how each project voted is not."
            ),
            _(
                "The conversation about it, its earlier versions and the ballots stay with the "
                "coalition."
            ),
            _(
                "%(body)s acknowledges receipt within %(receipt)s days and answers within "
                "%(answer)s, or later if its committee or board has to.",
                body=body,
                receipt=proposal.rules.acknowledgement_days,
                answer=proposal.rules.secretariat_days,
            ),
            _(
                "A proposal is advice: %(body)s is not bound by it. It undertakes to answer.",
                body=body,
            ),
        ],
        button=_("Submit it"),
        icon="official",
    )


def taking_up(proposal: ProposalRow) -> StepWords:
    """Taking up again what was deferred."""
    points = [_("It is back where it was before it was deferred, for the whole coalition.")]
    if proposal.discussion_at is not None:
        points.append(
            ngettext(
                "It is discussed for at least %(num)s day anew before it can be put to the vote.",
                "It is discussed for at least %(num)s days anew before it can be put to the vote.",
                proposal.rules.discussion_days,
            )
        )
    return StepWords(
        heading=_("Take it up again"),
        points=points,
        button=_("Take it up again"),
        icon="undo",
    )


def _until_the_vote() -> list[str]:
    return [
        _("Meanwhile you can change the text; every version stays to be compared."),
        _("%(body)s sees none of it.", body=settings().body_name),
    ]
