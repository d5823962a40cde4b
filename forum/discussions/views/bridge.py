"""Between a session and the talk around it: an agenda from challenges, threads from outcomes."""

from flask import url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.discussions import actions, queries, topics
from forum.discussions.forms import OutcomeThreadForm
from forum.discussions.kinds import ThreadKind
from forum.discussions.policy import writing as policy
from forum.discussions.views.blueprint import bp
from forum.discussions.views.showing import opening
from forum.discussions.views.threads import offered_to, space_of
from forum.exchanges import slots
from forum.exchanges.queries.sessions import outcome_or_404, session_or_404
from forum.exchanges.queries.stages import stage_or_404
from forum.exchanges.rows import SessionPage, StageRow
from forum.lib.permission import No, require
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer, answer_with_form
from forum.web.forms import choice
from forum.web.fragments import piece
from forum.web.guard import signed_in
from forum.web.locale import gettext as _
from forum.web.locale import ngettext

MOST_NAMED = 8  # threads that a closing stage leaves open, named where it is closed
MOST_OF_TITLE = 100  # characters of the outcome with which the title begins


def register() -> None:
    """Fill the places that the pages of sessions offer."""
    if draft_agenda not in slots.agenda_drafts:  # every app that is made comes by here
        slots.agenda_drafts.append(draft_agenda)
        slots.under_outcomes.append(under_outcomes)
        slots.before_closing.append(what_stays_open)


@bp.route("/sessions/<id>/outcomes/<int:number>/thread", methods=["GET", "POST"])
@signed_in
def outcome_thread(id: str, number: int) -> Response:
    """Talk further about what a session came to, in a thread of a stage that is open."""
    viewer, session = current_viewer(), session_or_404(id)
    outcome = outcome_or_404(session.id, number)
    stages = queries.open_stages(session.stage)
    require(
        policy.can_start_thread(viewer, stages[0])
        if stages
        else No(_("No stage of this exchange is open."))
    )
    form = OutcomeThreadForm(
        offered_to(viewer),
        kind=ThreadKind.DISCUSSION.value,
        visibility=SpaceKind.NETWORK.value,
        language=outcome.language,
        title=opening(outcome.text, MOST_OF_TITLE).rstrip("."),
        body=_quoted(outcome.text),
        stage=str(max(stages, key=lambda one: one.number).number),
    )
    form.stage.choices = [choice(str(one.number), f"{one.number}. {one.title}") for one in stages]
    if form.accepts():
        stage = stage_or_404(session.stage.exchange_slug, int(form.stage.data))
        made = actions.talk_about(
            viewer,
            outcome,
            stage=stage,
            space_id=space_of(viewer, stage, form.visibility.data),
            **form.details(),
        )
        return answer(then=url_for(".thread", id=made.public_id), say=_("Your thread is posted."))
    return answer_with_form(
        "discussions/outcome_thread.html", form, session=session, outcome=outcome
    )


def draft_agenda(session: SessionPage) -> str:
    """An agenda in Markdown from the open challenges, what most projects face first."""
    lines = []
    for item in queries.for_the_agenda(session.stage.exchange_id):
        labels = ", ".join(topics.topic_label(slug) for slug in item.topics)
        named = item.title or labels or _("A challenge")
        faced = ngettext(
            "%(num)d project faces this", "%(num)d projects face this", item.faced_count
        )
        address = url_for("discussions.thread", id=item.public_id)
        lines.append(f"1. [{_plain(named)}]({address}): {faced}")
    return "\n".join(lines)


def what_stays_open(viewer: Viewer, stage: StageRow) -> str:
    """How many challenges and questions the stage would leave open, and which."""
    left = queries.left_open(viewer, stage).rows
    if not left:
        return ""
    titles = "; ".join(one.title for one in left[:MOST_NAMED])
    said = ngettext(
        "%(num)d challenge or question is still open in it: %(titles)s.",
        "%(num)d challenges and questions are still open in it: %(titles)s.",
        len(left),
        titles=f"{titles} …" if len(left) > MOST_NAMED else titles,
    )
    return str(said)


def under_outcomes(viewer: Viewer, session: SessionPage) -> dict[int, Markup]:
    """Below each outcome: where it is discussed, and the button to discuss it."""
    if not session.outcomes:
        return {}
    found = queries.threads_from(viewer, session.id)
    stages = queries.open_stages(session.stage) if viewer.signed_in else []
    may_start = bool(stages) and bool(policy.can_start_thread(viewer, stages[0]))
    return {
        outcome.number: piece(
            "discussions/_under_outcome.html",
            session=session,
            number=outcome.number,
            threads=found.get(outcome.number, ()),
            may_start=may_start,
        )
        for outcome in session.outcomes
    }


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines()) + "\n\n"


def _plain(words: str) -> str:
    """Without what would end a link's text in Markdown."""
    return words.replace("[", "(").replace("]", ")").replace("\n", " ")
