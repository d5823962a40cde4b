"""The index follows its rows: in the writer's transaction, and made anew it is the same."""

import pytest
from sqlalchemy import delete, select, text, update

from forum import activity
from forum.db import db
from forum.directory.models import Project
from forum.discussions import actions
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Post
from forum.search.actions import BATCH, reindex_batch
from forum.search.checking import drift
from forum.search.models import SearchEntry, Source
from tests.factories import coalition
from tests.factories import discussions as make
from tests.people import viewer
from tests.search.shelf import fill, found

pytestmark = pytest.mark.both_databases


@pytest.fixture
def names(app, cast):
    return fill(cast)


def entries():
    rows = db.session.execute(select(SearchEntry.__table__).order_by(SearchEntry.id))
    return [tuple(row) for row in rows]


def reindex():
    return sum(reindex_batch(source, 0, None) for source in Source)


def test_made_anew_it_is_what_it_was(names, cast):
    before = entries()
    assert len(before) > BATCH / 100
    db.session.execute(delete(SearchEntry))
    assert found(names, cast.member, "certificación") == []
    assert reindex() == len(before)
    assert entries() == before
    assert drift() == []


def test_twice_is_harmless(names):
    assert reindex() == 0


def test_more_strays_than_a_statement_takes_values_are_taken_away(names):
    """An index from a backup older than its rows: PostgreSQL's driver takes 65,535 values."""
    before = entries()
    strays = text(
        "WITH RECURSIVE stray(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM stray WHERE n < 65536)"
        " INSERT INTO search_entry"
        " (id, source, object_id, at, path, kind, state, country, language, title, text, tokens)"
        " SELECT n, 'post', 1000000 + n, '2020-01-01 00:00:00+00:00', '', '', '', '', 'es',"
        " '', '', ''"
        " FROM stray"
    )
    db.session.execute(strays)
    assert reindex() == 65_536
    assert entries() == before


def test_the_commands_say_what_they_found(names, app):
    run = app.test_cli_runner().invoke
    assert run(args=["search", "check"]).exit_code == 0
    db.session.execute(delete(SearchEntry).where(SearchEntry.source == Source.POST))
    db.session.commit()
    checked = run(args=["search", "check"])
    assert checked.exit_code == 1
    assert "not in the index" in checked.output
    made = run(args=["search", "reindex", "--batch", "3"])
    assert made.exit_code == 0
    assert "post: 14 entries brought up to date" in made.output
    assert run(args=["search", "check"]).exit_code == 0
    assert run(args=["check", "counts"]).exit_code == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("tokens", "=otra ~otr #all"), ("space_id", 1), ("title", "Otro"), ("state", "solved")],
)
def test_a_row_tampered_with_is_drift(names, column, value):
    one = select(SearchEntry.id).where(SearchEntry.source == Source.PROPOSAL)
    db.session.execute(
        update(SearchEntry)
        .where(SearchEntry.id == db.session.scalar(one))
        .values({column: value})
        .execution_options(synchronize_session=False)
    )
    assert any("indexed otherwise" in line for line in drift())


def test_an_entry_of_nothing_is_drift(names):
    db.session.execute(update(SearchEntry).values(object_id=SearchEntry.object_id + 900_000))
    assert any("stands for nothing" in line for line in drift())


def test_an_index_that_lost_its_words_is_drift(names):
    if db.engine.dialect.name == "sqlite":
        db.session.execute(
            text("INSERT INTO search_text(search_text, rowid, tokens) SELECT 'delete', id, tokens"
                 " FROM search_entry WHERE source = 'proposal'")
        )  # fmt: skip
    else:
        db.session.execute(text("UPDATE search_entry SET vector = '' WHERE source = 'proposal'"))
    assert drift()


def test_what_is_rolled_back_is_not_found(names, cast):
    db.session.commit()
    make.thread(cast.member, title="Zapote", body="El zapote.")
    assert found(names, cast.member, "zapote")
    db.session.rollback()
    assert found(names, cast.member, "zapote") == []
    assert drift() == []


def test_what_is_edited_is_found_as_it_is_now(names, cast):
    me, thread = viewer(cast.member), make.thread(cast.member, title="Zapote", body="Da sombra.")
    reply = make.post(cast.neighbour, thread, body="También el mamey.")
    actions.edit(
        viewer(cast.neighbour), reply, version=1, body="Y la ceiba.", html="<p>Y la ceiba.</p>",
        language="es",
    )  # fmt: skip
    assert found(names, cast.member, "mamey") == []
    first = make.queries.post_now(me, _first(thread.id))
    actions.edit(
        me, first, version=1, title="Guayacán", body="Da sombra.", html="<p>Da sombra.</p>",
        language="es",
    )  # fmt: skip
    assert found(names, cast.member, "zapote") == []
    assert len(found(names, cast.member, "guayacan")) == 1
    assert drift() == []


def test_a_challenge_is_solved_and_open_again_in_the_index_too(names, cast):
    me, thread = viewer(cast.member), make.thread(cast.member, title="Zapote", body="¿Zapote?")
    solution = make.post(cast.neighbour, thread, kind="solution", body="Zapote en vivero.")
    actions.mark_solution(me, solution, make.again(thread))
    assert len(found(names, cast.member, "zapote", state="solved")) == 2
    actions.remove(viewer(cast.neighbour), solution, reason="")
    assert found(names, cast.member, "zapote", state="solved") == []
    assert len(found(names, cast.member, "zapote", state="open")) == 1
    assert drift() == []


def test_merged_and_split_threads_are_found_where_they_are_now(names, cast):
    me = viewer(cast.facilitator)
    one = make.thread(cast.member, title="Zapote", body="Da sombra.")
    other = make.thread(cast.member, title="Mamey", body="Da fruta.")
    reply = make.post(cast.neighbour, other, body="Y el guayacán, madera.")
    actions.merge(me, make.again(other), make.again(one))
    assert found(names, cast.member, "mamey") == []  # its title leads to the other now
    assert found(names, cast.member, "guayacán") == [f"/posts/{reply.public_id}"]
    assert drift() == []
    actions.split(
        me, make.queries.post_now(me, reply.id), title="Caoba", kind=ThreadKind.EXPERIENCE
    )
    assert len(found(names, cast.member, "caoba guayacán", kind="experience")) == 1
    assert drift() == []


def test_a_proposal_is_followed_to_its_number(names, cast):
    made = coalition.submitted(cast)
    assert made.number
    assert found(names, cast.staff, made.number) == [f"/proposals/{made.public_id}"]
    assert drift() == []


def test_a_name_and_a_card_are_followed(names, cast):
    project = db.session.get_one(Project, cast.projects["ceiba"].id)
    project.country = "HN"
    activity.record(None, "project.edited", project)
    assert "slow" in found(names, cast.member, "certificación", country="HN")
    assert drift() == []


def _first(thread_id):
    return db.session.scalars(
        select(Post.id).where(Post.thread_id == thread_id, Post.number == 1)
    ).one()
