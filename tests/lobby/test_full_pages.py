"""Pages that are full stay light: long titles, long words, as many rows as a page ever shows."""

import random

import pytest
from sqlalchemy import select

from forum.asks.models import Ask
from forum.db import db
from forum.discussions import actions
from forum.discussions.models import Thread
from tests.factories import asks
from tests.factories import discussions as make
from tests.factories import moderation as moderate
from tests.people import viewer

KB = 1024
HTML_BUDGET = 14 * KB  # compressed, see PRODUCT section 5
ROWS = 32  # more than any page shows
PAGES = [
    "/",
    "/missed",
    "/notifications",
    "/notifications/following",
    "/challenges",
    "/solutions",
    "/topics/operating-costs",
    "/exchanges/americas",
    "/exchanges/americas/stages/1",
    "/search?q=comun",
    "/search?q=comun&order=best",
    "/asks",
    "/experts",
    "/moderation",
    "/moderation/record",
    "/moderation/decisions",
    "/drafts",
]


@pytest.fixture(scope="module")
def words():
    """Words that hardly press together: of a language nobody wrote in before."""
    dice = random.Random(7)
    syllables = [a + b for a in "bcdfglmnprstvz" for b in ("a", "e", "i", "o", "u", "án", "és")]
    pool = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _n in range(3000)]

    def some(characters):
        text = "comun"
        while len(text) < characters:
            text += " " + dice.choice(pool)
        return text[:characters].strip()

    return some


@pytest.fixture
def full(app, cast, sign_in, words):
    """All that lies before people who were away since their last visit."""
    make.stage()
    for person in (cast.facilitator, cast.neighbour):
        sign_in(person).get("/terms")
    for n in range(ROWS):
        thread = make.thread(
            cast.member,
            title=words(150),
            body=words(1500),
            topics=["operating-costs", "fire"],
            kind="question" if n % 3 == 2 else "challenge",
        )
        post = make.post(
            cast.neighbour, thread, body=words(1500), kind="reply" if n % 3 == 2 else "solution"
        )
        if n % 3 == 1:
            actions.mark_solution(viewer(cast.member), post, thread)
        elif n % 3 == 0:
            asks.ask(cast.member, thread, text=words(400))
        answer = make.post(cast.delegate, thread, body=words(300))
        moderate.report(cast.neighbour, answer, note=words(300))
        if n % 2:
            moderate.decide(cast.facilitator, answer, explanation=words(400))
    db.session.commit()
    assert db.session.query(Ask).count() > ROWS // 4


@pytest.mark.parametrize("name", ["facilitator", "neighbour"])
def test_a_full_page_is_light(full, cast, sign_in, words, name):
    client = sign_in(cast.people[name])
    for thread in db.session.scalars(select(Thread.public_id)).all():
        draft = {"body": words(2000), "language": "es", "kind": "reply"}
        client.send(f"/threads/{thread}/posts/draft", draft)
        client.send(f"/threads/{thread}/watch", level="watch")
    assert client.get("/missed").text.count("<h3") > 5, "something was missed"
    heavy = []
    for page in PAGES:
        answer = client.get(page, headers={"Accept-Encoding": "br"})
        if answer.status_code == 403:
            continue
        assert answer.status_code == 200, page
        if len(answer.data) > HTML_BUDGET:
            heavy.append(f"{page}: {len(answer.data) / KB:.1f} KB")
    assert not heavy, "\n".join(heavy)
