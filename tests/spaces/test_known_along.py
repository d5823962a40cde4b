"""Who it is and what they see are told in one statement, of whom the session was last time."""

import pytest
from sqlalchemy import func, update

from forum.accounts import sessions
from forum.accounts.models import Person
from forum.db import db
from forum.web import identity

pytestmark = pytest.mark.both_databases


@pytest.fixture
def browser(sign_in, cast):
    """A browser of the observer, whose session this process has seen."""
    client = sign_in(cast.observer)
    assert client.get("/experts").status_code == 404
    return client


def changed(who, **values):
    db.session.execute(update(Person).where(Person.id == who.id).values(**values))
    db.session.commit()


def told(statements, client, page):
    """The statements of a page that tell who somebody is, or what they see."""
    with statements() as seen:
        status = client.get(page).status_code
    return status, [one for one in seen if "signed_in" in one or "project_member" in one]


def test_one_statement_tells_who_and_what(browser, statements):
    status, said = told(statements, browser, "/search")
    assert status == 200
    assert len(said) == 1
    assert "signed_in" in said[0]
    assert "project_member" in said[0]


def test_of_another_side_it_is_asked_anew(browser, cast, statements):
    """And they see what that side sees at once."""
    changed(cast.observer, side="expert")
    status, said = told(statements, browser, "/experts")
    assert status == 200
    assert len(said) == 2
    assert len(told(statements, browser, "/search")[1]) == 1


@pytest.mark.parametrize(
    "values", [{"suspended_at": func.now()}, {"session_epoch": 99}], ids=["suspended", "ended"]
)
def test_a_session_that_has_ended_is_nobodys(browser, cast, values):
    assert browser.get("/me").status_code == 200
    changed(cast.observer, **values)
    page = browser.get("/me")
    assert page.status_code == 303
    assert page.location.endswith("/sign-in?next=/me")


@pytest.mark.parametrize(("method", "along"), [("GET", True), ("POST", False)])
def test_what_writes_asks_what_they_may_see_inside_its_own_transaction(
    app, browser, cast, method, along
):
    """Told before the lock it could be so no longer."""
    with browser.session_transaction() as stored:
        token = stored["_user_id"]
    with app.test_request_context("/search", method=method):
        identity.session["_user_id"] = token
        person = identity.current()
        assert person.person_id == cast.observer.id
        assert (sessions.told_of(person) is not None) == along
