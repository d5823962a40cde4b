"""What each letter could tell, for `/mail-preview`: invented, and complete, which a test checks.

Here and not with each room: the samples use the words of several rooms.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from forum.accounts.wording import invited_sentence
from forum.coalition import rule_words, wording
from forum.coalition.lifecycle import CommitmentStatus, ResponseOutcome
from forum.coalition.tally import Choice, Rules, VoteOutcome
from forum.lib import clock
from forum.moderation.kinds import ForPost
from forum.moderation.kinds import Reason as Report
from forum.moderation.wording import post_sentence, reason_word
from forum.notifications.items import Part, Told, Words
from forum.spaces.kinds import SpaceKind
from forum.spaces.wording import answer_by_mail, who_reads
from forum.web.locale import day, in_zone
from forum.web.locale import gettext as _

_TITLE = "Los costos de la auditoría que nadie cubre"
_POST = (
    "Nosotros juntamos a seis cooperativas y pagamos una sola visita.\n\n"
    "La verificadora aceptó, porque las parcelas están en la misma cuenca. Adjunto el acuerdo."
)
_STOP = {"stop": "aqui-va-la-firma"}
_PROPOSAL = {
    "number": "LAC-2026-001",
    "title": "Una guía de costos por adelantado",
    "coalition": "Coalición de América Latina",
    "timezone": "America/Guatemala",
    "path": "/proposals/LAC-2026-001",
    "read_by": SpaceKind.COALITION,
    "ballots": True,
    **_STOP,
}


def samples() -> dict[str, Callable[[], dict[str, Any]]]:
    """By kind of letter what its templates are given; made in the language they are for."""
    return {
        "address_changed": lambda: {"address": "ana@example.org"},
        "address_confirmation": lambda: {
            "address": "ana@example.org",
            "url": "http://127.0.0.1:8000/addresses/xxxx",
            "expires_at": _in(2),
        },
        "answer_due": lambda: {**_PROPOSAL, "read_by": None, "due_on": _on(7), "overdue": False},
        "answer_extended": lambda: {**_PROPOSAL, "until": _on(60)},
        "ask_invited": lambda: {"needed_by": _on(20), "path": "/asks/xxxx", **_STOP},
        "ask_over": lambda: {"topics": ["fire"], "path": "/asks", **_STOP},
        "ballot_recorded": lambda: {
            **_PROPOSAL,
            "choice": Choice.AGREE,
            "choice_word": wording.choice_word,
        },
        "canary": dict,
        "commitment_updated": lambda: {
            **_PROPOSAL,
            "commitment": "Publicar una tabla de costos, por tamaño de proyecto.",
            "status": CommitmentStatus.IN_PROGRESS,
            "status_word": wording.commitment_word,
            "due_before": _on(30),
            "due_on": _on(60),
        },
        "form_returned": lambda: _PROPOSAL,
        "invitation": lambda: {
            "url": "http://127.0.0.1:8000/invitations/xxxx",
            "invited": partial(
                invited_sentence, inviter="Rosa", side="member", project="Proyecto Ceiba"
            ),
            "expires_at": _in(14),
        },
        "mail_posted": lambda: {
            "path": "/posts/xxxx",
            "notes": [],
            "title": _TITLE,
            "readers": who_reads(SpaceKind.NETWORK),
        },
        "mail_refused": lambda: {"reason": "…"},
        "notice": _notice,
        "membership_changed": lambda: {
            "coalition": _PROPOSAL["coalition"],
            "project": "Yerba Alta",
            "country_code": "HN",
            "left": False,
            "path": "/coalitions/xxxx",
            **_STOP,
        },
        "office_changed": lambda: {
            "coalition": _PROPOSAL["coalition"],
            "project": "Proyecto Ceiba",
            "person": "Marlen Xol",
            "alternate": False,
            "vacant": False,
            "voting": True,
            "path": "/coalitions/xxxx",
            **_STOP,
        },
        "post_decided": lambda: {
            "outcome": post_sentence,
            "reason_word": reason_word,
            "for_post": ForPost.REMOVED,
            "for_author": "warned",
            "reason": Report.OTHER,
            "explanation": "Nombra a una persona que no lo quiso.",
            "until": None,
            "path": "/moderation/decisions",
        },
        "proposal_submitted": lambda: {
            **_PROPOSAL,
            "read_by": None,
            "acknowledge_by": _on(7),
            "answer_by": _on(60),
        },
        "report_decided": lambda: {
            "outcome": post_sentence,
            "for_post": ForPost.REMOVED,
            "explanation": "Nombra a una persona que no lo quiso.",
            "path": "/posts/xxxx/reports",
        },
        "reset": lambda: {
            "url": "http://127.0.0.1:8000/password/xxxx",
            "expires_at": _in(1),
        },
        "response_published": lambda: {
            **_PROPOSAL,
            "outcome": ResponseOutcome.PARTLY_ACCEPTED,
            "outcome_word": wording.outcome_word,
            "corrected": False,
        },
        "rules_asked": lambda: {
            "coalition": _PROPOSAL["coalition"],
            "changes": ["discussion_days"],
            "before": Rules().as_json(),
            "after": Rules().as_json() | {"discussion_days": 30},
            "rule_name": rule_words.rule_name,
            "rule_value": rule_words.rule_value,
            "path": "/coalitions/xxxx/rules",
            **_STOP,
        },
        "rules_changed": lambda: {
            "coalition": _PROPOSAL["coalition"],
            "changes": ["discussion_days"],
            "before": Rules().as_json(),
            "after": Rules().as_json() | {"discussion_days": 30},
            "rule_name": rule_words.rule_name,
            "rule_value": rule_words.rule_value,
            "path": "/coalitions/xxxx/rules",
            **_STOP,
        },
        "summary": _summary,
        "vote_open": lambda: {**_PROPOSAL, "closes_at": _in(15), "call": 1},
        "vote_reminder": lambda: {**_PROPOSAL, "closes_at": _in(2)},
        "vote_sealed": lambda: {
            **_PROPOSAL,
            "outcome": VoteOutcome.ADOPTED,
            "vote_word": wording.vote_word,
            "cast": 5,
            "seats": 6,
            "head": "5f3c" * 16,
        },
    }


def _notice() -> dict[str, Any]:
    words = Words(
        author="Rosa",
        body=_POST,
        language="es",
        number=2,
        post_id=1,
        public_id="xxxx",
        answers=None,
    )
    return {
        "hidden": False,
        "private": False,
        "title": _TITLE,
        "language": "es",
        "said": [],
        "words": [(words, _POST)],
        "read_by": SpaceKind.NETWORK,
        "path": "/posts/xxxx",
        **_STOP,
    }


def _summary() -> dict[str, Any]:
    vote = Told(
        title=str(_PROPOSAL["title"]),
        path="/proposals/xxxx",
        said=(str(_("The vote closes on %(when)s.", when=in_zone(_in(6)))),),
        language="es",
        answer_to="reply+yyyy@example.org",
        answer_words=_(
            "Write in its conversation by mail, for the coalition alone (never a ballot):"
        ),
    )
    thread = Told(
        title=_TITLE,
        path="/posts/xxxx",
        words=f"Rosa: {_POST[:64]}…",
        language="es",
        answer_to="reply+xxxx@example.org",
        answer_words=answer_by_mail(SpaceKind.NETWORK),
    )
    session = Told(
        title="Segunda sesión",
        path="/sessions/xxxx",
        said=(day(_on(5)),),
        answer_to="reply+zzzz@example.org",
        answer_words=_("Begin a thread in its stage by mail:"),
    )
    hidden = Told(title="", path="/posts/yyyy")
    parts = [
        Part(name="votes", told=[vote]),
        Part(name="solutions", told=[thread]),
        Part(name="followed", told=[thread, hidden], more=3),
        Part(name="sessions", told=[session]),
    ]
    return {"parts": parts, "today": clock.now(), **_STOP}


def _in(days: int) -> Any:
    return clock.now() + timedelta(days=days)


def _on(days: int) -> Any:
    return _in(days).date()
