"""The record of a region: a page, and the same as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from forum.coalition.lifecycle import Verdict
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.queries.record import Asked, Record, record_of
from forum.coalition.rows import CoalitionRow
from forum.coalition.views.blueprint import bp
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.guard import public
from forum.web.settings import settings

_SHOWN = 20  # proposals on a page
_LAST_PAGE = 1_000
_FORMAT = "record/1"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take it for something to reckon


@bp.get("/coalitions/<slug>/record")
@public
def record(slug: str) -> Response:
    """What we asked, what was answered, what was done; as far as the viewer may read it."""
    coalition = coalition_or_404(slug)
    found = record_of(current_viewer(), coalition)
    page = min(max(request.args.get("page", 1, type=int), 1), _LAST_PAGE)
    first = (page - 1) * _SHOWN
    return answer(
        "coalition/record.html",
        coalition=coalition,
        record=found,
        bars=[(one.name, (one.asked, one.answered, one.done)) for one in found.periods],
        shown=found.asked[first : first + _SHOWN],
        page=page,
        is_cut=len(found.asked) > first + _SHOWN,
    )


@bp.get("/coalitions/<slug>/record.csv")
@public
def record_csv(slug: str) -> Response:
    """A row a proposal, for a spreadsheet."""
    coalition = coalition_or_404(slug)
    rows = [_flat(one) for one in record_of(current_viewer(), coalition).asked]
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS)
    writer.writeheader()
    writer.writerows({name: _harmless(said) for name, said in row.items()} for row in rows)
    return _file(file.getvalue().encode("utf-8-sig"), "text/csv", f"{coalition.slug}.csv")


@bp.get("/coalitions/<slug>/record.json")
@public
def record_json(slug: str) -> Response:
    """Everything, for a program."""
    coalition = coalition_or_404(slug)
    made = _document(coalition, record_of(current_viewer(), coalition))
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return _file(text.encode(), "application/json", f"{coalition.slug}.json")


def _file(data: bytes, mimetype: str, name: str) -> Response:
    response = Response(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="record-{name}"'
    return response


def _document(coalition: CoalitionRow, found: Record) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "coalition": coalition.name,
        "address": settings().base_url + coalition.url,
        "timezone": coalition.timezone,
        "day": found.today.isoformat(),
        "proposals": [
            _flat(one)
            | {
                "documents_cited": [document.as_json() for document in one.documents],
                "commitments": list(_commitments(one)),
            }
            for one in found.asked
        ],
    }


def _flat(one: Asked) -> dict[str, Any]:
    """A proposal in plain values: days are ISO dates of the coalition's own zone."""
    clock = one.clock
    done = [promise for promise in one.promises if promise.done_on]
    return {
        "number": one.number,
        "title": one.title,
        "language": one.language,
        "address": f"{settings().base_url}/proposals/{one.public_id}",
        "visibility": one.space_kind.value,
        "project": one.project_name,
        "country": one.country,
        "co_sponsors": one.cosponsors,
        "status": one.status.value,
        "adopted": _day(one.adopted_on),
        "submitted": _day(clock.submitted_on),
        "acknowledged": _day(clock.acknowledged_on),
        "acknowledge_by": _day(clock.acknowledge_by),
        "route": one.route.value if one.route else "",
        "due": _day(clock.due_on),
        "extended_from": _day(clock.extended_from),
        "answered": _day(clock.answered_on),
        "days_late": clock.late,
        "outcome": one.outcome.value if one.outcome else "",
        "documents_cited": "; ".join(document.words for document in one.documents),
        "commitments": len(one.promises),
        "commitments_done": len(done),
        "commitments_late": sum(promise.late for promise in one.promises),
        **{f"rated_{verdict.value}": one.rated.get(verdict, 0) for verdict in Verdict},
    }


_COLUMNS = (
    "number title language address visibility project country co_sponsors status adopted"
    " submitted acknowledged acknowledge_by route due extended_from answered days_late outcome"
    " commitments commitments_done commitments_late rated_satisfied rated_partly"
    " rated_not_satisfied documents_cited"
).split()


def _commitments(one: Asked) -> Iterator[dict[str, Any]]:
    for promise in one.promises:
        yield {
            "number": promise.number,
            "text": promise.text,
            "language": promise.language,
            "owner_role": promise.owner_role,
            "address": f"{settings().base_url}/commitments/{promise.public_id}",
            "due": _day(promise.due_on),
            "day_was_changed": promise.moved,
            "status": promise.status.value,
            "late": promise.late,
            "done": _day(promise.done_on),
        }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _harmless(said: Any) -> Any:
    return f"'{said}" if isinstance(said, str) and said.startswith(_FORMULA) else said
