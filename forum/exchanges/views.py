"""The doors of sessions, and of those who run an exchange."""

from typing import Any

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from forum.directory.queries import region_choices
from forum.exchanges import actions, forms, policy, slots
from forum.exchanges.calendar import calendar_of
from forum.exchanges.forms import words
from forum.exchanges.models import Exchange
from forum.exchanges.queries import overviews, sessions, stages
from forum.exchanges.rows import SessionPage, StageRow
from forum.lib import clock
from forum.lib.permission import require
from forum.spaces import current_viewer
from forum.web.answer import answer, form_page
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _
from forum.web.locale import timezone
from forum.web.settings import settings

bp = Blueprint("exchanges", __name__)


@bp.get("/sessions/<id>")
@public
def session(id: str) -> Response:
    """Who takes part, the agenda, the hours, what came of it."""
    viewer, found = current_viewer(), sessions.session_or_404(id)
    return answer(
        "exchanges/session.html",
        session=found,
        may_join=policy.can_join_sessions(viewer),
        may_hold=policy.can_hold_sessions(viewer),
        beside=slots.pieces_beside_session(viewer, found),
        under_outcomes=slots.pieces_under_outcomes(viewer, found),
    )


@bp.get("/sessions/<id>.ics")
@public
def calendar(id: str) -> Response:
    """The session for a calendar; with the link to join for people signed in."""
    viewer, found = current_viewer(), sessions.session_or_404(id)
    body = calendar_of(found, settings().base_url, with_link=bool(policy.can_join_sessions(viewer)))
    response = current_app.make_response(body)
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.public_id}.ics"'
    return response


@bp.route("/exchanges/new", methods=["GET", "POST"])
@signed_in
def new_exchange() -> Response:
    """Create an exchange with its stages."""
    today = clock.today(timezone())
    form = forms.NewExchangeForm(data={"stages": forms.four_stages(), "opens_at": today})
    form.region.choices = region_choices()
    require(policy.can_run_exchange(current_viewer()))
    if form.accepts():
        made = actions.create_exchange(
            current_viewer(),
            region=str(form.region.data),
            title=str(form.title.data),
            purpose=words(form.purpose),
            language=str(form.language.data),
            stage_titles=form.stage_titles,
            first_day=form.opens_at.data or today,
            timezone=timezone(),
        )
        return answer(then=_overview(made.slug))
    lead = _(
        "Everyone can read it from the moment you create it, also without signing in, and it "
        "stands on everybody’s home page. You can change its words and dates afterwards, but not "
        "take it back."
    )
    return form_page(form, _("New exchange"), "/", button=_("Create the exchange"), lead=lead)


@bp.route("/exchanges/<slug>/edit", methods=["GET", "POST"])
@signed_in
def edit_exchange(slug: str) -> Response:
    """Change what an exchange says of itself."""
    exchange = stages.exchange_or_404(slug)
    form = forms.ExchangeForm(obj=exchange)
    require(policy.can_run_exchange(current_viewer()))
    if form.accepts():
        actions.edit_exchange(
            current_viewer(),
            exchange,
            version=form.version.data or 0,
            title=str(form.title.data),
            purpose=words(form.purpose),
            language=str(form.language.data),
        )
        return answer(then=_overview(slug))
    return _exchange_page(form, exchange, _("Edit the exchange"))


@bp.route("/exchanges/<slug>/stages/<int:number>/edit", methods=["GET", "POST"])
@signed_in
def edit_stage(slug: str, number: int) -> Response:
    """Change a stage's words and dates."""
    stage = stages.stage_or_404(slug, number)
    form = forms.StageForm(data=_as_shown(stage))
    require(policy.can_run_exchange(current_viewer()))
    if form.accepts():
        actions.edit_stage(
            current_viewer(),
            stage,
            version=form.version.data or 0,
            title=str(form.title.data),
            purpose=words(form.purpose),
            opens_on=form.opens_at.data or actions.first_day(stage.opens_at, timezone()),
            closes_on=form.closes_at.data,
            timezone=timezone(),
        )
        return answer(then=stage.url)
    return _stage_page(form, stage, _("Edit the stage"))


