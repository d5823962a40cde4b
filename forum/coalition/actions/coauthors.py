"""Writing a proposal with people of other member projects."""

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.policy import is_of_projects
from forum.accounts.queries import in_use
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.coalition.actions.moves import hold_as_seen, told_to
from forum.coalition.models import CoalitionMembership, CoAuthor, Proposal
from forum.coalition.policy import discussion as policy
from forum.coalition.policy.proposals import is_proposer
from forum.coalition.queries import members
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.directory.models import ProjectMember
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _

MOST_COAUTHORS = 20  # people who write one proposal together


def listen() -> None:
    """Whoever leaves a project writes no proposal for it any more."""
    activity.listen("project.member_left")(_left_project)


def invite_coauthor(viewer: Viewer, proposal: ProposalRow, *, person: str) -> CoAuthor:
    """Let a person (a public id) of a member project write it too; they see it from then on.

    Twice is once. Raises Forbidden, WrongState once the text is frozen, and Refused for who
    belongs to no member project, or writes it already.
    """
    held, now = hold_as_seen(viewer, proposal)
    speaks_for = members.speaks_for(viewer, now.coalition_id)
    _require_or_late(viewer, now, speaks_for)
    person_id, project_id = _of_a_member(person, now.coalition_id)
    if person_id == held.author_id:
        raise Refused(_("The author writes it already."), "person")
    current = _coauthors(held.id)
    if found := next((one for one in current if one.person_id == person_id), None):
        return found
    if len(current) >= MOST_COAUTHORS:
        raise Refused(
            _("At most %(most)s people write it together.", most=MOST_COAUTHORS), "person"
        )
    made = add_coauthor(viewer, held, person_id, project_id)
    assert made is not None
    return made


def end_coauthor(viewer: Viewer, proposal: ProposalRow, *, person: str) -> None:
    """The proposer ends it, or the person leaves; what they wrote stays in the versions.

    Who does not write it changes nothing. Raises Forbidden.
    """
    held, now = hold_as_seen(viewer, proposal)
    wanted = db.session.scalars(select(Person.id).where(Person.public_id == person)).one_or_none()
    if wanted != viewer.person_id:
        speaks_for = members.speaks_for(viewer, now.coalition_id)
        require(policy.can_end_coauthors(viewer, now, speaks_for))
    elif not now.coauthored:
        raise Forbidden(_("Only a co-author leaves the authors of a proposal."))
    found = next((one for one in _coauthors(held.id) if one.person_id == wanted), None)
    if found is None:
        return
    found.until, found.side = clock.now(), None
    _record(viewer.person_id, "proposal.coauthor_left", held, found.person_id)


def add_coauthor(
    viewer: Viewer, held: Proposal, person_id: int, project_id: int
) -> CoAuthor | None:
    """Make them a co-author of the held proposal; None for who writes it already or may not."""
    current = {held.author_id, *(one.person_id for one in _coauthors(held.id))}
    side = db.session.scalars(select(Person.side).where(Person.id == person_id)).one()
    if person_id in current or not is_of_projects(side):
        return None
    assert viewer.person_id is not None
    made = CoAuthor(
        proposal_id=held.id,
        person_id=person_id,
        side=Side.MEMBER,
        project_id=project_id,
        invited_by_id=viewer.person_id,
    )
    db.session.add(made)
    db.session.flush()
    _record(viewer.person_id, "proposal.coauthor_joined", held, person_id)
    return made


def _require_or_late(viewer: Viewer, now: ProposalRow, speaks_for: frozenset[int]) -> None:
    require(is_proposer(viewer, now, speaks_for))
    if not policy.can_invite_coauthors(viewer, now, speaks_for):
        raise WrongState(_("Co-authors are invited while the text can be changed."))


def _of_a_member(public_id: str, coalition_id: int) -> tuple[int, int]:
    """The person and their project, a member today; its row is held so that they stay in it."""
    found = db.session.execute(
        select(Person.id, ProjectMember.project_id)
        .join(ProjectMember, ProjectMember.person_id == Person.id)
        .join(CoalitionMembership, CoalitionMembership.project_id == ProjectMember.project_id)
        .where(
            Person.public_id == public_id,
            in_use(),
            ProjectMember.until.is_(None),
            CoalitionMembership.coalition_id == coalition_id,
            CoalitionMembership.left_at.is_(None),
        )
        .order_by(ProjectMember.project_id)
        .with_for_update(of=ProjectMember, read=True)
    ).first()
    if found is None:
        raise Refused(_("Please choose somebody of the coalition’s projects."), "person")
    return found[0], found[1]


def _coauthors(proposal_id: int) -> list[CoAuthor]:
    return list(
        db.session.scalars(
            select(CoAuthor).where(CoAuthor.proposal_id == proposal_id, CoAuthor.until.is_(None))
        )
    )


def _left_project(event: Event, member: ProjectMember) -> None:
    written = db.session.execute(
        select(CoAuthor, Proposal)
        .join(Proposal, Proposal.id == CoAuthor.proposal_id)
        .where(
            CoAuthor.project_id == member.project_id,
            CoAuthor.person_id == member.person_id,
            CoAuthor.until.is_(None),
        )
        .with_for_update(of=CoAuthor)
    )
    for coauthor, proposal in written.all():
        coauthor.until, coauthor.side = clock.now(), None
        _record(event.actor_id, "proposal.coauthor_left", proposal, coauthor.person_id)


def _record(actor_id: int | None, verb: str, held: Proposal, person_id: int) -> None:
    activity.record(actor_id, verb, held, space_id=told_to(held), person=person_id)
