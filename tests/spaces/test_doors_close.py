"""Out of a project, or with a thread made narrower, every door to it closes at once.

First each door stands open and shows the mark that every word of the conversation carries; then
it is asked again, and answers as to somebody who was never let in.
"""

import re
from io import BytesIO
from typing import NamedTuple

import pytest
from sqlalchemy import select, update

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.asks.models import Ask
from forum.db import db
from forum.discussions.models import Draft, Post, Thread
from forum.files.models import StoredFile
from tests.factories import discussions as make
from tests.factories import exchanges as hold
from tests.files import samples

pytestmark = pytest.mark.both_databases

MARK = "zqpuerta"
STAGE = "/exchanges/americas/stages/1"
TOPIC = "operating-costs"
OF_A_FORM = re.compile(r'name="?(?:csrf_token|key|window|owner)"?[^>]*>')


class Talk(NamedTuple):
    """A conversation with all that may hang on one, by public ids."""

    thread: str
    reply: str
    solution: str
    file: str
    ask: str
    session: str

    @property
    def closed(self) -> list[str]:
        """Its own doors: not there for who does not read it."""
        own = ("", "?after=1", "/text", "/unread", "/posts/new", "/posts/new?quote=2", "/asks")
        of_posts = ("", "/text", "/revisions", "/reports", "/trials")
        return [
            *(f"/threads/{self.thread}{door}" for door in own),
            *(f"/posts/{self.reply}{door}" for door in of_posts[:-1]),
            *(f"/posts/{self.solution}{door}" for door in of_posts),
            f"/files/{self.file}",
            f"/files/{self.file}/preview",
            f"/asks/{self.ask}",
        ]

    @property
    def shown(self) -> list[str]:
        """Pages about many things that tell of it."""
        return [
            "/",
            "/missed",
            "/challenges",
            "/solutions",
            f"/topics/{TOPIC}",
            STAGE,
            f"/sessions/{self.session}",
            f"/search?q={MARK}",
            f"/search?q={MARK}&order=best",
            f"/search?q={MARK}&kind=solution",
            "/notifications",
            "/notifications/following",
            "/drafts",
            "/moderation/decisions",
            "/projects/ceiba",
        ]

    @property
    def packed(self) -> list[str]:
        """Files that hold it; what the coalition keeps to itself is in none of them."""
        places = (STAGE, f"/sessions/{self.session}")
        return [f"{place}/pack?readers=network" for place in places]

    @property
    def posted(self) -> dict[str, dict[str, str]]:
        """What is sent there, with what it takes."""
        words = {"body": "Tarde.", "language": "es", "kind": "reply"}
        return {
            f"/threads/{self.thread}/posts": words,
            f"/threads/{self.thread}/posts/draft": words,
            f"/threads/{self.thread}/watch": {"level": "watch"},
            f"/threads/{self.thread}/read": {"number": "2"},
            f"/posts/{self.reply}/reports": {"reason": "other", "note": "Tarde."},
            f"/posts/{self.solution}/trials": {"verdict": "worked", "country": "MX"},
        }


@pytest.fixture
def talk(app, cast, sign_in):
    """`talk(reader, visibility)`: the conversation, in which that person takes part."""

    def begin(reader: Person, visibility: str) -> Talk:
        db.session.execute(update(Person).values(locale="en"))
        stage = make.stage()
        session = hold.a_session(db.session, stage, starts_at=hold.days_from_now(-1))
        hold.an_outcome(db.session, session)
        member, delegate, leader, own = (
            sign_in(one) for one in (cast.member, cast.delegate, cast.facilitator, reader)
        )
        own.get("/missed")
        words = {"language": "es", "visibility": visibility, "kind": "challenge", "topics": [TOPIC]}
        done(
            member.send(
                f"/sessions/{session.public_id}/outcomes/1/thread",
                {"title": f"{MARK} costos", "body": f"{MARK} cuerpo", "stage": "1", **words},
            )
        )
        thread = newest(Thread)
        here = f"/threads/{thread}"
        done(own.send(f"{here}/posts", body="Lo nuestro.", language="es", kind="reply"))
        done(
            delegate.post(
                f"{here}/posts",
                data={
                    "key": "one",
                    "body": f"{MARK}: lo sabe @{reader.name}.",
                    "language": "es",
                    "kind": "reply",
                    "file_1": (BytesIO(samples.photo()), f"{MARK}.jpg"),
                    "alt_1": f"{MARK} en la parcela",
                },
            )
        )
        reply = newest(Post)
        done(delegate.send(f"{here}/posts", body=f"{MARK} así.", language="es", kind="solution"))
        solution = newest(Post)
        done(leader.send(f"/posts/{solution}/solution"))
        done(
            sign_in(cast.delegates["rio-claro"]).send(
                f"/posts/{solution}/trials",
                project=cast.projects["rio-claro"].slug,
                verdict="worked",
                country="MX",
                note=f"{MARK} también aquí.",
                language="es",
            )
        )
        asked = {"asked": f"{MARK} qué", "answered": f"{MARK} esto", "language": "es"}
        done(leader.send(f"{here}/summary", asked))
        done(member.send(f"{here}/asks", text=f"{MARK} ayuda", language="es", topics=[TOPIC]))
        done(own.send(f"{here}/posts/draft", body="Sin terminar.", language="es", kind="reply"))
        done(own.send(f"/posts/{reply}/reports", reason="other", note="Mírenlo."))
        decided = {"for_post": "kept", "for_author": "nothing", "reason": "other", "upto": "1"}
        done(
            leader.send(
                f"/moderation/posts/{reply}/decision", decided, explanation=f"{MARK}: se queda."
            )
        )
        made = Talk(thread, reply, solution, newest(StoredFile), newest(Ask), session.public_id)
        shut = [door for door in made.closed if own.get(door).status_code not in {200, 302, 303}]
        assert not shut, "a door that never stood open"
        silent = [door for door in made.shown if MARK not in without_the_question(own.get(door))]
        told = [door for door in made.packed if MARK in own.get(door).text]
        assert told == (made.packed if visibility == "network" else [])
        assert not silent, "a page that never told of it"
        return made

    return begin