@bp.route("/exchanges/<slug>/stages/<int:number>/opening", methods=["GET", "POST"])
@signed_in
def open_stage(slug: str, number: int) -> Response:
    """Open a stage now."""
    stage = stages.stage_or_404(slug, number)
    ahead = stage.closes_at if stage.closes_at and stage.closes_at > clock.now() else None
    planned = ahead or stages.planned_end(stage.id)
    shown = actions.last_day(planned, timezone()) if planned else None
    form = forms.OpenStageForm(data={"closes_at": shown})
    require(policy.can_run_exchange(current_viewer()))
    if form.accepts():
        chosen = form.closes_at.data
        actions.open_stage(
            current_viewer(),
            stage,
            closes_on=None if ahead and chosen == shown else chosen,
            timezone=timezone(),
        )
        return answer(then=stage.url, say=_("The stage is open."))
    return _stage_page(
        form,
        stage,
        _("Open the stage"),
        lead=_("From this moment on people can write in “%(title)s”.", title=stage.title),
        button=_("Open the stage now"),
    )


@bp.route("/exchanges/<slug>/stages/<int:number>/closing", methods=["GET", "POST"])
@signed_in
def close_stage(slug: str, number: int) -> Response:
    """Close a stage now, with a reason."""
    stage = stages.stage_or_404(slug, number)
    form = forms.CloseStageForm()
    require(policy.can_run_exchange(current_viewer()))
    if form.accepts():
        actions.close_stage(current_viewer(), stage, reason=str(form.reason.data))
        return answer(then=f"{stage.url}/hand-over", say=_("The stage is closed."))
    return _stage_page(
        form,
        stage,
        _("Close the stage"),
        lead=" ".join(
            [
                _(
                    "Nobody can write in “%(title)s” any more; everything stays to be read. "
                    "You can open it again.",
                    title=stage.title,
                ),
                *slots.said_before_closing(current_viewer(), stage),
            ]
        ),
        button=_("Close the stage now"),
    )


@bp.route("/exchanges/<slug>/sessions/new", methods=["GET", "POST"])
@signed_in
def new_session(slug: str) -> Response:
    """Announce a session."""
    exchange = stages.exchange_or_404(slug)
    current = overviews.overview(exchange).current
    used = sessions.zones_used(exchange.id)
    form = forms.NewSessionForm(
        data={
            "timezone": used[0] if used else timezone(),
            "language": exchange.language,
            "stage": current.number if current else 1,
        }
    )
    form.offer(stages.stage_choices(exchange.id), used=used, zones=_zones(exchange.region_id))
    require(policy.can_hold_sessions(current_viewer()))
    if form.accepts():
        made = actions.create_session(current_viewer(), exchange, **form.details())
        return answer(then=url_for(".session", id=made.public_id))
    return _exchange_page(form, exchange, _("New session"), button=_("Announce the session"))


@bp.route("/sessions/<id>/edit", methods=["GET", "POST"])
@signed_in
def edit_session(id: str) -> Response:
    """Change a session; with `?draft=` its agenda comes with a draft, not stored yet."""
    found = sessions.session_or_404(id)
    drafted = bool(request.args.get("draft"))
    local = found.starts_at.astimezone(clock.zone(found.timezone)).replace(tzinfo=None)
    shown = {**vars(found), "stage": found.stage.number, "starts_at": local}
    if drafted and policy.can_hold_sessions(current_viewer()):
        draft = slots.drafted_agenda(found)
        shown["agenda"] = "\n\n".join(text for text in (found.agenda, draft) if text)
    form = forms.SessionForm(data=shown)
    form.offer(
        stages.stage_choices(found.stage.exchange_id),
        used=[found.timezone, *sessions.zones_used(found.stage.exchange_id)],
        zones=_zones(found.stage.region_id),
    )
    require(policy.can_hold_sessions(current_viewer()))
    if form.accepts():
        actions.edit_session(
            current_viewer(), found, version=form.version.data or 0, **form.details()
        )
        return answer(then=found.url)
    lead = (
        _(
            "The agenda below ends with a draft from the open challenges: nothing is stored until "
            "you save it. Everyone reads an agenda, also signed out: a challenge of the network "
            "is named by its topics only."
        )
        if drafted
        else ""
    )
    return _session_page(form, found, _("Edit the session"), lead=lead)


