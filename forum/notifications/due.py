"""What waits for somebody by a day: votes, answers and commitments, sessions.

Read from the things themselves, each with the moments at which it becomes news. Beside `digest`,
which reads what the list holds.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from forum.coalition.queries import commitment_lists, responses
from forum.coalition.queries import vote_lists as ballots
from forum.db import db
from forum.exchanges.models import Exchange, ExchangeSession, Stage
from forum.lib import text
from forum.notifications import answering
from forum.notifications.items import About, Made, Row, Told
from forum.notifications.queries.sight import PRIVATE
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.wording import answer_by_mail
from forum.web.locale import day, in_zone
from forum.web.locale import gettext as _

CLOSES_SOON = timedelta(days=3)
SESSIONS_AHEAD = timedelta(days=8)  # a week, and the day of the next summary
SESSION_NEAR = timedelta(hours=36)  # told once more: tomorrow, or today
MOST_SESSIONS = 3
WORDS = 180  # characters of a commitment


def votes(viewer: Viewer, *, withheld: bool) -> Made:
    """Votes that wait for the viewer's word; answered, each in the proposal's conversation."""
    rows: list[Row] = []
    found = ballots.waiting_for(viewer)
    names: About = tuple(("names", one) for one, kind in viewer.spaces.items() if kind in PRIVATE)
    ways = {} if withheld else answering.to_proposals(viewer, [one.proposal_id for one in found])
    for one in found:
        way = ways.get(one.proposal_id)
        said = (
            _("%(project)s has not voted yet.", project=one.project_name)
            if not one.recorded
            else _("The ballot of %(project)s waits to be confirmed.", project=one.project_name),
            _("The vote closes on %(when)s.", when=in_zone(one.closes_at)),
        )
        told = Told(
            title="" if withheld else one.title,
            path=f"/proposals/{one.proposal_id}",
            said=said,
            about=(("proposals", one.proposal_id), *(() if withheld else names)),
            language=one.language,
            answer_to=way.address if way else "",
            answer_words=_talk_by_mail(way),
        )
        rows.append((told, (one.opens_at, one.closes_at - CLOSES_SOON)))
    return Made(name="votes", rows=rows)


def owed(viewer: Viewer, weekly: datetime | None) -> Made:
    """For the certifier's staff: answers and commitments due soon or late; news once a week."""
    rows: list[Row] = []
    due_answers = responses.waiting_for(viewer)
    commitments = commitment_lists.commitments_due(viewer)
    asked = [one.proposal_id for one in due_answers] + [one.proposal_id for one in commitments]
    ways = answering.to_proposals(viewer, asked)
    turns: tuple[datetime, ...] = (weekly,) if weekly else ()
    for due in due_answers:
        way = ways.get(due.proposal_id)
        told = Told(
            title=_("%(number)s · %(title)s", number=due.number, title=due.title),
            path=f"/proposals/{due.proposal_id}",
            said=(due.clock.sentence,),
            about=(("proposals", due.proposal_id),),
            language=due.language,
            answer_to=way.address if way else "",
            answer_words=_talk_by_mail(way),
        )
        rows.append((told, turns))
    for one in commitments:
        way = ways.get(one.proposal_id)
        words = (
            _("It was due on %(day)s and is late.", day=day(one.due_on))
            if one.late
            else _("It is due on %(day)s.", day=day(one.due_on))
        )
        told = Told(
            title=text.excerpt(one.text, WORDS),
            path=f"/commitments/{one.public_id}",
            said=(words,),
            about=(("proposals", one.proposal_id),),
            language=one.language,
            answer_to=way.address if way else "",
            answer_words=_talk_by_mail(way),
        )
        rows.append((told, turns))
    return Made(name="owed", rows=rows)


def sessions(viewer: Viewer, now: datetime) -> Made:
    """The next sessions; answered, each by a thread in its stage."""
    one = ExchangeSession
    found = db.session.execute(
        select(
            one.public_id,
            one.title,
            one.starts_at,
            one.created_at,
            one.language,
            Exchange.title,
            one.stage_id,
        )
        .join(Stage, Stage.id == one.stage_id)
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(one.starts_at > now, one.starts_at <= now + SESSIONS_AHEAD)
        .order_by(one.starts_at, one.id)
        .limit(MOST_SESSIONS)
    )
    rows: list[Row] = []
    for public_id, title, starts_at, created_at, language, exchange, stage_id in found:
        way = answering.to_stage(viewer, stage_id)
        told = Told(
            title=title,
            path=f"/sessions/{public_id}",
            said=(_("%(exchange)s: %(when)s.", exchange=exchange, when=in_zone(starts_at)),),
            language=language,
            answer_to=way.address if way else "",
            answer_words=_("Begin a thread in its stage by mail:") if way else "",
        )
        begins = max(created_at, starts_at - SESSIONS_AHEAD)
        rows.append((told, (begins, starts_at - SESSION_NEAR)))
    return Made(name="sessions", rows=rows)


def _talk_by_mail(way: answering.Way | None) -> str:
    """What stands before the address of a proposal's conversation: no ballot comes that way."""
    if way is None:
        return ""
    if way.read_by == SpaceKind.COALITION:
        return _("Write in its conversation by mail, for the coalition alone (never a ballot):")
    return answer_by_mail(way.read_by)
