"""A stage or a session as one file: only what may be shared, whole, and offline."""

import gzip
import re
from dataclasses import replace

import brotli
import pytest
from sqlalchemy import update

from forum.db import db
from forum.discussions.models import Post
from forum.discussions.queries import thread_row
from forum.lib import clock
from forum.packs import queries
from tests.factories.discussions import fill_stage, fill_thread
from tests.packs.test_texts import narrow

pytestmark = pytest.mark.both_databases

PRIVATE = ("zqcoalition", "zqguests", "zqstaff", "zqdraft", "zqballot", "zqreport", "zqjoin")


@pytest.mark.parametrize(
    "who", ["member", "facilitator", "guest", "staff", "outsider", "observer", "operator", None]
)
def test_what_is_private_never_goes_into_a_file(packed, world, sign_in, client, who):
    person = getattr(world.cast, who) if who else None
    reader = sign_in(person) if person else client
    session = reader.get(f"/sessions/{world.session.public_id}/pack").get_data(as_text=True)
    for file in (packed(person), packed(person, "?readers=network&pictures=yes"), session):
        assert "</html>" in file
        assert [mark for mark in PRIVATE if mark in file] == []


def test_what_the_network_reads_goes_in_by_choice_and_only_for_its_people(packed, world):
    assert "zqnetwork" in packed(world.cast.member)
    assert "only the people of the network read" in packed(world.cast.member)
    assert "zqnetwork" not in packed(world.cast.member, "?readers=public")
    for person in (world.cast.observer, world.cast.operator, None):
        assert "zqnetwork" not in packed(person, "?readers=network")
        assert "in public" in packed(person)


def test_a_file_holds_posts_as_a_tree_with_who_and_what_solved_it(packed, world):
    file = packed(world.cast.member)
    assert "Cooperativa Los Encinos" in file
    assert 'class="post d1' in file
    assert "Answers post 1" in file
    assert "Solutions offered" in file
    assert "Contents" in file


def test_a_removed_post_leaves_neither_words_nor_names(packed, world):
    reply = world.replies["public"]
    db.session.execute(
        update(Post)
        .where(Post.id == reply.id)
        .values(
            removed_at=clock.now(),
            removed_by_id=world.cast.facilitator.id,
            removal_reason="zqreason",
        )
    )
    db.session.commit()
    file = packed(None)
    assert "Entre varios. in public" not in file
    assert "zqreason" not in file
    assert "A post was removed here." in file


def test_narrowing_a_thread_closes_it_at_once(packed, world):
    assert "in public" in packed(None)
    narrow(world, "public")
    assert "in public" not in packed(None)
    assert "in public" not in packed(world.cast.member)


def test_a_file_needs_no_network_and_no_script(packed, world):
    file = packed(world.cast.member)
    assert not re.search(r"<(?:script|link|iframe|object|embed|form)\b", file)
    assert not re.search(r'\ssrc="(?!data:image/webp;base64,)', file)
    assert "@import" not in file
    assert "url(" not in file


def test_it_is_saved_under_the_name_of_its_stage_and_day(sign_in, world, clock_at):
    clock_at("2026-11-24T18:00")
    answer = sign_in(world.cast.neighbour).get(f"/exchanges/{world.exchange.slug}/stages/2/pack")
    named = answer.headers["Content-Disposition"]
    assert named.startswith("attachment; filename=intercambio-")
    assert named.endswith("-2-2026-11-24.html")


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_it_is_whole_however_it_is_sent(sign_in, world, encoding):
    path = f"/exchanges/{world.exchange.slug}/stages/2/pack"
    answer = sign_in(world.cast.member).get(path, headers={"Accept-Encoding": encoding})
    plain = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding, bytes)
    assert plain(answer.data).decode().rstrip().endswith("</html>")


def test_only_the_newest_threads_go_in_and_the_file_says_so(app, packed, world):
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, pack_posts=4)
    try:
        file = packed(world.cast.member)
    finally:
        app.extensions["settings"] = settings
    assert file.count('<section class="thread"') == 1
    assert "These are the newest conversations" in file


def test_a_large_stage_is_read_in_batches(app, packed, world, statements):
    fill_thread(the_thread(world), world.cast.member, 1_000)
    fill_stage(world.cast, world.stages[2], 3_000)
    db.session.commit()
    with statements() as seen:
        file = packed(world.cast.member)
    assert file.rstrip().endswith("</html>")
    asked = [s for s in seen if s.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(asked) < 12 + 3 * (2_000 / queries.POSTS_AT_ONCE + 1)
    assert max(len(s) for s in seen) < 60_000
    assert not [s for s in seen if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]


def the_thread(world):
    return thread_row(world.threads["network"].id)


def test_every_link_leads_to_a_place_in_the_file_or_is_whole(packed, world):
    inside, outside = world.replies["network"], world.replies["public"]
    thread = world.threads["network"].public_id
    links = "".join(
        f'<p><a href="{address}">x</a></p>'
        for address in (
            f"/posts/{inside.public_id}",
            f"/threads/{thread}#p2",
            "/projects/monte-lejano",
            "https://x.example/a",
        )
    )
    first = (Post.thread_id == world.threads["network"].id) & (Post.number == 1)
    db.session.execute(update(Post).where(first).values(html=links))
    hidden = world.replies["coalition"].public_id
    of_public = f'<p><a href="/posts/{hidden}">x</a> <a href="/posts/{outside.public_id}">x</a></p>'
    db.session.execute(update(Post).where(Post.id == outside.id).values(html=of_public))
    db.session.commit()
    file = packed(world.cast.member)
    assert f'href="#t-{thread}-{inside.number}"' in file
    assert f'href="#t-{thread}-2"' in file
    assert 'href="http://localhost/projects/monte-lejano"' in file
    assert 'href="https://x.example/a"' in file
    assert f'href="http://localhost/posts/{hidden}"' in file
    assert f'href="#t-{world.threads["public"].public_id}-{outside.number}"' in file
    assert 'href="/' not in file
    for place in re.findall(r'href="#([^"]+)"', file):
        assert f'id="{place}"' in file
