"""Who reads a thread: spaces, guests of one thread, and changing it."""

from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.kinds import Consent, ThreadKind, Verdict
from forum.discussions.models import ThreadGuest
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused
from tests.factories import discussions as make
from tests.people import viewer

MARK = "palabra-escondida"
LISTS = (
    "/exchanges/americas/stages/1",
    "/challenges",
    "/solutions",
    "/topics/fire",
    "/topics/land-plans",
)
INSIDE = ("member", "delegate", "coordinator", "neighbour", "facilitator")
OUTSIDE = ("staff", "expert", "guest", "outsider", "observer", "operator", "loose_facilitator")


@pytest.fixture
def private(app, cast):
    """A coalition thread with a solution, marked all over."""
    thread = make.thread(
        cast.member, title=MARK, body=MARK, topics=["fire"], space=cast.spaces["coalition"]
    )
    make.post(cast.neighbour, thread, kind="solution", body=MARK)
    db.session.commit()
    return make.again(thread)


def addresses(thread):
    posts = queries.post_rows(thread).posts
    return [
        f"/threads/{thread.public_id}",
        f"/threads/{thread.public_id}/posts/new",
        f"/threads/{thread.public_id}/unread",
        f"/threads/{thread.public_id}/guests",
        f"/threads/{thread.public_id}/visibility",
        f"/threads/{thread.public_id}/lock",
        f"/threads/{thread.public_id}/solves",
        *(
            f"/posts/{p.public_id}{end}"
            for p in posts
            for end in ("", "/edit", "/removal", "/revisions")
        ),
    ]


@pytest.mark.parametrize("name", INSIDE)
def test_the_coalition_reads_its_threads(private, cast, sign_in, name):
    client = sign_in(getattr(cast, name))
    for url in (*LISTS, f"/threads/{private.public_id}"):
        assert MARK in client.get(url).text, url


@pytest.mark.parametrize("name", OUTSIDE)
def test_others_find_no_trace_of_them(private, cast, sign_in, name):
    client = sign_in(getattr(cast, name))
    for url in LISTS:
        page = client.get(url)
        assert page.status_code == 200
        assert MARK not in page.text
        assert private.public_id not in page.text
    nothing = client.get("/threads/aaaaaaaaaaaa")
    for url in addresses(private):
        answer = client.get(url)
        assert (answer.status_code, answer.data) == (404, nothing.data), url


def test_signed_out_they_are_not_there_either(private, client):
    nothing = client.get("/threads/aaaaaaaaaaaa")
    for url in addresses(private):
        answer = client.get(url)
        body = answer.text.replace(quote(url), "/threads/aaaaaaaaaaaa")  # the link that leads back
        assert (answer.status_code, body) == (404, nothing.text), url
    for url in LISTS:
        assert MARK not in client.get(url).text


@pytest.mark.parametrize("name", OUTSIDE)
def test_others_cannot_post_to_them(private, cast, sign_in, name, row_counts):
    post = queries.post_rows(private).posts[1]
    before, client = row_counts(), sign_in(getattr(cast, name))
    for url in (
        f"/threads/{private.public_id}/posts",
        f"/threads/{private.public_id}/faced-by",
        f"/threads/{private.public_id}/read",
        f"/threads/{private.public_id}/lock",
        f"/threads/{private.public_id}/visibility",
        f"/threads/{private.public_id}/guests",
        f"/posts/{post.public_id}/edit",
        f"/posts/{post.public_id}/removal",
        f"/posts/{post.public_id}/solution",
    ):
        assert client.send(url, body="x", language="es", kind="reply").status_code == 404, url
    assert row_counts() == before


def test_public_threads_are_read_without_signing_in(app, cast, client):
    thread = make.thread(cast.member, title="A la vista", space=cast.spaces["public"])
    assert "A la vista" in client.get("/challenges").text
    assert client.get(f"/threads/{thread.public_id}").status_code == 200
    assert client.get(f"/threads/{thread.public_id}/posts/new").status_code == 404


def test_network_threads_are_not_for_observers(app, cast, sign_in):
    thread = make.thread(cast.member, title="De la red")
    assert sign_in(cast.observer).get(f"/threads/{thread.public_id}").status_code == 404
    assert "De la red" not in sign_in(cast.observer).get("/challenges").text
    assert sign_in(cast.staff).get(f"/threads/{thread.public_id}").status_code == 200


def test_what_solved_a_hidden_challenge_is_not_told_outside(app, cast, sign_in):
    hidden = make.thread(cast.member, space=cast.spaces["coalition"])
    thread = make.thread(cast.neighbour, kind="solution", title="Vivero", solves=hidden)
    first = queries.post_now(viewer(cast.member), queries.post_rows(thread).posts[0].id)
    actions.mark_solution(viewer(cast.member), first, hidden)
    for name in (*INSIDE, *OUTSIDE):
        me, inside = viewer(getattr(cast, name)), name in INSIDE
        solved = [one.thread_title for one in queries.library(me, solved=True).rows]
        assert solved == (["Vivero"] if inside else []), name
        assert not any(one.marked for one in queries.library(me).rows) or inside, name
    db.session.commit()
    assert "Vivero" not in sign_in(cast.staff).get("/solutions?status=solved").text
    assert "Vivero" in sign_in(cast.member).get("/solutions?status=solved").text