def done(answer):
    refused = re.search(r'class="errors.*?<!--errors end', answer.text, re.DOTALL)
    assert answer.status_code in {200, 204, 303}, refused and refused[0]


def without_the_question(answer):
    """The page without the words that were looked for, which stand in it whatever is found."""
    text = answer.text
    for own in (f"q={MARK}", f'value="{MARK}"', f"Search: {MARK}", f"value={MARK}"):
        text = text.replace(own, "")
    return text


def newest(model):
    return db.session.scalars(select(model.public_id).order_by(model.id.desc()).limit(1)).one()


def finds_every_door_closed(client, talk, row_counts):
    wrong = []
    ids = {talk.thread, talk.reply, talk.solution, talk.file, talk.ask}
    nowhere = client.get("/threads/zzzzzzzzzzzz").text
    for door in talk.closed:
        answer = client.get(door)
        if answer.status_code != 404:
            wrong.append(f"{door}: {answer.status_code}")
        if len(answer.text) - len(nowhere) > len(door) * 4:
            wrong.append(f"{door}: says more than that it is not there")
        if MARK in answer.text:
            wrong.append(f"{door}: shows it")
    for door in (*talk.shown, *talk.packed, "/exchanges/americas", "/moderation/record"):
        answer = client.get(door)
        text = without_the_question(answer)
        if answer.status_code != 200:
            wrong.append(f"{door}: {answer.status_code}")
        wrong += [f"{door}: shows {one}" for one in (MARK, *ids) if one in text]
    before = row_counts()
    for door, fields in talk.posted.items():
        answer = client.send(door, fields)
        if answer.status_code != 404:
            wrong.append(f"POST {door}: {answer.status_code}")
    if row_counts() != before:
        wrong.append("something was stored")
    assert not wrong, "\n".join(wrong)


def counts(client):
    """What the lists say, their counts too, apart from what differs between two forms."""
    pages = ("/challenges", "/solutions", f"/topics/{TOPIC}", f"/search?q={MARK}")
    found = [client.get(page).text for page in (*pages, "/moderation/record")]
    return [OF_A_FORM.sub("", text.partition("<main")[2].partition("</main>")[0]) for text in found]


def test_who_leaves_their_project_finds_every_door_closed(talk, cast, sign_in, row_counts):
    reader = cast.neighbour
    made = talk(reader, "coalition")
    own = sign_in(reader)
    done(own.send(f"/projects/encinos/members/{reader.public_id}/departure"))
    finds_every_door_closed(own, made, row_counts)
    assert "Sin terminar." in own.get("/drafts").text, "one's own words stay one's own"
    assert counts(own) == counts(sign_in(cast.outsider)), "as for one who was never let in"


def test_whose_project_leaves_the_coalition_finds_every_door_closed(
    talk, cast, sign_in, row_counts
):
    made = talk(cast.neighbour, "coalition")
    done(
        sign_in(cast.facilitator).send(
            f"/coalitions/{cast.coalition.slug}/members/encinos/departure"
        )
    )
    finds_every_door_closed(sign_in(cast.neighbour), made, row_counts)


@pytest.mark.parametrize("name", ["outsider", "expert", "staff"])
def test_a_thread_made_narrower_closes_every_door(talk, cast, sign_in, row_counts, name):
    reader = cast.people[name]
    made = talk(reader, "network")
    done(
        sign_in(cast.facilitator).send(
            f"/threads/{made.thread}/visibility",
            visibility="coalition",
            reason="Habla de quien certifica.",
        )
    )
    finds_every_door_closed(sign_in(reader), made, row_counts)
    assert MARK in sign_in(cast.member).get(f"/threads/{made.thread}").text
    verbs = set(db.session.scalars(select(Event.verb)))
    assert "post.mentioned" in verbs


def test_a_removed_thread_closes_them_too(talk, cast, sign_in, row_counts):
    made = talk(cast.neighbour, "network")
    first = db.session.scalars(
        select(Post.public_id).join(Thread).where(Thread.public_id == made.thread, Post.number == 1)
    ).one()
    done(sign_in(cast.facilitator).send(f"/posts/{first}/removal", reason="Es de otra parte."))
    text = sign_in(cast.neighbour).get("/drafts").text
    assert "Sin terminar." in text
    assert db.session.scalars(select(Draft)).all()
