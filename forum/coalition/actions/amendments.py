"""Proposing other words for a passage of a proposal, and taking them or not.

Taking holds the proposal, then the amendment: of two who decide at once, one does, and a vote that
is opened meanwhile freezes the text for both.
"""

from sqlalchemy import select

from forum import activity
from forum.activity.models import Event
from forum.coalition.actions.moves import hold_as_seen
from forum.coalition.forms.proposals import LONGEST_PART, LONGEST_SECTION
from forum.coalition.lifecycle import MARKDOWN_PARTS, AmendmentState, ProposalStatus, TextPart
from forum.coalition.models import Amendment, Proposal, ProposalVersion, Vote
from forum.coalition.models.proposals import LONGEST_LINE
from forum.coalition.passages import NotThere, SeveralPlaces, as_it_stands, with_words
from forum.coalition.policy import amendments as policy
from forum.coalition.policy import proposals as proposals_policy
from forum.coalition.queries import members
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.discussions.models import LONGEST_TITLE
from forum.lib import clock, markup
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import force_locale, ngettext
from forum.web.locale import gettext as _
from forum.web.settings import settings

LONGEST_OF = {  # characters, by part
    TextPart.TITLE: LONGEST_TITLE,
    TextPart.PROBLEM: LONGEST_PART,
    TextPart.ASK: LONGEST_PART,
    TextPart.EVIDENCE: LONGEST_PART,
    TextPart.DOCUMENT: LONGEST_LINE,
    TextPart.SECTION: LONGEST_SECTION,
    TextPart.TIME_FRAME: LONGEST_LINE,
    TextPart.EXPECTED_COST: LONGEST_LINE,
}
_MOST_OPEN = 20  # of one person on one proposal: more than that is another proposal


def listen() -> None:
    """Hear when a text is frozen or set aside: what is open then is not taken up."""
    activity.listen("vote.opened")(_frozen)
    for verb in ("proposal.withdrawn", "proposal.merged"):
        activity.listen(verb)(_set_aside)


