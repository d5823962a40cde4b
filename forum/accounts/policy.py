"""Who may invite, hand over a link to a new password, suspend, and change a side.

The outline is PRODUCT section 2, the reason DOMAIN section 3: nobody gets into a coalition's
room by an operator's hand alone, and whoever can set a password can act as that person.
"""

from typing import Protocol

from forum.accounts import slots
from forum.accounts.sides import Side
from forum.accounts.slots import Actor
from forum.lib.permission import YES, Answer, No
from forum.web.locale import later as _

COORDINATOR = "coordinator"
MEMBER = "member"


class HasSide(Protocol):
    """A person, as far as permission goes."""

    @property
    def id(self) -> int:
        """The inner id."""

    @property
    def side(self) -> Side:
        """On which side they are."""

    @property
    def is_operator(self) -> bool:
        """Whether they administer the host."""


def invitable_sides(actor: Actor) -> list[Side]:
    """The sides the actor may invite people to, apart from inviting into an own project.

    Facilitators: all but staff. Staff: staff only. Operators: all.
    """
    if actor.is_operator:
        return list(Side)
    if actor.side == Side.FACILITATOR:
        return [side for side in Side if side != Side.STAFF]
    return [Side.STAFF] if actor.side == Side.STAFF else []


def is_of_projects(side: str) -> bool:
    """Whether people on that side can belong to a project."""
    return side == Side.MEMBER


def can_invite(
    actor: Actor, side: str, *, into: int | None = None, role: str | None = None
) -> Answer:
    """Invite somebody to a side, and into the project with the inner id `into`.

    Whoever belongs to a project invites into it; its coordinators also other coordinators.
    """
    own = actor.projects.get(into) if into is not None else None
    if own is not None and side == Side.MEMBER:
        if role == COORDINATOR and own != COORDINATOR and side not in invitable_sides(actor):
            return No(_("Only a coordinator of the project invites another coordinator."))
        return YES
    if side in invitable_sides(actor):
        return YES
    if actor.side == Side.MEMBER:
        return No(_("You can invite people into your own project only."))
    if actor.side == Side.STAFF:
        return No(_("Staff invite other staff only; projects and facilitators invite the others."))
    if actor.side == Side.FACILITATOR:
        return No(_("Staff are invited by staff."))
    return No(_("Inviting people is for projects, facilitators and staff."))


def can_revoke_invitation(
    actor: Actor, *, invited_by_id: int | None, side: str, project_id: int | None
) -> Answer:
    """Take an invitation back: who sent it, or who could have sent it."""
    if actor.person_id is not None and actor.person_id == invited_by_id:
        return YES
    return can_invite(actor, side, into=project_id)


def can_renew_invitation(
    actor: Actor, *, invited_by_id: int | None, side: str, project_id: int | None, role: str | None
) -> Answer:
    """Send an invitation again: who sent it, as long as they may invite there.

    Nobody else: a link handed over opens what its sender's word opened.
    """
    if actor.person_id is None or actor.person_id != invited_by_id:
        return No(_("Only who sent an invitation sends it again. You can take it back instead."))
    return can_invite(actor, side, into=project_id, role=role)


def confirms_by_inviting(actor: Actor | None, project_id: int) -> bool:
    """Whether the actor's invitation into that project needs nobody else's word.

    `actor` None is the command line: its word is enough where nobody could confirm it.
    """
    if actor is None:
        return slots.may_vouch(None, project_id)
    return project_id in actor.projects or facilitates_for(actor, project_id)


def facilitates_for(actor: Actor, project_id: int) -> bool:
    """Whether the actor facilitates and may say who belongs to that project.

    For a coalition's project they facilitate that coalition: the task alone is not enough, for
    whoever runs the server hands it out.
    """
    return actor.side == Side.FACILITATOR and slots.may_vouch(actor, project_id)


def can_confirm_joining(actor: Actor, project_id: int) -> Answer:
    """Say that somebody invited from outside does belong to the project."""
    if actor.projects.get(project_id) == COORDINATOR or facilitates_for(actor, project_id):
        return YES
    return No(_("A coordinator of the project or a facilitator confirms who belongs to it."))


def can_issue_reset_link(actor: Actor, person: HasSide, *, in_own_project: bool) -> Answer:
    """Hand over a link to a new password, on paper or in a chat, to who has no e-mail at hand.

    Facilitators to everyone but staff and operators; a project's coordinators (the caller says
    whether the person belongs to a project the actor coordinates) to their own people. Nobody
    gets into a coalition's room that way who is not in it already.
    """
    if person.is_operator or person.side == Side.STAFF:
        return No(_("Staff and operators get a new password by e-mail only."))
    if person.id == actor.person_id:
        return No(_("You change your own password on your own page."))
    coordinates = in_own_project and COORDINATOR in actor.projects.values()
    if not coordinates and actor.side != Side.FACILITATOR:
        return No(
            _("A facilitator or a coordinator of the person's project hands over such a link.")
        )
    if not slots.may_let_in(actor, person.id):
        return No(_("This person is in a coalition: somebody of it hands over such a link."))
    return YES


def can_suspend(actor: Actor, person: HasSide) -> Answer:
    """Close and reopen somebody's account: operators, and not their own."""
    if not actor.is_operator:
        return No(_("Only whoever runs the server suspends an account."))
    if person.id == actor.person_id:
        return No(_("You can't suspend your own account."))
    return YES


def can_suspend_for_a_time(actor: Actor, person: HasSide) -> Answer:
    """Close somebody's account until a day: who facilitates, for what was written here.

    Not their own, nor that of somebody who facilitates too, of staff or of an operator: those
    are for whoever runs the server. Of somebody in a coalition only who facilitates there: a
    suspension in mid-vote takes a ballot away.
    """
    if actor.side != Side.FACILITATOR:
        return No(_("Only who facilitates suspends somebody for a time."))
    if person.id == actor.person_id:
        return No(_("You can't suspend your own account."))
    if person.is_operator or person.side in (Side.STAFF, Side.FACILITATOR):
        return No(
            _("Staff, operators and facilitators are suspended only by whoever runs the server.")
        )
    if not slots.may_let_in(actor, person.id):
        return No(_("This person is in a coalition: only who facilitates there suspends them."))
    return YES


def can_change_side(actor: Actor, person: HasSide) -> Answer:
    """Put somebody on another side: operators, and not themselves."""
    if not actor.is_operator:
        return No(_("Only whoever runs the server puts a person on another side."))
    if person.id == actor.person_id:
        return No(_("You can't change your own side. Please ask another operator."))
    return YES


class HasTask(Protocol):
    """Whoever is signed in, as far as a task goes."""

    @property
    def side(self) -> str:
        """On which side they are."""

    @property
    def is_operator(self) -> bool:
        """Whether they administer the host."""


def can_look_after_mail(actor: HasTask) -> Answer:
    """See how mail goes: operators; and facilitators, who must know whom no letter reaches."""
    if actor.is_operator or actor.side == Side.FACILITATOR:
        return YES
    return No(_("How mail goes is seen by who facilitates and by operators."))


def can_see_unreached(actor: HasTask) -> Answer:
    """See whom no letter reaches: facilitators, who find another way to them."""
    if actor.side == Side.FACILITATOR:
        return YES
    return No(_("Who cannot be reached is seen by who facilitates."))
