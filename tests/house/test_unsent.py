"""Nothing typed is lost: whatever a form is refused for, its words stand on the page that says so.

Every form of the forum, refused as late as it can be: by each policy when it is sent, or between
the look of the view and the action; with everything over, locked and closed; with the thing gone.
"""

import html
import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy import update

import forum
import tests.house.cases  # noqa: F401  # registers every case
from forum.asks.lifecycle import AskStatus
from forum.asks.models import Ask
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Proposal, Vote
from forum.db import db
from forum.discussions.kinds import ThreadStatus
from forum.discussions.models import Post, Thread
from forum.exchanges.models import Stage
from forum.lib import clock
from forum.lib.permission import Answer, Forbidden, Refused, WrongState
from forum.web import forms, unsent
from tests.house.routes import CASES, Case
from tests.house.test_bad_input import KINDS, doer, prepared
from tests.house.world import World
from tests.people import LONG_AGO, ROLES

WORDS = 'Lo que escribí en «{}» & no <b>quiero</b> "perder"'
REFUSED = [case for case in CASES if case.method == "POST" and (case.late or case.sees - case.may)]
Typing = dict[str, Any]


@pytest.fixture
def typing(
    stage: Any, world: World, client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Case], Typing]:
    """`typing(case)`: what is sent there, with words of its own in every text field it has."""

    def of(case: Case) -> Typing:
        prepared(case, world)
        path, valid = case.path(case.args(world)), dict(case.form(world))
        fields: dict[str, Any] = {}
        accepts = forms.Form.accepts

        def noted(form: Any) -> bool:
            found = accepts(form)
            fields.update({field.name: field for field in unsent.leaves(form)})
            return found

        monkeypatch.setattr(forms.Form, "accepts", noted)
        plain = client_of(able(case)).send(path, valid)
        typed = {n: f for n, f in fields.items() if isinstance(f, forms.Text)}
        said = valid | {name: WORDS.format(name) for name in typed}
        _again(stage, case, world)
        marked = client_of(able(case)).send(path, said)
        monkeypatch.setattr(forms.Form, "accepts", accepts)
        _again(stage, case, world)
        return said if marked.status_code == plain.status_code else valid

    return of


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_words_refused_late_stand_on_the_page_that_refuses_them(
    case, world, client_of, typing, row_counts
):
    sent = typing(case)
    if not words_of(sent):
        return
    client, path = client_of(able(case)), case.path(case.args(world))
    before = row_counts()
    for late in REFUSALS:
        with late:
            answer = client.send(path, sent)
        _stand(answer, sent, f"{case}, {late}")
        if answer.status_code < 400:  # nobody is asked whether it may be done
            assert not case.late
            return
        assert row_counts() == before, late
        if type(late) is Acting:
            assert str(late.refusal) in answer.text
    for happens in (everything_is_over, everything_is_gone):
        happens(world)
        before = row_counts()
        answer = client.send(path, sent)
        _stand(answer, sent, f"{case}, {happens.__name__}")
        if answer.status_code >= 400:
            assert row_counts() == before


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_words_of_who_may_not_or_comes_too_late_stand_on_the_page(case, world, client_of):
    prepared(case, world)
    path, sent = case.path(case.args(world)), dict(case.form(world))
    for roles in (case.late, case.sees - case.may):
        for role in sorted(roles - {"visitor"})[:1]:
            _stand(client_of(role).send(path, sent), sent, f"{case}, {role}")


@pytest.fixture
def late_words(world: World, app: Any) -> tuple[str, Typing]:
    """An answer to a thread that was locked meanwhile, on the form of the cast's member."""
    with app.test_request_context():
        mine = forms.owner_mark(world.cast.member.public_id)
    words = {"body": WORDS.format("body"), "language": "es", "kind": "reply", "owner": mine}
    return f"/threads/{world.threads['locked'].public_id}/posts", words


def test_they_are_for_nobody_who_signed_in_meanwhile(client_of, late_words):
    path, sent = late_words
    for there in (path, "/threads/zzzzzzzzzzzz/posts"):
        assert sent["body"] in html.unescape(client_of("member").send(there, sent).text)
        for role in ("delegate", "staff", "visitor"):
            answer = client_of(role).send(there, sent)
            assert answer.status_code >= 400
            assert "no <b>quiero" not in html.unescape(answer.text)


def test_a_form_from_before_somebody_else_signed_in_is_not_given_back_to_them(
    client_of, late_words, with_tokens
):
    path, sent = late_words
    sent |= {"csrf_token": "of the session before"}
    mine = client_of("member").post(path, data=sent)
    assert mine.status_code == 400
    assert sent["body"] in html.unescape(mine.text)
    theirs = client_of("delegate").post(path, data=sent)
    assert theirs.status_code == 400
    assert "opened by somebody else" in theirs.text
    assert "no <b>quiero" not in html.unescape(theirs.text)


def test_nothing_that_another_site_sent_is_shown(client_of, late_words):
    path, sent = late_words
    client = client_of("member")
    answer = client.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 409
    assert "no <b>quiero" not in html.unescape(answer.text)