def propose(
    viewer: Viewer,
    proposal: ProposalRow,
    *,
    part: TextPart,
    passage: str,
    words: str,
    why: str,
    language: str,
) -> Amendment:
    """Propose `words` for the passage of that part; without a passage they are added at its end.

    Raises Forbidden; WrongState when the proposal is not discussed; Refused for a passage that
    does not stand there, or stands there twice, and for words that change nothing or are too long.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(policy.may_amend(viewer, now))
    _check_discussed(now)
    assert viewer.person_id is not None
    _not_too_many(viewer.person_id, held.id)
    text = getattr(_newest(held), part)
    passage = _quoted(text, passage)
    _fitting(part, text, passage, words)
    mine = members.members_among(now.coalition_id, viewer.projects)
    made = Amendment(
        proposal_id=held.id,
        author_id=viewer.person_id,
        project_id=mine[0].id if mine else None,
        version=held.version,
        part=part,
        passage=passage,
        words=words,
        why=why,
        language=language,
    )
    db.session.add(made)
    _record(viewer, "amendment.proposed", made, now, version=held.version)
    return made


def take(viewer: Viewer, proposal: ProposalRow, amendment_id: int) -> ProposalVersion:
    """Put the words into the text: its next version.

    Raises Forbidden; WrongState when the text is frozen, the amendment is decided, or its passage
    does not stand in the text any more as it is quoted.
    """
    held, now = hold_as_seen(viewer, proposal)
    amendment = _hold_open(viewer, now, held, amendment_id)
    newest = _newest(held)
    try:
        changed = with_words(
            amendment.part, getattr(newest, amendment.part), amendment.passage, amendment.words
        )
    except (NotThere, SeveralPlaces):
        raise WrongState(
            _(
                "The text was changed meanwhile, and this passage does not stand there any more as "
                "it is quoted. You can change the text yourself, or say why it is not taken."
            )
        ) from None
    if len(changed) > LONGEST_OF[amendment.part] or (_needed(amendment.part) and not changed):
        raise WrongState(_("With these words the text would be too long, or empty."))
    held.version += 1
    version = _next_version(viewer, held, newest, amendment.part, changed)
    if amendment.part is TextPart.TITLE:
        held.title = changed
    amendment.state, amendment.version_made = AmendmentState.TAKEN, held.version
    amendment.decided_by_id, amendment.decided_at = viewer.person_id, clock.now()
    db.session.add(version)
    _record(viewer, "amendment.taken", amendment, now, version=held.version)
    return version


def decline(
    viewer: Viewer, proposal: ProposalRow, amendment_id: int, *, reasons: str, language: str
) -> Amendment:
    """Leave the text as it is, and say why.

    Raises Forbidden, WrongState when the text is frozen or it is decided, Refused without reasons.
    """
    held, now = hold_as_seen(viewer, proposal)
    amendment = _hold_open(viewer, now, held, amendment_id)
    if not reasons:
        raise Refused(
            _("Please say why, for who proposed it and for those who read it."), "reasons"
        )
    amendment.state, amendment.reasons = AmendmentState.DECLINED, reasons
    amendment.reasons_language = language
    amendment.decided_by_id, amendment.decided_at = viewer.person_id, clock.now()
    _record(viewer, "amendment.declined", amendment, now)
    return amendment


def withdraw(viewer: Viewer, proposal: ProposalRow, amendment_id: int) -> Amendment:
    """Who proposed it takes it back, while nothing is decided on it; it stays to be read.

    Raises Forbidden for anybody else, WrongState when it is decided.
    """
    held, now = hold_as_seen(viewer, proposal)
    amendment = _hold(held, amendment_id)
    require(policy.is_who_proposed(viewer, amendment.author_id))
    if amendment.state is not AmendmentState.OPEN:
        raise WrongState(policy.decided())
    amendment.state, amendment.decided_at = AmendmentState.WITHDRAWN, clock.now()
    _record(viewer, "amendment.withdrawn", amendment, now)
    return amendment


def _hold_open(
    viewer: Viewer, now: ProposalRow, proposal: Proposal, amendment_id: int
) -> Amendment:
    speaks_for = members.speaks_for(viewer, now.coalition_id)
    require(proposals_policy.is_author(viewer, now, speaks_for))
    amendment = _hold(proposal, amendment_id)
    if amendment.state is not AmendmentState.OPEN:
        raise WrongState(policy.decided())
    _check_discussed(now)
    return amendment


def _hold(proposal: Proposal, amendment_id: int) -> Amendment:
    return db.session.scalars(
        select(Amendment)
        .where(Amendment.id == amendment_id, Amendment.proposal_id == proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _check_discussed(now: ProposalRow) -> None:
    if now.status is not policy.AMENDABLE:
        raise WrongState(policy.when_not(now))


def _not_too_many(person_id: int, proposal_id: int) -> None:
    mine = select(Amendment.id).where(
        Amendment.proposal_id == proposal_id,
        Amendment.author_id == person_id,
        Amendment.state == AmendmentState.OPEN,
    )
    if len(db.session.scalars(mine).all()) >= _MOST_OPEN:
        raise Refused(
            ngettext(
                "%(num)d of your changes waits to be decided: that is enough for one proposal.",
                "%(num)d of your changes wait to be decided: that is enough for one proposal.",
                _MOST_OPEN,
            )
        )


def _quoted(text: str, passage: str) -> str:
    try:
        return as_it_stands(text, passage)
    except NotThere:
        message = _(
            "This passage does not stand in that part of the text. Please copy it as it stands."
        )
    except SeveralPlaces:
        message = _(
            "This passage stands there more than once. Please quote more of what is around it."
        )
    raise Refused(message, "passage")


def _fitting(part: TextPart, text: str, passage: str, words: str) -> None:
    if passage == words:
        raise Refused(_("These words change nothing."), "words")
    changed = with_words(part, text, passage, words)
    if not changed and _needed(part):
        raise Refused(_("This part of the text cannot be left empty."), "words")
    if len(changed) > LONGEST_OF[part]:
        message = ngettext(
            "With these words this part would have more than %(num)d character.",
            "With these words this part would have more than %(num)d characters.",
            LONGEST_OF[part],
        )
        raise Refused(message, "words")


def _needed(part: TextPart) -> bool:
    return part in (TextPart.TITLE, TextPart.PROBLEM, TextPart.ASK)


def _newest(proposal: Proposal) -> ProposalVersion:
    return db.session.scalars(
        select(ProposalVersion).where(
            ProposalVersion.proposal_id == proposal.id,
            ProposalVersion.number == proposal.version,
        )
    ).one()


def _next_version(
    viewer: Viewer, proposal: Proposal, newest: ProposalVersion, part: TextPart, changed: str
) -> ProposalVersion:
    """The text as it is, with that part changed; what it says about itself in its own language."""
    html = [f"{one}_html" for one in MARKDOWN_PARTS]
    values = {name: getattr(newest, name) for name in (*TextPart, *html)}
    values[part] = changed
    if part in MARKDOWN_PARTS:
        values[f"{part}_html"] = markup.render(changed)
    language = proposal.language if proposal.language in settings().locales else "en"
    with force_locale(language):
        note = str(_("A change proposed by the coalition was taken."))
    return ProposalVersion(
        proposal_id=proposal.id,
        number=proposal.version,
        author_id=viewer.person_id,
        note=note,
        **{str(name): value for name, value in values.items()},
    )


def _record(
    viewer: Viewer, verb: str, amendment: Amendment, proposal: ProposalRow, **more: int
) -> None:
    activity.record(
        viewer.person_id,
        verb,
        amendment,
        space_id=proposal.coalition_space_id,
        proposal=proposal.id,
        part=amendment.part.value,
        **more,
    )


def _frozen(_event: Event, vote: Vote) -> None:
    _lapse(vote.proposal_id)


def _set_aside(_event: Event, proposal: Proposal) -> None:
    if proposal.status in (ProposalStatus.WITHDRAWN, ProposalStatus.MERGED):
        _lapse(proposal.id)


def _lapse(proposal_id: int) -> None:
    waiting = db.session.scalars(
        select(Amendment)
        .where(Amendment.proposal_id == proposal_id, Amendment.state == AmendmentState.OPEN)
        .order_by(Amendment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for one in waiting.all():
        one.state, one.decided_at = AmendmentState.LAPSED, clock.now()
