"""The frame of a text for a chat, in the reader's language; the words in it stay as written."""

from collections.abc import Sequence

from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.queries import SummaryRow
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.rows import SessionPage
from forum.packs.brief import composed, words_of
from forum.packs.queries import Spoken
from forum.web.locale import gettext as _
from forum.web.locale import in_zone, ngettext
from forum.web.settings import settings
from forum.web.templating import country


def thread_text(thread: ThreadRow, opening: Spoken, solver: Spoken | None) -> str:
    """What the thread asks or tells, what solved it, how many answered."""
    said = [("", words_of(opening.body))]
    if solver:
        who = who_says(solver)
        lead = _("Solved by %(who)s:", who=who) if who else _("What solved it:")
        said.append((str(lead), words_of(solver.did or solver.body)))
    replies = thread.reply_count
    counted = ngettext("%(num)d reply", "%(num)d replies", replies) if replies else ""
    return composed(
        (titled(thread.kind, thread.title), _whose(opening)),
        said,
        (evidence(opening), str(counted), *_ending(f"/threads/{thread.public_id}")),
    )


def summary_text(thread: ThreadRow, summary: SummaryRow) -> str:
    """What was asked, what was answered, what stays open."""
    parts = (
        (_("What was asked:"), summary.asked),
        (_("What was answered:"), summary.answered),
        (_("What stays open:"), summary.still_open),
    )
    return composed(
        (titled("summary", thread.title),),
        [(str(lead), words_of(words)) for lead, words in parts],
        _ending(f"/posts/{summary.public_id}"),
    )


def post_text(post: PlacedPost, spoken: Spoken) -> str:
    """One post, with the conversation that it belongs to."""
    if post.kind == PostKind.SOLUTION and not post.is_first:
        head = str(_("Solution for “%(title)s”", title=post.thread.title))
    elif post.is_first:
        head = titled(post.kind, post.thread.title)
    else:
        head = str(_("From the conversation “%(title)s”", title=post.thread.title))
    solved = str(_("This solved the challenge.")) if post.marked_at else ""
    return composed(
        (head, _whose(spoken)),
        [("", words_of(spoken.body))],
        (solved, evidence(spoken), *_ending(f"/posts/{post.public_id}")),
    )


def evidence(solution: Spoken) -> str:
    """What the projects that tried a solution say of it; empty where nobody has."""
    said = (
        (solution.worked, _worked),
        (solution.partly, _partly),
        (solution.did_not, _did_not),
    )
    return " ".join(words(count) for count, words in said if count)


def _worked(count: int) -> str:
    return str(
        ngettext(
            "It worked for %(num)d other project.", "It worked for %(num)d other projects.", count
        )
    )


def _partly(count: int) -> str:
    return str(
        ngettext(
            "It worked in part for %(num)d other project.",
            "It worked in part for %(num)d other projects.",
            count,
        )
    )


def _did_not(count: int) -> str:
    return str(
        ngettext(
            "It did not work for %(num)d other project.",
            "It did not work for %(num)d other projects.",
            count,
        )
    )


def session_text(session: SessionPage, outcomes: Sequence[str]) -> str:
    """When the session is, who takes part, what came of it; before it, its agenda."""
    over = session.state == "over"
    names = ", ".join(one.name for one in session.participants)
    said = [(str(_("Took part:") if over else _("Taking part:")), names)]
    if outcomes:
        numbered = [f"{n}. {words_of(one)}" for n, one in enumerate(outcomes, start=1)]
        said.append((str(_("What came of it:")), "\n".join(numbered)))
    elif session.agenda:
        said.append((str(_("Agenda:")), words_of(session.agenda)))
    return composed(
        (
            str(_("Session: %(title)s", title=session.title)),
            in_zone(session.starts_at, session.timezone),
        ),
        said,
        _ending(session.url),
    )


def closed_text(kind: str, path: str) -> str:
    """Of a conversation whose words stay inside: what it is, and its address."""
    if kind == "coalition":
        what = _("A conversation of the coalition. Only for the coalition.")
    else:
        body = settings().body_name
        what = _("A conversation of the %(body)s staff. Only for them.", body=body)
    return composed((str(what),), (), (settings().base_url + path,))


def titled(kind: ThreadKind | PostKind | str, title: str) -> str:
    """What kind of conversation it is, and its title."""
    said = {
        "challenge": _("Challenge: %(title)s", title=title),
        "solution": _("Solution: %(title)s", title=title),
        "opportunity": _("Opportunity: %(title)s", title=title),
        "experience": _("Experience: %(title)s", title=title),
        "question": _("Question: %(title)s", title=title),
        "summary": _("Summary: %(title)s", title=title),
    }
    return str(said.get(str(kind), title))


def who_says(one: Spoken) -> str:
    """The project and its country, or for whom somebody without one speaks; no person's name.

    A text in a chat travels further than its author knows; who follows the address and may
    read there finds the name.
    """
    if one.project_name:
        return from_project(one.project_name, one.project_country)
    return {
        "staff": settings().body_name,
        "facilitator": str(_("Facilitation")),
        "expert": str(_("Expert")),
    }.get(one.author_side, "")


def _whose(one: Spoken) -> str:
    """The same, and that somebody else wrote the words down."""
    who = who_says(one)
    if who and one.for_somebody:
        return str(_("%(who)s: the words of one of its people, written down for them", who=who))
    return who


def from_project(name: str, code: str | None) -> str:
    """A project with its country."""
    return f"{name} ({country(code)})" if code else name


def _ending(path: str) -> tuple[str, ...]:
    demo = _("Demonstration: everything here is invented, except where a source is named.")
    return (str(demo) if settings().demo else "", settings().base_url + path)
