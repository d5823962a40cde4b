"""Who writes down the words of somebody who cannot be online, and says whose they are."""

from datetime import datetime
from typing import Protocol

from forum.discussions.policy.sides import facilitates, speaks_for
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


class HasSpeaker(Protocol):
    """Words written down for somebody, as far as saying whose they are goes."""

    @property
    def author_id(self) -> int:
        """Who wrote them down."""

    @property
    def project_id(self) -> int | None:
        """The project of whose words they are."""

    @property
    def claimant_id(self) -> int | None:
        """Who says that these are their words."""

    @property
    def confirmed_at(self) -> datetime | None:
        """When that was confirmed."""


def can_write_for(viewer: Viewer, project_id: int | None = None) -> Answer:
    """Somebody's words who cannot be online: of one's own project; who facilitates, of any.

    Without a project: whether there is one to ask for.
    """
    if speaks_for(viewer, project_id):
        return YES
    return No(_("People write for somebody of their own project; who facilitates, for anyone."))


def can_claim_words(viewer: Viewer, spoken: HasSpeaker) -> Answer:
    """A person of that project, who did not write them down, while nobody has asked for them."""
    if viewer.person_id == spoken.author_id or not viewer.in_project(spoken.project_id):
        return No(_("Only a person of that project can say that these are their words."))
    if spoken.claimant_id is not None:
        return No(_("Somebody has already said that these are their words."), state=True)
    return YES


def can_confirm_speaker(viewer: Viewer, spoken: HasSpeaker) -> Answer:
    """Who wrote the words down, or who facilitates; never who asks for them."""
    if viewer.person_id == spoken.claimant_id:
        return No(_("Somebody else confirms that these are your words."))
    if viewer.person_id != spoken.author_id and not facilitates(viewer):
        return No(_("Who wrote the words down, or who facilitates, confirms whose they are."))
    if spoken.claimant_id is None or spoken.confirmed_at is not None:
        return No(_("Nobody waits for an answer here."), state=True)
    return YES
