"""Quoting what somebody wrote in the same thread, and tables in what one writes."""

import pytest

from forum.db import db
from forum.discussions import actions
from forum.lib import markup
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def thread(cast):
    made = make.thread(cast.member, body="Primero.\n\nSegundo.")
    db.session.commit()
    return made


def quoting(thread, post):
    return f"/threads/{thread.public_id}/posts/new?parent={post.public_id}&quote=1"


def test_every_post_offers_to_be_quoted(cast, sign_in, client, thread):
    post = make.post(cast.neighbour, thread)
    db.session.commit()
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert page.count("data-quote") == 2
    assert quoting(thread, post).replace("&", "&amp;") in page
    assert "data-quote" not in client.get(f"/threads/{thread.public_id}").text


def test_the_form_opens_with_the_words_and_who_wrote_them(cast, sign_in, thread):
    post = make.post(cast.neighbour, thread, body="Una línea.\n\n- otra")
    db.session.commit()
    page = sign_in(cast.member).get(quoting(thread, post)).text
    wanted = f"&gt; {cast.neighbour.name} wrote:\n&gt;\n&gt; Una línea.\n&gt;\n&gt; - otra"
    assert wanted in page


def test_a_long_post_is_quoted_by_its_beginning(cast, sign_in, thread):
    post = make.post(cast.neighbour, thread, body="palabra " * 300)
    db.session.commit()
    page = sign_in(cast.member).get(quoting(thread, post)).text
    form = page[page.index("<textarea") :]
    assert 55 < form.count("palabra") < 65
    assert "palabra …" in form


def test_a_removed_post_is_not_quoted_not_even_by_its_author(cast, sign_in, thread):
    post = make.post(cast.neighbour, thread, body="Mejor no.")
    actions.remove(viewer(cast.neighbour), post, reason="")
    db.session.commit()
    for person in (cast.neighbour, cast.member):
        assert "Mejor no." not in sign_in(person).get(quoting(thread, post)).text


def test_a_post_of_another_thread_or_out_of_sight_is_not_quoted(cast, sign_in, thread):
    other = make.thread(cast.member, title="Otro")
    elsewhere = make.post(cast.member, other, body="De otro hilo.")
    closed = make.thread(cast.member, space=cast.spaces["coalition"])
    private = make.post(cast.member, closed, body="De la coalición.")
    db.session.commit()
    outsider = sign_in(cast.outsider)
    for post in (elsewhere, private):
        answer = outsider.get(quoting(thread, post))
        assert answer.status_code == 404
        assert "De " not in answer.text


def test_a_quote_is_put_below_what_one_has_begun(cast, sign_in, thread):
    post = make.post(cast.neighbour, thread, body="Lo dicho.")
    db.session.commit()
    me = sign_in(cast.member)
    me.send(
        f"/threads/{thread.public_id}/posts/draft",
        {"body": "Empecé así.", "parent": post.public_id, "language": "es"},
        htmx=True,
    )
    page = me.get(quoting(thread, post)).text
    assert page.index("Empecé así.") < page.index("&gt; Lo dicho.")


def test_what_was_written_for_somebody_is_quoted_as_theirs(cast, sign_in, thread):
    post = make.post(
        cast.facilitator,
        thread,
        on_behalf_of="Don Chepe",
        project_id=cast.projects["encinos"].id,
    )
    db.session.commit()
    assert "&gt; Don Chepe wrote:" in sign_in(cast.member).get(quoting(thread, post)).text


def test_a_table_is_read_by_the_keyboard_and_its_head_by_a_reader():
    html = markup.render("| Año | Costo |\n| --- | --: |\n| 2025 | 10 |")
    assert '<table tabindex="0">' in html
    assert html.count('<th scope="col">') == 2
    assert "<td>2025</td>" in html


def test_the_form_brings_buttons_that_only_a_script_shows(cast, sign_in, thread):
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}/posts/new").text
    tools = page[page.index('class="tools"') :]
    assert "hidden>" in tools[:200]
    assert tools[: tools.index("</div>")].count('<button type="button"') == 5
