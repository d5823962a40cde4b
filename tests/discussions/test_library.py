"""The library of solutions: what helped most, what is like one's own project, and why."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from forum.db import db
from forum.directory.models import Project
from forum.discussions import actions, queries
from forum.discussions.actions import Tried
from forum.discussions.kinds import PostKind, Verdict
from forum.discussions.models import Post, Thread
from forum.lib import tokens
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def solution(author, title, **more):
    thread = make.thread(author, kind="solution", title=title, **more)
    return queries.post_now(viewer(author), queries.post_rows(thread).posts[0].id)


def helped(cast, post, *slugs, verdict=Verdict.WORKED):
    me = viewer(cast.facilitator)
    for slug in slugs:
        project = cast.projects[slug]
        said = Tried(verdict=verdict, country=project.country)
        actions.record_trial(me, queries.post_now(me, post.id), project.id, said, version=0)


def titles(page):
    return [one.thread_title for one in page.rows]


def test_what_helped_most_projects_stands_first_and_the_newest_of_equals(cast):
    once = solution(cast.neighbour, "Una vez")
    solution(cast.neighbour, "Ninguna, más vieja")
    twice = solution(cast.neighbour, "Dos veces")
    failed = solution(cast.neighbour, "Ninguna, más nueva")
    helped(cast, once, "rio-claro")
    helped(cast, twice, "rio-claro", "tierra-mansa")
    helped(cast, failed, "rio-claro", "tierra-mansa", "ceiba", verdict=Verdict.DID_NOT)
    me = viewer(cast.staff)
    ranked = ["Dos veces", "Una vez", "Ninguna, más nueva", "Ninguna, más vieja"]
    assert titles(queries.library(me)) == ranked
    newest = ["Ninguna, más nueva", "Dos veces", "Ninguna, más vieja", "Una vez"]
    assert titles(queries.library(me, newest=True)) == newest


def test_the_pages_hold_each_solution_once_in_a_stable_order(cast, app):
    for number in range(70):
        post = solution(cast.neighbour, f"Solución {number}")
        db.session.execute(
            update(Post).where(Post.id == post.id).values(confirmed_count=number % 3)
        )
    for newest in (False, True):
        after, seen, pages = None, [], 0
        while pages == 0 or after:
            page = queries.library(viewer(cast.member), newest=newest, after=after)
            seen += [(one.confirmed_count, one.id) for one in page.rows]
            after, pages = page.after, pages + 1
        assert pages > 1
        assert len(seen) == len(set(seen)) == 70
        assert newest or [count for count, _id in seen] == sorted(
            (count for count, _id in seen), reverse=True
        )
    for nonsense in ("x", "1.x", ".", "99999999999999.MTIuMw", "-1.MTIuMw"):
        assert queries.library(viewer(cast.member), after=nonsense).rows


def test_what_is_like_ones_own_project_stands_above_and_says_why(cast, sign_in):
    make.thread(cast.member, topics=["operating-costs"])
    topical = solution(cast.neighbour, "De mi tema", topics=["operating-costs"])
    near = solution(cast.neighbour, "Probada cerca")
    solution(cast.neighbour, "De otra cosa", topics=["fire"])
    solution(cast.member, "La mía", topics=["operating-costs"])
    db.session.execute(
        update(Project).where(Project.id == cast.projects["encinos"].id).values(lifecycle=None)
    )
    me = viewer(cast.facilitator)
    said = Tried(verdict=Verdict.DID_NOT, country="GT")
    actions.record_trial(
        me, queries.post_now(me, near.id), cast.projects["rio-claro"].id, said, version=0
    )
    db.session.commit()
    own = queries.own_project(viewer(cast.member))
    assert own.name == cast.projects["ceiba"].name
    like = queries.for_project(viewer(cast.member), own)
    assert [one.id for one in like] == [topical.id, near.id]
    assert (like[0].faced, like[0].tried_near) == (True, False)
    assert (like[1].faced, like[1].tried_near) == (False, True)
    page = sign_in(cast.member).get("/solutions").text
    places = [page.index(words) for words in ("De mi tema", "Probada cerca", "De otra cosa")]
    assert places == sorted(places)
    assert page.count("De mi tema") == 1
    assert "On a topic of what you face" in page
    assert "Tried in your country" in page
    assert "On a topic of what you face" not in sign_in(cast.staff).get("/solutions").text


def test_nothing_of_a_hidden_space_is_likened_or_ranked_outside(cast):
    make.thread(cast.outsider, topics=["operating-costs"])
    hidden = solution(
        cast.member, "Oculta", space=cast.spaces["coalition"], topics=["operating-costs"]
    )
    helped(cast, hidden, "rio-claro")
    me = viewer(cast.outsider)
    assert queries.for_project(me, queries.own_project(me)) == []
    assert titles(queries.library(me)) == []
    assert titles(queries.library(viewer(cast.neighbour))) == ["Oculta"]


def test_the_choice_of_order_and_the_filters_stay_together(cast, sign_in):
    solution(cast.neighbour, "Fuego", topics=["fire"])
    db.session.commit()
    page = sign_in(cast.staff).get("/solutions?order=newest&topic=fire").text
    assert "Fuego" in page
    assert 'name="order" value="newest"' in page
    assert "Fuego" not in sign_in(cast.staff).get("/solutions?topic=operating-costs").text


def test_fifty_thousand_threads_list_like_ten(cast, sign_in, statements):
    make.thread(cast.member, topics=["operating-costs"])
    solution(cast.neighbour, "Vivero", topics=["operating-costs"])
    make.fill_stage(cast, make.some_stage(), 50_000)
    rows = [
        {
            "public_id": tokens.public_id(),
            "thread_id": thread_id,
            "number": 1,
            "path": "1",
            "depth": 0,
            "author_id": author_id,
            "kind": PostKind(kind.value),
            "body": "Una solución.",
            "html": "<p>Una solución.</p>",
            "language": "es",
            "created_at": at,
            "confirmed_count": n % 5 if kind == "solution" else 0,
        }
        for n, (thread_id, author_id, kind, at) in enumerate(
            db.session.execute(
                select(Thread.id, Thread.author_id, Thread.kind, Thread.created_at).where(
                    ~select(Post.id).where(Post.thread_id == Thread.id).exists()
                )
            ).all()
        )
    ]
    db.session.execute(insert(Post), rows)
    db.session.commit()
    client = sign_in(cast.member)
    for address in ("/solutions", "/solutions?order=newest", "/solutions?topic=operating-costs"):
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200
        assert len(seen) <= 8, "\n".join(seen)


def test_what_the_project_faces_out_of_sight_gives_no_topics(cast):
    hidden = make.thread(cast.outsider, topics=["fire"], space=cast.spaces["network"])
    me = viewer(cast.member)
    actions.face(me, hidden, cast.projects["ceiba"].id)
    assert queries.own_project(me).topic_ids
    blind = replace(me, spaces={})
    assert queries.own_project(blind).topic_ids == ()


def test_what_helped_in_part_is_said_so(cast, sign_in):
    post = solution(cast.member, "Un vivero")
    helped(cast, post, "encinos", verdict=Verdict.PARTLY)
    db.session.commit()
    page = sign_in(cast.member).get("/solutions").text
    assert "Helped 1 other project in part" in page
    helped(cast, post, "monte-lejano")
    db.session.commit()
    page = sign_in(cast.member).get("/solutions").text
    assert "Helped 1 other project</b>" in page
    assert "Helped 1 other project in part" in page


def test_an_excerpt_of_a_case_keeps_its_answers_apart(cast, sign_in):
    body = "#### Qué pasaba\n\nNo había señal.\n\n#### Dónde\n\nMatagalpa"
    post = solution(cast.neighbour, "Una campana", body=body)
    db.session.commit()
    assert "No había señal. · Matagalpa" in sign_in(cast.member).get("/solutions").text
    tried = sign_in(cast.member).get(f"/posts/{post.public_id}/trials").text
    assert f'<a href="/posts/{post.public_id}" lang="es">Una campana</a></p>' in tried
    assert "Say what came of it" in tried
    helped(cast, post, "ceiba")
    db.session.commit()
    tried = sign_in(cast.member).get(f"/posts/{post.public_id}/trials").text
    assert "Change what we said" in tried
    assert "We will try it" not in tried


def test_the_library_leads_to_the_form_of_a_case_while_a_stage_is_open(app, cast, sign_in):
    thread = make.thread(cast.member)
    address = f"/exchanges/{thread.exchange_slug}/stages/{thread.stage_number}/cases/new"
    client = sign_in(cast.member)
    assert address in client.get("/solutions").text
    assert client.get(address).status_code == 200
    assert address in client.get("/search?q=xyzzyqq").text
    assert address not in sign_in(cast.observer).get("/solutions").text
    assert address not in app.test_client().get("/solutions").text