@bp.route("/sessions/<id>/participants", methods=["GET", "POST"])
@signed_in
def participants(id: str) -> Response:
    """Record which projects take part, and which present."""
    found = sessions.session_or_404(id)
    form = forms.ParticipantsForm(
        data={
            "projects": [one.slug for one in found.participants],
            "presented": [one.slug for one in found.participants if one.presented],
        }
    )
    projects = sessions.projects_to_take_part(found.stage.region_id)
    form.offer((slug, name) for slug, name, _country in projects)
    require(policy.can_hold_sessions(current_viewer()))
    if form.accepts():
        actions.record_participants(current_viewer(), found, form.participants())
        return answer(then=found.url)
    return _session_page(form, found, _("Who takes part"))


@bp.route("/sessions/<id>/outcomes/new", methods=["GET", "POST"])
@signed_in
def new_outcome(id: str) -> Response:
    """Record one thing the session came to."""
    found = sessions.session_or_404(id)
    form = forms.NewOutcomeForm(data={"language": found.language})
    require(policy.can_record_outcome(current_viewer(), found))
    if form.accepts():
        made = actions.record_outcome(
            current_viewer(),
            found,
            text=words(form.text),
            language=str(form.language.data),
            source_note=form.source_note.data or "",
        )
        return answer(then=f"{found.url}#outcome-{made.number}")
    return _session_page(form, found, _("New outcome"), button=_("Record the outcome"))


@bp.route("/sessions/<id>/outcomes/<int:number>/edit", methods=["GET", "POST"])
@signed_in
def edit_outcome(id: str, number: int) -> Response:
    """Change what is recorded of an outcome."""
    found = sessions.session_or_404(id)
    outcome = sessions.outcome_or_404(found.id, number)
    form = forms.OutcomeForm(obj=outcome)
    require(policy.can_hold_sessions(current_viewer()))
    if form.accepts():
        actions.edit_outcome(
            current_viewer(),
            outcome,
            version=form.version.data or 0,
            text=words(form.text),
            language=str(form.language.data),
            source_note=form.source_note.data or "",
        )
        return answer(then=f"{found.url}#outcome-{number}")
    return _session_page(form, found, _("Edit the outcome"))


def _as_shown(stage: StageRow) -> dict[str, Any]:
    """A stage as its form shows it: days in the reader's zone."""
    opens_at, closes_at = stage.opens_at, stage.closes_at
    return {
        "title": stage.title,
        "purpose": stages.stage_purpose(stage.id),
        "opens_at": actions.first_day(opens_at, timezone()),
        "closes_at": actions.last_day(closes_at, timezone()) if closes_at else None,
        "version": stage.version,
    }


def _zones(region_id: int) -> list[str]:
    return forms.zones_in(country for _s, _n, country in sessions.projects_to_take_part(region_id))


def _overview(slug: str) -> str:
    return f"/exchanges/{slug}"


def _exchange_page(form: Any, exchange: Exchange, heading: str, **texts: Any) -> Response:
    crumbs = [(exchange.title, _overview(exchange.slug))]
    return form_page(form, heading, _overview(exchange.slug), crumbs=crumbs, **texts)


def _stage_page(form: Any, stage: StageRow, heading: str, **texts: Any) -> Response:
    crumbs = [
        (stage.exchange_title, stage.exchange_url),
        (f"{stage.number}. {stage.title}", stage.url),
    ]
    return form_page(form, heading, stage.url, crumbs=crumbs, **texts)


def _session_page(form: Any, found: SessionPage, heading: str, **texts: Any) -> Response:
    crumbs = [(found.stage.exchange_title, found.stage.exchange_url), (found.title, found.url)]
    return form_page(form, heading, found.url, crumbs=crumbs, **texts)
