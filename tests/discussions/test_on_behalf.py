"""Writing for somebody who cannot be online, and whose words they turn out to be."""

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from forum.activity.models import Event
from forum.db import db
from forum.directory.models import Project
from forum.discussions import actions, queries
from forum.discussions.actions import Speaker
from forum.discussions.kinds import Consent
from forum.discussions.models import Post, SpokenFor, Thread
from forum.discussions.queries import solutions
from forum.lib.permission import Forbidden, WrongState
from forum.notifications.kinds import Reason
from forum.notifications.models import Notification
from forum.web.settings import settings
from tests.factories import discussions as make
from tests.files import samples
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

WORDS = {
    "on_behalf_of": "Don Chepe, técnico",
    "project": "encinos",
    "consent": "phone",
    "body": "Sembramos entre las lluvias.",
    "language": "es",
}
THREAD = {**WORDS, "title": "Entre las lluvias", "kind": "challenge", "visibility": "network"}


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def written(cast, writer=None, project="encinos"):
    """A post with the words of somebody of Encinos, written down by who facilitates."""
    thread = make.thread(cast.member)
    me = viewer(writer or cast.facilitator)
    post = actions.reply_for(
        me,
        thread,
        Speaker("Don Chepe, técnico", cast.projects[project].id, Consent.PHONE),
        body="Así.",
        html="<p>Así.</p>",
        language="es",
    )
    db.session.commit()
    return thread, queries.post_now(me, post.id)


def test_who_facilitates_writes_for_somebody_of_any_project(cast, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    facilitator = sign_in(cast.facilitator)
    address = f"/threads/{thread.public_id}/posts/for-somebody"
    assert address in facilitator.get(f"/threads/{thread.public_id}").text
    assert facilitator.get(address).status_code == 200
    assert facilitator.send(address, WORDS).status_code == 303
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert "Don Chepe, técnico" in page
    assert f"Written by {cast.facilitator.name}" in page
    assert "by phone" in page
    post = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    assert post.project_id == cast.projects["encinos"].id
    assert verbs()[-2:] == ["post.written", "words.written_down"]
    event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert "Chepe" not in str(event.particulars)


def test_a_thread_is_started_for_somebody_and_is_their_projects(cast, sign_in):
    make.stage()
    db.session.commit()
    facilitator = sign_in(cast.facilitator)
    address = "/exchanges/americas/stages/1/threads/for-somebody"
    assert address in facilitator.get("/exchanges/americas/stages/1").text
    assert facilitator.get(address).status_code == 200
    assert facilitator.send(address, THREAD).status_code == 303
    row = queries.thread_row(db.session.scalars(select(Thread.id)).one())
    assert (row.project_slug, row.faced_count) == ("encinos", 1)
    assert [p.slug for p in queries.facing(viewer(cast.member), row) if p.faces] == ["encinos"]
    assert queries.count_drift() == []


def test_a_member_writes_only_for_their_own_project(cast, sign_in, row_counts):
    thread = make.thread(cast.member)
    db.session.commit()
    before = row_counts()
    address = f"/threads/{thread.public_id}/posts/for-somebody"
    assert sign_in(cast.member).send(address, WORDS).status_code == 422
    for name in ("staff", "expert"):
        assert sign_in(getattr(cast, name)).send(address, WORDS).status_code == 403
    assert row_counts() == before
    assert sign_in(cast.member).send(address, {**WORDS, "project": "ceiba"}).status_code == 303
    with pytest.raises(Forbidden):
        written(cast, writer=cast.member)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on_behalf_of", ""),
        ("on_behalf_of", "x" * 121),
        ("project", "nowhere"),
        ("project", None),
        ("consent", "silence"),
        ("consent", None),
        ("body", ""),
    ],
)
def test_what_does_not_fit_comes_back_with_the_text(cast, sign_in, row_counts, field, value):
    thread = make.thread(cast.member)
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.facilitator).send(
        f"/threads/{thread.public_id}/posts/for-somebody", {**WORDS, field: value}
    )
    assert sent.status_code == 422
    assert row_counts() == before


