"""A proposal's way into discussion is told to who can do something about it, and to nobody else."""

from typing import Any

import pytest
from sqlalchemy import select

from forum.coalition.actions import asides, coauthors, form_check
from forum.coalition.models import Proposal
from forum.db import db
from forum.notifications.kinds import Reason
from forum.notifications.models import Notification
from tests.factories import coalition as make
from tests.people import Cast, viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def told(proposal: Proposal, reason: Reason) -> set[int]:
    """The ids of whom is told of it for that reason."""
    rows = db.session.execute(
        select(Notification.person_id, Notification.reasons).filter_by(proposal_id=proposal.id)
    )
    return {person_id for person_id, reasons in rows if reasons & reason}


def test_delegates_and_who_facilitates_are_told_of_what_looks_for_co_sponsors(cast: Cast) -> None:
    made = make.shared(cast)
    speakers = {one.id for one in cast.delegates.values()} | {cast.alternate.id}
    assert told(made, Reason.SHOWN) == (speakers | {cast.facilitator.id}) - {cast.delegate.id}


def test_a_returned_text_is_told_to_its_authors_alone_by_letter_too(
    cast: Cast, letters: Any
) -> None:
    made = make.draft(cast)
    seen = make.row(made, cast.delegate)
    coauthors.invite_coauthor(viewer(cast.delegate), seen, person=cast.neighbour.public_id)
    assert told(made, Reason.WRITING) == {cast.neighbour.id}
    made = make.discussion.share(viewer(cast.delegate), make.row(made, cast.delegate))
    form_check.return_to_authors(
        viewer(cast.facilitator),
        make.row(made, cast.facilitator),
        version=1,
        reason="Falta zqrazon.",
        language="es",
    )
    assert told(made, Reason.RETURNED) == {cast.delegate.id, cast.neighbour.id}
    assert told(made, Reason.SHOWN) == set(), "it is shown to nobody any more"
    sent = letters("form_returned")
    assert len(sent) == 2
    assert not any("zqrazon" in one.text for one in sent)
    made = make.discussion.share(viewer(cast.delegate), make.row(made, cast.delegate))
    assert told(made, Reason.RETURNED) == set()
    assert cast.facilitator.id in told(made, Reason.SHOWN)


def test_who_is_invited_and_says_no_is_told_to_those_who_write_it(cast: Cast) -> None:
    made = make.draft(cast)
    for person in (cast.neighbour, cast.member):
        seen = make.row(made, cast.delegate)
        coauthors.invite_coauthor(viewer(cast.delegate), seen, person=person.public_id)
    no = make.row(made, cast.neighbour)
    coauthors.end_coauthor(viewer(cast.neighbour), no, person=cast.neighbour.public_id)
    assert told(made, Reason.NOT_WRITING) == {cast.delegate.id, cast.member.id}


def test_a_draft_somebody_does_not_write_is_told_to_nobody_else(cast: Cast) -> None:
    made = make.draft(cast, cast.member)  # its project's delegate does not read it
    seen = make.row(made, cast.member)
    coauthors.invite_coauthor(viewer(cast.member), seen, person=cast.neighbour.public_id)
    no = make.row(made, cast.neighbour)
    coauthors.end_coauthor(viewer(cast.neighbour), no, person=cast.neighbour.public_id)
    assert told(made, Reason.NOT_WRITING) == {cast.member.id}


def test_who_backs_it_is_told_when_its_discussion_begins_or_it_is_deferred(cast: Cast) -> None:
    made = make.discussed(cast)
    behind = cast.delegates["yerba-alta"].id  # who began it with the last word
    assert behind not in told(made, Reason.DISCUSSED)
    assert cast.delegate.id in told(made, Reason.DISCUSSED)
    asides.defer(viewer(cast.delegate), make.row(made, cast.delegate), reason="Luego.")
    assert behind in told(made, Reason.DEFERRED)


def test_both_sides_are_told_of_a_merge(cast: Cast) -> None:
    encinos = cast.delegates["encinos"]
    source, target = make.shared(cast, encinos), make.discussed(cast)
    form_check.suggest_merge(
        viewer(cast.facilitator),
        make.row(source, cast.facilitator),
        target=make.row(target, cast.facilitator),
        reason="Piden lo mismo.",
        language="es",
    )
    assert told(source, Reason.MERGE) == {encinos.id}
    assert cast.delegate.id in told(target, Reason.MERGE)