# --- guests


def test_a_guest_reads_and_answers_that_thread_and_nothing_beside_it(private, cast, sign_in):
    other = make.thread(cast.member, title="Otra", space=cast.spaces["coalition"])
    host = sign_in(cast.facilitator)
    url = f"/threads/{private.public_id}/guests"
    assert host.send(url, person=cast.guest.public_id).status_code == 303
    assert host.send(url, person=cast.guest.public_id).status_code == 303
    assert list(db.session.scalars(select(Event.verb))).count("guest.invited") == 1
    guest = sign_in(cast.guest)
    page = guest.get(f"/threads/{private.public_id}")
    assert page.status_code == 200
    assert MARK in page.text
    sent = guest.send(
        f"/threads/{private.public_id}/posts", body="Como experta.", language="es", kind="reply"
    )
    assert sent.status_code == 303
    assert guest.get(f"/threads/{other.public_id}").status_code == 404
    assert guest.get(url).status_code == 404
    for listed in LISTS:
        assert MARK not in guest.get(listed).text
    assert sign_in(cast.expert).get(f"/threads/{private.public_id}").status_code == 404


def test_an_ended_invitation_ends_the_reading(private, cast, sign_in):
    me, guest = viewer(cast.facilitator), db.session.get(Person, cast.guest.id)
    actions.invite_guest(me, private, guest)
    assert queries.thread_now(viewer(cast.guest), private.id).as_guest
    host = sign_in(cast.facilitator)
    ended = host.send(
        f"/threads/{private.public_id}/guests/withdrawal", person=cast.guest.public_id
    )
    assert ended.status_code == 303
    assert sign_in(cast.guest).get(f"/threads/{private.public_id}").status_code == 404


def test_only_experts_are_guests(private, cast):
    me = viewer(cast.facilitator)
    for name in ("staff", "observer", "outsider"):
        with pytest.raises(Refused):
            actions.invite_guest(me, private, db.session.get(Person, getattr(cast, name).id))


