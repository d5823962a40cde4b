"""Drafting a proposal, changing its text, withdrawing and submitting it.

Each holds the proposal's row first, so that a vote opened meanwhile freezes the text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from forum import activity
from forum.coalition.actions.moves import hold_as_seen, hold_coalition, keep, move, told_to
from forum.coalition.actions.votes import seal_due
from forum.coalition.lifecycle import EDITABLE, MoveKind, ProposalStatus, may_move
from forum.coalition.models import Evidence, Proposal, ProposalVersion
from forum.coalition.policy import proposals as policy
from forum.coalition.queries import around, members
from forum.coalition.queries import proposals as queries
from forum.coalition.queries.around import MOST_EVIDENCE
from forum.coalition.queries.opening import missing_for_submission
from forum.coalition.rows import CoalitionRow, ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space
from forum.web.forms import Stale
from forum.web.locale import gettext as _

Named = tuple[str, str]  # what it is (thread, post, session) and its public id

_NUMBER = "{prefix}-{year}-{count:03}"  # LAC-2026-001


@dataclass(frozen=True, kw_only=True)
class ProposalText:
    """A proposal's text as written: one ask. Markdown where there is a field of its html."""

    title: str
    problem: str
    ask: str
    problem_html: str
    ask_html: str
    evidence: str = ""
    evidence_html: str = ""
    document: str = ""
    section: str = ""
    time_frame: str = ""
    expected_cost: str = ""


def draft(
    viewer: Viewer,
    coalition: CoalitionRow,
    text: ProposalText,
    *,
    language: str,
    visibility_after: SpaceKind = SpaceKind.NETWORK,
    evidence: Sequence[Named] = (),
    project_id: int | None = None,
) -> Proposal:
    """Begin a proposal of one's project, seen by oneself alone until it is shared.

    Raises Forbidden; Refused when the project must be chosen, and for evidence not to be found.
    """
    require(policy.can_draft(viewer, coalition.space_id))
    assert viewer.person_id is not None
    proposal = Proposal(
        coalition_id=coalition.id,
        space_id=coalition.space_id,
        author_id=viewer.person_id,
        project_id=_proposing(viewer, coalition.id, project_id),
        title=text.title,
        language=language,
        visibility_after=visibility_after,
    )
    db.session.add(proposal)
    db.session.flush()
    _add_version(viewer, proposal, text)
    _rest_on(viewer, proposal, evidence)
    activity.record(viewer.person_id, "proposal.drafted", proposal)
    return proposal


