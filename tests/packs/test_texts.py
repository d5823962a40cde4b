"""Texts for a chat: short, without marks and names, and closed where the thread is."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from forum.db import db
from forum.discussions.kinds import ThreadStatus, Verdict
from forum.discussions.models import Case, Post, SolutionFor, Thread, Trial
from forum.lib import clock

pytestmark = pytest.mark.both_databases


def text_of(visitor, path):
    answer = visitor.get(f"{path}/text?plain")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return answer.get_data(as_text=True)


def test_a_thread_tells_its_title_its_project_its_words_and_where_it_stands(sign_in, world):
    thread = world.threads["network"]
    said = text_of(sign_in(world.cast.delegate), f"/threads/{thread.public_id}")
    assert said.splitlines()[0] == "Challenge: Costos de la auditoría zqnetwork"
    assert "Proyecto Ceiba" in said
    assert "¿Cómo se paga? zqnetwork" in said
    assert said.rstrip().endswith(f"/threads/{thread.public_id}")
    assert len(said) < 700
    assert world.cast.member.name not in said


def test_a_solved_thread_tells_what_solved_it(sign_in, world):
    mark_solved(world, "network")
    path = f"/threads/{world.threads['network'].public_id}"
    said = text_of(sign_in(world.cast.member), path)
    assert "Solved by Cooperativa Los Encinos" in said
    assert "Una caja común. zqnetwork" in said


def test_a_challenge_solved_by_a_case_tells_what_was_done(sign_in, world):
    mark_solved(world, "network")
    solution = world.solutions["network"].id
    db.session.add(Case(post_id=solution, problem="El fuego zq.", did="Campanas y turnos zq."))
    db.session.commit()
    path = f"/threads/{world.threads['network'].public_id}"
    said = text_of(sign_in(world.cast.member), path)
    assert "(Mexico): Campanas y turnos zq." in said
    assert "El fuego" not in said


def test_words_written_down_for_somebody_are_told_as_such(sign_in, world):
    reply = world.replies["network"]
    reader = sign_in(world.cast.member)
    assert "written down for them" not in text_of(reader, f"/posts/{reply.public_id}")
    db.session.execute(
        update(Post).where(Post.id == reply.id).values(on_behalf_of="Nombre Escondido")
    )
    db.session.commit()
    said = text_of(reader, f"/posts/{reply.public_id}")
    assert "the words of one of its people, written down for them" in said
    assert "Nombre Escondido" not in said


def test_a_solution_names_its_challenge(sign_in, world):
    solution = world.solutions["network"]
    said = text_of(sign_in(world.cast.member), f"/posts/{solution.public_id}")
    assert said.startswith("Solution for “Costos de la auditoría zqnetwork”")
    assert said.rstrip().endswith(f"/posts/{solution.public_id}")


def test_a_solution_tells_what_came_of_it_where_others_tried_it(sign_in, world):
    solution, cast = world.solutions["network"], world.cast
    reader = sign_in(cast.member)
    path = f"/posts/{solution.public_id}"
    before = text_of(reader, path)
    assert "It worked" not in before
    others = [one for slug, one in cast.projects.items() if slug != "encinos"]
    verdicts = (Verdict.WORKED, Verdict.WORKED, Verdict.DID_NOT, Verdict.PLANNED)
    for project, verdict in zip(others, verdicts, strict=False):
        db.session.add(
            Trial(
                solution_post_id=solution.id,
                project_id=project.id,
                person_id=cast.member.id,
                verdict=verdict,
                country=project.country,
                language="es",
                due_on=clock.now().date() if verdict == Verdict.PLANNED else None,
            )
        )
    db.session.commit()
    said = text_of(reader, path)
    assert "It worked for 2 other projects. It did not work for 1 other project." in said
    assert "in part" not in said
    assert len(said) < 700


@pytest.mark.parametrize("kind", ["coalition", "guests", "staff"])
@pytest.mark.parametrize("of", ["threads", "posts", "solutions"])
def test_of_a_private_thread_only_the_address_is_told(sign_in, world, kind, of):
    thing = getattr(world, of)[kind]
    place = "threads" if of == "threads" else "posts"
    reader = sign_in(world.cast.staff if kind == "staff" else world.cast.member)
    for path in (f"/{place}/{thing.public_id}/text?plain", f"/{place}/{thing.public_id}/text"):
        said = reader.get(path).get_data(as_text=True)
        assert f"zq{kind}" not in said
        assert "Costos" not in said
        assert f"/{place}/{thing.public_id}" in said
    if kind != "staff":
        assert "Only for the coalition." in said


def test_a_guest_of_a_thread_gets_its_address_alone(sign_in, world):
    said = text_of(sign_in(world.cast.guest), f"/threads/{world.threads['guests'].public_id}")
    assert "zqguests" not in said


def test_a_session_tells_when_and_who_but_not_where_it_is_met(sign_in, world):
    said = text_of(sign_in(world.cast.member), f"/sessions/{world.session.public_id}")
    assert "Primera sesión" in said
    assert "Proyecto Ceiba" in said
    assert "Acordado." in said
    assert "zqjoin" not in said


def test_a_removed_post_has_no_text(sign_in, world):
    reply = world.replies["network"]
    removed = {"removed_at": clock.now(), "removed_by_id": reply.author_id}
    db.session.execute(update(Post).where(Post.id == reply.id).values(**removed))
    db.session.commit()
    assert sign_in(world.cast.member).get(f"/posts/{reply.public_id}/text").status_code == 404


def test_a_thread_that_was_narrowed_closes_its_text_at_once(client, world):
    thread = world.threads["public"]
    assert client.get(f"/threads/{thread.public_id}/text").status_code == 200
    narrow(world, "public")
    assert client.get(f"/threads/{thread.public_id}/text").status_code == 404


def test_what_solved_it_is_told_only_where_it_may_leave(sign_in, world):
    mark_solved(world, "network")
    inside = world.solutions["coalition"].id
    db.session.execute(
        update(SolutionFor)
        .where(SolutionFor.solution_post_id == inside)
        .values(
            challenge_thread_id=world.threads["network"].id,
            marked_at=clock.now() - timedelta(hours=2),
            marked_by_id=world.cast.member.id,
        )
    )
    db.session.execute(update(Post).where(Post.id == inside).values(body="Palabra de la sala."))
    db.session.commit()
    path = f"/threads/{world.threads['network'].public_id}"
    said = text_of(sign_in(world.cast.member), path)
    assert "Palabra de la sala." not in said
    assert "Una caja común. zqnetwork" in said


def test_every_text_is_found_from_its_page(sign_in, world):
    reader = sign_in(world.cast.member)
    thread, solution = world.threads["network"], world.solutions["network"]
    page = reader.get(f"/threads/{thread.public_id}").get_data(as_text=True)
    assert f"/threads/{thread.public_id}/text" in page
    assert f"/posts/{solution.public_id}/text" in page
    page = reader.get(f"/sessions/{world.session.public_id}").get_data(as_text=True)
    assert f"/sessions/{world.session.public_id}/text" in page
    assert f"/sessions/{world.session.public_id}/pack/new" in page
    page = reader.get(f"/exchanges/{world.exchange.slug}/stages/2").get_data(as_text=True)
    assert f"/exchanges/{world.exchange.slug}/stages/2/pack/new" in page


def mark_solved(world, name):
    marked = {
        "marked_at": clock.now() - timedelta(hours=1),
        "marked_by_id": world.cast.member.id,
    }
    solution, thread = world.solutions[name].id, world.threads[name].id
    db.session.execute(
        update(SolutionFor).where(SolutionFor.solution_post_id == solution).values(**marked)
    )
    db.session.execute(update(Thread).where(Thread.id == thread).values(status=ThreadStatus.SOLVED))
    db.session.commit()


def narrow(world, name):
    coalition = world.cast.spaces["coalition"].id
    where = Thread.id == world.threads[name].id
    db.session.execute(update(Thread).where(where).values(space_id=coalition))
    db.session.commit()