@pytest.mark.both_databases
def test_the_database_itself_refuses_staff_as_a_guest(app, cast):
    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    db.session.add(
        ThreadGuest(
            thread_id=thread.id,
            person_id=cast.staff.id,
            side="expert",
            invited_by_id=cast.facilitator.id,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.both_databases
def test_a_guest_does_not_change_sides_while_invited(app, cast):
    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    guest = db.session.get(Person, cast.guest.id)
    actions.invite_guest(viewer(cast.facilitator), thread, guest)
    guest.side = "staff"
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_invitation_of_a_suspended_guest_ends_nobody_elses_is_there(private, cast, sign_in):
    guest = db.session.get(Person, cast.guest.id)
    actions.invite_guest(viewer(cast.facilitator), private, guest)
    guest.suspended_at = clock.now()
    host, url = sign_in(cast.facilitator), f"/threads/{private.public_id}/guests/withdrawal"
    for name in ("staff", "member"):
        assert host.send(url, person=getattr(cast, name).public_id).status_code == 404
    assert host.send(url, person=cast.guest.public_id).status_code == 303


def test_members_who_may_not_invite_see_who_is_a_guest(private, cast, sign_in):
    actions.invite_guest(viewer(cast.facilitator), private, db.session.get(Person, cast.guest.id))
    page = sign_in(cast.member).get(f"/threads/{private.public_id}/guests")
    assert "Guest" in page.text
    assert 'name="person"' not in page.text


# --- changing who reads


def test_the_author_alone_in_it_opens_it_to_the_network(app, cast, sign_in):
    thread = make.thread(cast.member, title="Borrador", space=cast.spaces["coalition"])
    assert sign_in(cast.staff).get(f"/threads/{thread.public_id}").status_code == 404
    url = f"/threads/{thread.public_id}/visibility"
    assert sign_in(cast.member).send(url, visibility="network").status_code == 303
    assert sign_in(cast.staff).get(f"/threads/{thread.public_id}").status_code == 200
    event = db.session.scalars(select(Event).where(Event.verb == "thread.visibility_changed")).one()
    assert event.space_id == cast.spaces["coalition"].id  # what was private stays so in the ledger


def test_what_others_wrote_in_it_is_not_opened(private, cast, sign_in):
    url = f"/threads/{private.public_id}/visibility"
    client = sign_in(cast.member)
    assert 'value="network"' not in client.get(url).text
    assert client.send(url, visibility="network").status_code == 422
    with pytest.raises(Forbidden):
        actions.change_visibility(viewer(cast.member), private, space_id=cast.spaces["network"].id)


@pytest.mark.both_databases
@pytest.mark.parametrize("by", ["facing", "solving", "marking", "nothing of others"])
def test_what_others_said_of_a_challenge_is_not_opened(app, cast, by):
    inside = cast.spaces["coalition"]
    challenge = make.thread(cast.member, space=inside)
    if by == "facing":
        actions.face(viewer(cast.neighbour), challenge, cast.projects["encinos"].id)
    elif by == "solving":
        make.thread(cast.neighbour, kind="solution", space=inside, solves=challenge)
    else:
        own = make.thread(cast.member, kind="solution", space=inside, solves=challenge)
        first = queries.post_now(viewer(cast.member), queries.post_rows(own).posts[0].id)
        marker = cast.coordinator if by == "marking" else cast.member
        actions.mark_solution(viewer(marker), first, challenge)
    db.session.flush()
    me, network = viewer(cast.member), cast.spaces["network"].id
    if by == "nothing of others":
        assert actions.change_visibility(me, challenge, space_id=network).space_id == network
        return
    with pytest.raises(Forbidden):
        actions.change_visibility(me, challenge, space_id=network)


@pytest.mark.both_databases
def test_what_others_said_of_a_solution_is_not_opened(app, cast):
    inside, network = cast.spaces["coalition"], cast.spaces["network"].id
    solution = make.thread(cast.member, kind="solution", space=inside)
    first = queries.post_rows(solution).posts[0].id
    actions.record_trial(
        viewer(cast.neighbour),
        queries.post_now(viewer(cast.neighbour), first),
        cast.projects["encinos"].id,
        actions.Tried(verdict=Verdict.DID_NOT, country="MX", note="Nos costó el doble."),
        version=0,
    )
    with pytest.raises(Forbidden):
        actions.change_visibility(viewer(cast.member), solution, space_id=network)


@pytest.mark.both_databases
def test_a_claim_to_words_written_down_is_not_opened(app, cast):
    inside, ceiba = cast.spaces["coalition"], cast.projects["ceiba"].id
    speaker = actions.Speaker("Una técnica", ceiba, Consent.PHONE)
    me, claimant = viewer(cast.member), viewer(cast.coordinator)
    thread = actions.start_thread_for(
        me,
        speaker,
        stage=make.some_stage(),
        space_id=inside.id,
        title="Costos",
        kind=ThreadKind.EXPERIENCE,
        body="Así fue.",
        html="<p>Así fue.</p>",
        language="es",
    )
    row = queries.thread_row(thread.id)
    first = queries.post_rows(row).posts[0].id
    actions.claim_words(claimant, queries.post_now(claimant, first))
    with pytest.raises(Forbidden):
        actions.change_visibility(me, row, space_id=cast.spaces["network"].id)


def test_who_facilitates_narrows_with_a_reason(app, cast, sign_in):
    thread = make.thread(cast.member)
    client, url = sign_in(cast.facilitator), f"/threads/{thread.public_id}/visibility"
    assert client.send(url, visibility="coalition").status_code == 422
    assert client.send(url, visibility="coalition", reason="Habla de precios.").status_code == 303
    assert sign_in(cast.staff).get(f"/threads/{thread.public_id}").status_code == 404
    author = sign_in(cast.member)
    why = "Who reads this was changed: Habla de precios."
    assert why in author.get(f"/threads/{thread.public_id}").text
    assert author.send(url, visibility="network").status_code == 303  # its own author, alone in it
    assert why not in author.get(f"/threads/{thread.public_id}").text


def test_a_lock_is_shown_where_the_form_was_and_taken_off(app, cast, sign_in):
    thread = make.thread(cast.member)
    client, url = sign_in(cast.facilitator), f"/threads/{thread.public_id}"
    assert client.send(f"{url}/lock", reason="").status_code == 422
    assert client.send(f"{url}/lock", reason="Se repite.").status_code == 303
    page = sign_in(cast.member).get(url).text
    assert "This thread is locked: Se repite." in page
    assert "/posts/new" not in page
    assert client.send(f"{url}/lock/withdrawal").status_code == 303
    assert make.again(thread).status == "open"
    assert sign_in(cast.member).send(f"{url}/lock", reason="x").status_code == 403


def test_who_locked_a_thread_and_when_stands_under_its_title(app, cast, sign_in):
    thread = make.thread(cast.member)
    actions.lock(viewer(cast.facilitator), thread, reason="Sigue en otra parte.")
    db.session.commit()
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    header = page.partition('class="page-head"')[2].partition("</header>")[0]
    assert f"Locked by {cast.facilitator.name}: Sigue en otra parte." in header
    assert "<time" in header.partition("Sigue en otra parte.")[2]