def edit(
    viewer: Viewer,
    proposal: ProposalRow,
    text: ProposalText,
    *,
    version: int,
    note: str,
    language: str,
    visibility_after: SpaceKind,
    evidence: Sequence[Named] = (),
) -> Proposal:
    """Write the next version of the text; the earlier ones stay to be compared.

    Evidence the viewer sees becomes what is named; what they do not see stays. The same text
    again is no new version. Raises Forbidden; WrongState once the text is frozen; Stale with the
    newest text if `version` is not the newest.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_author(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status not in EDITABLE:
        raise WrongState(policy.frozen_reason(held.status))
    newest = _newest(held)
    if held.version != version:
        raise Stale(held.version, {name: getattr(newest, name) for name in _WRITTEN})
    held.language, held.visibility_after = language, visibility_after
    _rest_on(viewer, held, evidence)
    if any(getattr(newest, name) != value for name, value in asdict(text).items()):
        held.title = text.title
        held.version += 1
        _add_version(viewer, held, text, note)
    activity.record(
        viewer.person_id,
        "proposal.edited",
        held,
        space_id=told_to(now),
        version=held.version,
    )
    return held


def withdraw(viewer: Viewer, proposal: ProposalRow, *, reason: str) -> Proposal:
    """The proposer takes it back, and says why.

    Raises Forbidden, WrongState, and Refused without a reason.
    """
    seal_due(proposal.id)
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_proposer(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if not may_move(held.status, ProposalStatus.WITHDRAWN):
        raise WrongState(_("This proposal cannot be withdrawn now."))
    if not reason:
        raise Refused(_("Please say why, for those who read this later."), "reason")
    before = held.status
    held.aside_at, held.aside_reason = clock.now(), reason
    move(held, ProposalStatus.WITHDRAWN)
    keep(viewer, held, MoveKind.WITHDRAWN, reason=reason, language=held.language)
    activity.record(
        viewer.person_id,
        "proposal.withdrawn",
        held,
        space_id=told_to(now),
        before=before.value,
    )
    return held


def submit(viewer: Viewer, proposal: ProposalRow) -> Proposal:
    """Hand an adopted proposal to the certifier: it gets its number and its readers.

    The vote is sealed first if it is due. Raises Forbidden, WrongState if it is not adopted, and
    Refused with what is missing.
    """
    seal_due(proposal.id)
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_submitter(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status is not ProposalStatus.ADOPTED:
        raise WrongState(_("Only an adopted proposal is submitted."))
    if missing := missing_for_submission(held.id):
        raise Refused(" ".join(missing))
    number = _next_number(held)  # it asks the database, so before the row is half changed
    move(held, ProposalStatus.SUBMITTED)
    held.submitted_at, held.number = clock.now(), number
    held.space_id = single_space(held.visibility_after).id
    activity.record(
        viewer.person_id,
        "proposal.submitted",
        held,
        space_id=held.space_id,
        number=held.number,
        version=held.version,
    )
    return held


def project_chosen(possible: Iterable[int], wanted: int | None) -> int:
    """The project somebody does this for: the only one, or the one they want. Raises Refused."""
    projects = set(possible)
    if wanted is None and len(projects) == 1:
        return projects.pop()
    if wanted not in projects:
        raise Refused(_("Please choose the project you do this for."), "project")
    return wanted


_WRITTEN = (
    "title problem ask evidence document section time_frame expected_cost".split()
)  # the fields a person writes


def _newest(proposal: Proposal) -> ProposalVersion:
    return db.session.scalars(
        select(ProposalVersion).where(
            ProposalVersion.proposal_id == proposal.id,
            ProposalVersion.number == proposal.version,
        )
    ).one()


def _add_version(viewer: Viewer, proposal: Proposal, text: ProposalText, note: str = "") -> None:
    assert viewer.person_id is not None
    db.session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.version,
            author_id=viewer.person_id,
            note=note,
            **asdict(text),
        )
    )


def _proposing(viewer: Viewer, coalition_id: int, project_id: int | None) -> int:
    """The member project somebody drafts for; chosen where they have several."""
    mine = members.members_among(coalition_id, viewer.projects)
    return project_chosen((one.id for one in mine), project_id)


def _rest_on(viewer: Viewer, proposal: Proposal, named: Sequence[Named]) -> None:
    """Set the evidence to what is named, as far as the viewer sees it; the rest stays."""
    if len(set(named)) > MOST_EVIDENCE:
        raise Refused(_("At most %(most)s links, please.", most=MOST_EVIDENCE), "links")
    found = around.evidence_named(viewer, named)
    if missing := [name for name in named if name not in found]:
        raise Refused(
            _(
                "There is no thread or session that you may read at “%(address)s”.",
                address=f"/{missing[0][0]}s/{missing[0][1]}",
            ),
            "links",
        )
    wanted = {(what, inner) for (what, _key), inner in found.items()}
    seen = around.evidence_seen(viewer, proposal.id)
    for what, inner in seen - wanted:
        column = getattr(Evidence, f"{what}_id")
        db.session.execute(
            delete(Evidence).where(Evidence.proposal_id == proposal.id, column == inner)
        )
    for what, inner in sorted(wanted - seen):
        db.session.add(Evidence(proposal_id=proposal.id, **{f"{what}_id": inner}))


def _next_number(proposal: Proposal) -> str:
    """The next number of the coalition and year, in its own zone; the coalition's row is held."""
    coalition = hold_coalition(proposal.coalition_id)
    year = clock.now().astimezone(clock.zone(coalition.timezone)).year
    count = queries.last_number(coalition.number_prefix, year) + 1
    return _NUMBER.format(prefix=coalition.number_prefix, year=year, count=count)