def test_pressed_twice_it_is_written_once(cast, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    facilitator = sign_in(cast.facilitator)
    for _ in range(2):
        sent = facilitator.send(
            f"/threads/{thread.public_id}/posts/for-somebody", {**WORDS, "key": "same"}
        )
        assert sent.status_code == 303
    assert len(db.session.scalars(select(SpokenFor)).all()) == 1


def test_the_person_claims_the_words_and_is_shown_once_it_is_confirmed(cast, sign_in):
    thread, post = written(cast)
    speaker, facilitator = sign_in(cast.neighbour), sign_in(cast.facilitator)
    here, claim = f"/threads/{thread.public_id}", f"/posts/{post.public_id}/speaker"
    assert f'action="{claim}"' in speaker.get(here).text
    assert speaker.send(claim).status_code == 303
    assert speaker.send(claim).status_code == 303  # twice is harmless
    assert speaker.send(f"{claim}/confirmation").status_code == 403
    assert f"{claim}/confirmation" in facilitator.get(here).text
    assert f"{claim}/confirmation" not in sign_in(cast.member).get(here).text
    assert facilitator.send(f"{claim}/confirmation").status_code == 303
    page = sign_in(cast.member).get(here).text
    assert cast.neighbour.name in page
    assert "Written down by" in page
    assert facilitator.send(f"{claim}/confirmation").status_code == 303  # twice is harmless
    assert facilitator.send(f"{claim}/confirmation", window="another").status_code == 409
    assert verbs()[-2:] == ["words.claimed", "words.confirmed"]


def told(person):
    query = select(Notification.reasons).filter_by(person_id=person.id)
    return Reason(db.session.scalar(query) or 0)


def test_confirmed_words_are_their_speakers_in_every_way(cast, sign_in):
    thread, post = written(cast)
    actions.claim_words(viewer(cast.neighbour), post)
    assert Reason.CLAIMED in told(cast.facilitator), "who wrote them down is asked"
    actions.confirm_speaker(viewer(cast.facilitator), post)
    assert Reason.CONFIRMED in told(cast.neighbour)
    make.post(
        cast.member,
        make.again(thread),
        parent=queries.post_or_404(post.public_id, viewer(cast.member)),
    )
    assert Reason.ANSWER in told(cast.neighbour)
    db.session.commit()
    speaker, writer = sign_in(cast.neighbour), sign_in(cast.facilitator)
    here, one = f"/threads/{thread.public_id}", f"/posts/{post.public_id}"
    assert f"{one}/edit" in speaker.get(here).text
    assert f"{one}/reports" not in speaker.get(here).text
    assert f"{one}/edit" not in writer.get(here).text
    assert writer.get(f"{one}/edit").status_code == 403
    changed = speaker.send(
        f"{one}/edit", body="Mis palabras, mejor dichas.", language="es", version=2
    )
    assert changed.status_code == 303
    page = sign_in(cast.member).get(here).text
    assert "Mis palabras, mejor dichas." in page
    assert f"Written down by {cast.facilitator.name}" in page
    assert speaker.send(f"{one}/removal", reason="").status_code == 303


def test_a_thread_whose_words_were_claimed_is_its_speakers(cast, sign_in):
    make.stage()
    db.session.commit()
    address = "/exchanges/americas/stages/1/threads/for-somebody"
    assert sign_in(cast.facilitator).send(address, THREAD).status_code == 303
    first = db.session.scalars(select(Post)).one()
    first = queries.post_now(viewer(cast.neighbour), first.id)
    actions.claim_words(viewer(cast.neighbour), first)
    actions.confirm_speaker(viewer(cast.facilitator), first)
    assert db.session.scalars(select(Thread.author_id)).one() == cast.neighbour.id


def test_a_claim_refused_leaves_the_words_to_be_claimed_by_another(cast, sign_in):
    _thread, post = written(cast)
    me = viewer(cast.neighbour)
    actions.claim_words(me, post)
    with pytest.raises(WrongState):
        actions.claim_words(viewer(cast.delegates["encinos"]), post)
    actions.refuse_speaker(viewer(cast.facilitator), post)
    actions.claim_words(viewer(cast.delegates["encinos"]), post)
    assert verbs()[-3:] == ["words.claimed", "words.refused", "words.claimed"]


def test_only_people_of_that_project_claim_them(cast, sign_in):
    _thread, post = written(cast)
    for name in ("member", "staff", "facilitator", "expert"):
        with pytest.raises(Forbidden):
            actions.claim_words(viewer(getattr(cast, name)), post)
    own = make.post(cast.member, make.again(_thread))
    db.session.commit()
    assert sign_in(cast.member).send(f"/posts/{own.public_id}/speaker").status_code == 404


def test_who_wrote_them_down_confirms_too(cast):
    _thread, post = written(cast, writer=cast.member, project="ceiba")
    actions.claim_words(viewer(cast.delegate), post)
    with pytest.raises(Forbidden):
        actions.confirm_speaker(viewer(cast.neighbour), post)
    held = actions.confirm_speaker(viewer(cast.member), post)
    assert held.claimant_id == cast.delegate.id


def test_of_two_who_claim_at_once_one_does(cast, race):
    _thread, post = written(cast)
    people = [cast.neighbour, cast.delegates["encinos"]]

    def claim(i):
        actions.claim_words(viewer(people[i % 2]), post)
        db.session.commit()

    results = race(2, claim)
    assert sorted(isinstance(result, WrongState) for result in results) == [False, True]


def test_removed_the_words_and_whose_they_are_go_out_of_sight(cast, sign_in):
    thread, post = written(cast)
    actions.remove(viewer(cast.facilitator), post, reason="")
    db.session.commit()
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert "Chepe" not in page
    with pytest.raises(WrongState):
        actions.claim_words(viewer(cast.neighbour), post)


def test_forms_and_labels_name_whose_words_they_are(cast, sign_in):
    thread, post = written(cast)
    reader = sign_in(cast.member)
    form = reader.get(f"/threads/{thread.public_id}/posts/new?parent={post.public_id}").text
    assert "You answer Don Chepe, técnico." in form
    assert cast.facilitator.name not in form.partition("<main")[2].partition("<select")[0]
    page = reader.get(f"/threads/{thread.public_id}").text
    assert 'Quote<span class="sr"> the words of Don Chepe, técnico</span>' in page
    assert "the post of Don Chepe, técnico" in page
    report = reader.get(f"/posts/{post.public_id}/reports").text
    assert "Don Chepe, técnico" in report
    assert cast.facilitator.name not in report.partition("<main")[2]


def test_in_a_demonstration_nobody_speaks_for_an_organisation_that_exists(
    app, cast, sign_in, monkeypatch
):
    thread = make.thread(cast.member)
    for slug in ("encinos", "monte-lejano"):
        db.session.get(Project, cast.projects[slug].id).is_demo = slug == "encinos"
    solution = make.post(cast.member, thread, kind="solution")
    db.session.commit()
    client = sign_in(cast.facilitator)
    pages = [
        f"/threads/{thread.public_id}/posts/for-somebody",
        f"/posts/{solution.public_id}/trials/new",
        f"/threads/{thread.public_id}",
    ]
    for page in pages:
        assert "Monte Lejano" in client.get(page).text, page
    monkeypatch.setattr(solutions, "settings", lambda: replace(settings(), demo=True))
    for page in pages:
        text = client.get(page).text
        assert "Monte Lejano" not in text, page
        assert cast.projects["encinos"].name in text, page


def test_their_words_are_looked_at_first_and_carry_pictures(cast, sign_in, row_counts):
    thread = make.thread(cast.member)
    db.session.commit()
    writer = sign_in(cast.facilitator)
    address = f"/threads/{thread.public_id}/posts/for-somebody"
    before = row_counts()
    shown = writer.send(address, {**WORDS, "body": "**Sembramos** temprano.", "preview": "1"})
    assert shown.status_code == 200
    assert "<strong>Sembramos</strong> temprano." in shown.text
    assert row_counts() == before
    picture = {
        "file_1": FileStorage(BytesIO(samples.photo()), "parcela.jpg"),
        "alt_1": "La parcela",
    }
    sent = writer.send(address, {**WORDS, **picture})
    assert sent.status_code == 303
    assert "La parcela" in writer.get(f"/threads/{thread.public_id}").text
    begun = "/exchanges/americas/stages/1/threads/for-somebody"
    looked = writer.send(begun, {**THREAD, "preview": "1"})
    assert "Sembramos entre las lluvias." in looked.text
    assert "Preview" in looked.text