def test_they_come_with_a_piece_of_a_page_too(world, client_of):
    db.session.execute(update(Vote).values(closes_at=clock.now()))
    path = f"/proposals/{world.proposals['voting'].public_id}/ballot"
    sent = {"choice": "disagree", "reason": WORDS.format("reason"), "language": "es"}
    answer = client_of("delegate").send(path, sent, htmx=True)
    assert answer.status_code == 409
    assert "<html" not in answer.text
    assert html.unescape(answer.text).count(sent["reason"]) == 1


def test_passwords_and_keys_are_never_among_them(client_of):
    sent = {
        "name": "Una persona",
        "password": "mi palabra secreta",
        "current_password": "mi palabra de antes",
        "new_password": "mi palabra de ahora",
        "csrf_token": "una prueba de sesión",
        "key": "una clave",
    }
    answer = client_of("member").send("/threads/zzzzzzzzzzzz/posts", sent)
    assert "Una persona" in answer.text
    assert not [name for name, value in list(sent.items())[1:] if value in answer.text]


def everything_is_over(world: World) -> None:
    """Threads locked, posts removed, stages and votes closed, asks closed, proposals withdrawn."""
    now, somebody = clock.now(), world.cast.facilitator.id
    for done in (
        update(Thread).values(status=ThreadStatus.LOCKED, lock_reason="Ya se dijo."),
        update(Post).values(removed_at=now, removed_by_id=somebody),
        update(Stage).values(opens_at=LONG_AGO, closes_at=now),
        update(Vote).values(closes_at=now),
        update(Ask).values(status=AskStatus.CLOSED, closed_for="done", ended_at=now),
        update(Proposal).values(
            status=ProposalStatus.WITHDRAWN, aside_at=now, aside_reason="Ya no hace falta."
        ),
    ):
        db.session.execute(done)
    db.session.commit()


def everything_is_gone(world: World) -> None:
    """Threads removed, proposals in a space that projects do not see."""
    db.session.execute(update(Thread).values(removed_at=clock.now()))
    db.session.execute(update(Proposal).values(space_id=world.cast.spaces["staff"].id))
    db.session.commit()


class Acting:
    """The action refuses, once a form is accepted."""

    def __init__(self, refusal: Forbidden | WrongState | Refused) -> None:
        self.refusal = refusal

    def __enter__(self) -> None:
        self.accepts = forms.Form.accepts

        def accepts(form: Any) -> bool:
            found = self.accepts(form)
            if found:
                self.begin()
            return found

        forms.Form.accepts = accepts  # type: ignore[method-assign]  # put back below

    def begin(self) -> None:
        """What the view would ask for now is refused."""
        raise self.refusal

    def __exit__(self, *_problem: object) -> None:
        forms.Form.accepts = self.accepts  # type: ignore[method-assign]  # as it was


class Denying(Acting):
    """Every policy of every room says no once a form is accepted, or at once.

    Their code is exchanged, so that nobody keeps the old one by another name.
    """

    def __init__(self, said: Callable[..., Any], *, at_once: bool) -> None:
        self.said, self.at_once = said, at_once
        self.codes: dict[FunctionType, Any] = {}

    def __enter__(self) -> None:
        super().__enter__()
        if self.at_once:
            self.begin()

    def begin(self) -> None:
        """From here on every answer is no."""
        for policy in policies():
            self.codes.setdefault(policy, policy.__code__)
            policy.__code__ = self.said.__code__

    def __exit__(self, *problem: object) -> None:
        super().__exit__(*problem)
        for policy, code in self.codes.items():
            policy.__code__ = code


def _not_you(*_args: Any, **_more: Any) -> Any:
    from forum.lib.permission import No  # it runs with another module's names

    return No("Not you.")


def _not_now(*_args: Any, **_more: Any) -> Any:
    from forum.lib.permission import No  # it runs with another module's names

    return No("Not any more.", state=True)


REFUSALS = (
    Denying(_not_you, at_once=True),
    Denying(_not_now, at_once=True),
    Denying(_not_you, at_once=False),
    Denying(_not_now, at_once=False),
    Acting(Forbidden("Not you.")),
    Acting(WrongState("Too late.")),
    Acting(Refused("Not like this.")),
)


@cache
def policies() -> tuple[FunctionType, ...]:
    """Every function of a policy module that answers whether something may be done."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(forum.__path__, "forum.")
        if "policy" in found.name.split(".")
    ]
    return tuple(
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, FunctionType) and thing.__annotations__.get("return") == Answer
    )


def _again(stage: Any, case: Case, world: World) -> None:
    db.session.rollback()
    stage.renew()
    prepared(case, world)


def able(case: Case) -> str:
    """Somebody whom nothing keeps from it."""
    fit = case.may & case.sees - case.late - case.unfit
    return next((role for role in ROLES[1:] if role in fit), doer(case))


def words_of(sent: Typing) -> dict[str, str]:
    """What of it was written rather than chosen."""
    return {
        name: value
        for name, value in sent.items()
        if isinstance(value, str) and " " in value and "password" not in name
    }


def _stand(answer: Any, sent: Typing, how: str) -> None:
    """What was typed stands in the answer, if it refuses; escaped."""
    assert answer.status_code < 500, how
    if answer.status_code < 400:
        return
    page = html.unescape(answer.text)
    for name, value in words_of(sent).items():
        assert value in page, f"{how}: {answer.status}: lost {name}"
    assert "<b>quiero" not in answer.text, how
