"""A form in which one chooses what a proposal rests on: what is chosen, and what was found."""

from typing import Any

from werkzeug.wrappers import Response

from forum.coalition import slots
from forum.coalition.forms.proposals import RestingForm, address_named
from forum.coalition.queries.around import MOST_EVIDENCE
from forum.coalition.queries.evidence import choosable
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer

_MOST_SHOWN = 3 * MOST_EVIDENCE  # of what was sent, however much that is


def answer_choosing(template: str, form: RestingForm, **context: Any) -> Response:
    """The page of the form. For htmx its block `form`, or `evidence` where one looked for it."""
    return answer(
        template,
        block="evidence" if form.find.data else "form",
        status=form.status,
        form=form,
        **_evidence(form, current_viewer()),
        **context,
    )


def _evidence(form: RestingForm, viewer: Viewer) -> dict[str, Any]:
    sent = (form.links.data or [])[:_MOST_SHOWN]
    named = {line: address_named(line) for line in sent}
    chosen = choosable(viewer, [name for name in named.values() if name])
    shown = {(one.what, one.public_id) for one in chosen}
    found = [one for one in _found(form, viewer) if (one.what, one.public_id) not in shown]
    return {
        "chosen": chosen,
        "unread": [line for line, name in named.items() if name not in shown],
        "found": found,
        "looked": bool(form.find.data),
    }


def _found(form: RestingForm, viewer: Viewer) -> list[Any]:
    """What the words lead to, or the address that was written in their place."""
    if not form.find.data:
        return []
    words = form.q.data or ""
    if "/" in words and (name := address_named(words)):
        return choosable(viewer, [name])
    addresses = slots.found_for(viewer, words)
    return choosable(viewer, [name for one in addresses if (name := address_named(one))])
