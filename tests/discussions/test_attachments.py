"""Files with posts: sent along, seen by who reads the post, refused without a trace."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, update

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.models import Attachment, Post, Thread
from forum.discussions.queries import count_drift
from forum.files.actions import sweep, sweep_at_times
from forum.files.kinds import ODT
from forum.files.models import StoredFile
from forum.files.store import store
from forum.lib import clock
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.files import samples
from tests.people import viewer

MOST = 100_000  # bytes of a file, where a test says so
WORDS = {"body": "Así quedó la parcela.", "language": "es"}


@pytest.fixture(autouse=True)
def read_in_english(app, cast):
    db.session.get(Person, cast.neighbour.id).locale = "en"
    db.session.commit()


def sent(data, name):
    return (BytesIO(data), name)


def a_photo(**more):
    return {"file_1": sent(samples.photo(), "parcela.jpg"), "alt_1": "Dos mitades", **more}


def in_store():
    return set(store().keys(clock.now() + timedelta(days=1)))


def answer_with(client, thread, **fields):
    data = {"key": "k" + str(len(fields)), **WORDS, **fields}
    return client.post(f"/threads/{thread.public_id}/posts", data=data)


def kept():
    """The newest file there is."""
    return db.session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()


@pytest.fixture
def thread(app, cast):
    return make.thread(cast.member)


@pytest.fixture
def nothing_stored(app, row_counts):
    """Called at the end: rows and store are as they were."""
    db.session.commit()
    rows, files = row_counts(), in_store()

    def check():
        assert row_counts() == rows
        assert in_store() == files

    return check


# --- it works --------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_photo_comes_with_a_reply_without_where_it_was_taken(cast, sign_in, thread):
    client = sign_in(cast.neighbour)
    assert answer_with(client, thread, **a_photo()).status_code == 303
    file = kept()
    page = client.get(f"/threads/{thread.public_id}").text
    assert f'src="/files/{file.public_id}/preview"' in page
    assert f'width="{file.preview_width}" height="{file.preview_height}"' in page
    assert 'alt="Dos mitades"' in page
    assert 'loading="lazy"' in page
    for path, kind in (("", "image/jpeg"), ("/preview", "image/webp")):
        got = client.get(f"/files/{file.public_id}{path}")
        assert got.status_code == 200
        assert got.mimetype == kind
        assert got.content_length == len(got.data)
        assert not Image.open(BytesIO(got.data)).getexif()
    assert not count_drift()


def test_a_new_thread_brings_files_of_every_kind(cast, sign_in, app):
    stage = make.some_stage()
    db.session.commit()
    client = sign_in(cast.member)
    answer = client.post(
        f"/exchanges/americas/stages/{stage.number}/threads",
        data={
            "key": "one",
            "title": "Costos",
            "kind": "challenge",
            "visibility": "network",
            **WORDS,
            "file_1": sent(samples.PDF, "acta.pdf"),
            "file_2": sent(samples.open_document(), "acta.odt"),
            "file_3": sent(samples.open_xml(), "acta.docx"),
            "file_4": sent(samples.picture(), "mapa.png"),
            "decorative_4": "y",
        },
    )
    assert answer.status_code == 303
    page = client.get(path_of(answer)).text
    for name in ("acta.pdf", "acta.odt", "acta.docx"):
        assert name in page
    assert 'alt=""' in page
    kinds = [f.media_type for f in db.session.scalars(select(StoredFile).order_by(StoredFile.id))]
    assert kinds[0] == "application/pdf"
    assert kinds[1] == ODT


def test_it_is_written_down_without_names_and_words(cast, sign_in, thread):
    answer_with(sign_in(cast.neighbour), thread, **a_photo())
    kept_in_ledger = [str(e.particulars) for e in db.session.scalars(select(Event))]
    assert not any("parcela" in data or "mitades" in data for data in kept_in_ledger)


def test_the_same_form_pressed_twice_stores_once(cast, sign_in, thread):
    client = sign_in(cast.neighbour)
    first = answer_with(client, thread, **a_photo())
    again = answer_with(client, thread, **a_photo())
    assert path_of(first) == path_of(again)
    assert db.session.query(StoredFile).count() == 1


def test_another_file_under_the_same_key_is_not_taken_for_the_first(cast, sign_in, thread):
    client = sign_in(cast.neighbour)
    answer_with(client, thread, **a_photo())
    other = answer_with(
        client, thread, file_1=sent(samples.picture(), "x.png"), alt_1="Dos mitades"
    )
    assert other.status_code == 409


# --- headers ---------------------------------------------------------------------------------


def test_a_file_is_served_so_that_nothing_runs(cast, sign_in, thread):
    client = sign_in(cast.neighbour)
    answer_with(client, thread, file_1=sent(samples.PDF + b"<script>%%EOF", 'a"\r\nX: y.pdf'))
    got = client.get(f"/files/{kept().public_id}")
    assert got.mimetype == "application/pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert "X" not in got.headers
    assert got.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in got.vary


def test_what_is_known_is_not_sent_again_but_asked_for_each_time(cast, sign_in, thread):
    client = sign_in(cast.neighbour)
    answer_with(client, thread, **a_photo())
    address = f"/files/{kept().public_id}"
    mark = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
    db.session.execute(update(Thread).values(space_id=cast.spaces["coalition"].id))
    outsider = sign_in(cast.outsider)
    assert outsider.get(address, headers={"If-None-Match": mark}).status_code == 404


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("acta\u202efdp.exe", "actafdp.pdf"),
        ("n" * 300, "n" * 116 + ".pdf"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(cast, sign_in, thread, name, shown):
    client = sign_in(cast.neighbour)
    assert answer_with(client, thread, file_1=sent(samples.PDF, name)).status_code == 303
    assert kept().name == shown
    assert shown in client.get(f"/files/{kept().public_id}").headers["Content-Disposition"]


# --- who sees it -----------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_narrowed_thread_closes_the_link_at_once(cast, sign_in, thread):
    client, outsider = sign_in(cast.member), sign_in(cast.outsider)
    answer_with(client, thread, **a_photo())
    address = f"/files/{kept().public_id}"
    assert outsider.get(address).status_code == 200
    actions.change_visibility(
        viewer(cast.member), thread, space_id=cast.spaces["coalition"].id, reason=""
    )
    for path in (address, f"{address}/preview"):
        assert outsider.get(path).status_code == 404
        assert client.get(path).status_code == 200


def test_who_leaves_the_project_loses_the_file_at_once(cast, sign_in, app):
    from forum.directory.models import ProjectMember

    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    neighbour = sign_in(cast.neighbour)
    answer_with(sign_in(cast.member), thread, **a_photo())
    address = f"/files/{kept().public_id}"
    assert neighbour.get(address).status_code == 200
    db.session.execute(
        update(ProjectMember)
        .where(ProjectMember.person_id == cast.neighbour.id)
        .values(until=clock.now(), side=None)
    )
    assert neighbour.get(address).status_code == 404


def test_a_removed_post_takes_its_files_out_of_sight(cast, sign_in, thread):
    author = sign_in(cast.neighbour)
    answer_with(author, thread, **a_photo())
    address = f"/files/{kept().public_id}"
    post = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    facilitator = viewer(cast.facilitator)
    found = queries.post_now(facilitator, post.id)
    actions.remove(facilitator, found, reason="Se ve una cara.")
    assert sign_in(cast.member).get(address).status_code == 404
    assert author.get(address).status_code == 404
    assert sign_in(cast.facilitator).get(address).status_code == 200
    assert address not in author.get(f"/threads/{thread.public_id}").text


def test_a_file_of_nowhere_is_not_found(client, app):
    assert client.get("/files/zzzzzzzzzzzz").status_code == 404
    assert client.get("/files/zzzzzzzzzzzz/preview").status_code == 404


# --- refused, and nothing left behind --------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (samples.SVG, "mapa.svg", "none of them"),
        (samples.SVG, "mapa.png", "none of them"),
        (samples.HTML, "foto.png", "none of them"),
        (samples.archive({"a.txt": "x"}), "acta.docx", "none of them"),
        (samples.archive({"a.txt": "x"}), "acta.pdf", "none of them"),
        (b"", "vacía.pdf", "empty"),
        (samples.photo()[:400], "foto.jpg", "did not arrive whole"),
        (samples.png_claiming(50_000, 50_000), "foto.png", "too many pixels"),
        (samples.PDF + b"%" * MOST, "informe.pdf", "too large"),
        (samples.PDF + samples.archive({"a.html": samples.HTML}), "acta.pdf", "none of them"),
    ],
)
def test_what_is_not_taken_is_told_at_its_field(
    app, cast, sign_in, thread, nothing_stored, monkeypatch, data, name, said
):
    small = replace(app.extensions["settings"], max_file=MOST)
    monkeypatch.setitem(app.extensions, "settings", small)
    answer = answer_with(sign_in(cast.neighbour), thread, file_2=sent(data, name), alt_2="Algo")
    assert answer.status_code == 422
    assert WORDS["body"] in answer.text
    wrong = answer.text.index('id="file_2-error"')
    assert said in answer.text[wrong : wrong + 300]
    nothing_stored()


def test_files_under_other_names_are_left_and_do_no_harm(cast, sign_in, thread):
    others = {f"other_{n}": sent(samples.photo(), "x.jpg") for n in range(4)}
    before, twice = (
        in_store(),
        {"file_1": [(BytesIO(b""), ""), sent(samples.photo(), "parcela.jpg")]},
    )
    made = answer_with(sign_in(cast.member), thread, alt_1="Dos mitades", **others, **twice)
    assert made.status_code == 303
    assert kept().name == "parcela.jpg"
    assert len(in_store() - before) == 2


def test_a_picture_without_words_is_asked_for_them(cast, sign_in, thread):
    photo = sent(samples.photo(), "foto.jpg")
    answer = answer_with(sign_in(cast.neighbour), thread, file_1=photo)
    assert answer.status_code == 422
    assert "what “foto.jpg” shows" in answer.text
    assert not db.session.scalars(select(Attachment)).all()
    assert kept().name == "foto.jpg", "it waits, see test_waiting_files"


def test_of_a_bad_file_beside_a_good_one_nothing_is_kept(cast, sign_in, thread):
    bad, before = sent(samples.SVG, "mapa.png"), in_store()
    answer = answer_with(sign_in(cast.neighbour), thread, **a_photo(file_2=bad))
    assert answer.status_code == 422
    assert kept().name == "parcela.jpg"
    assert in_store() - before == {kept().key, kept().preview_key}, "they wait"


def test_what_fails_after_the_file_was_stored_takes_it_away_again(
    cast, sign_in, thread, nothing_stored, monkeypatch
):
    from forum.discussions.views import posts

    def fail(*_all):
        raise RuntimeError("struck by lightning")

    monkeypatch.setattr(posts, "shown_now", fail)
    assert answer_with(sign_in(cast.neighbour), thread, **a_photo()).status_code == 500
    nothing_stored()


def test_a_store_that_is_away_keeps_the_text(
    app, cast, sign_in, thread, nothing_stored, monkeypatch
):
    class Away:
        def __init__(self, real):
            self.keys, self.delete = real.keys, real.delete

        def put(self, _key, _data):
            raise OSError("away")

    monkeypatch.setitem(app.extensions, "files", Away(store()))
    answer = answer_with(sign_in(cast.neighbour), thread, **a_photo())
    assert answer.status_code == 422
    assert "could not be stored" in answer.text
    assert WORDS["body"] in answer.text
    nothing_stored()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its half file
def test_a_dropped_upload_leaves_nothing(cast, sign_in, thread, nothing_stored):
    whole = (
        b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nHola\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file_1"; filename="a.pdf"\r\n\r\n'
        b"%PDF-1.4 and th"
    )
    answer = sign_in(cast.neighbour).post(
        f"/threads/{thread.public_id}/posts",
        input_stream=BytesIO(whole),
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": str(len(whole) + 5000)},
    )
    assert 400 <= answer.status_code < 500
    nothing_stored()


def test_far_too_much_is_refused_by_a_page_of_its_own(cast, sign_in, thread, nothing_stored):
    most = 42 * 1024 * 1024
    answer = sign_in(cast.neighbour).post(
        f"/threads/{thread.public_id}/posts",
        input_stream=BytesIO(b"--b\r\n"),
        content_type="multipart/form-data; boundary=b",
        headers={"HX-Request": "true"},
        environ_overrides={"CONTENT_LENGTH": str(most)},
    )
    assert answer.status_code == 413
    assert "too large together" in answer.text
    assert answer.headers["HX-Reswap"] == "beforebegin"
    nothing_stored()


def test_only_forms_that_take_files_may_be_so_large(cast, sign_in, thread):
    answer = sign_in(cast.neighbour).post(
        f"/threads/{thread.public_id}/lock",
        input_stream=BytesIO(b"--b\r\n"),
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": "2000000"},
    )
    assert answer.status_code == 413


def test_who_may_not_write_leaves_nothing(cast, sign_in, thread, nothing_stored):
    public = make.thread(cast.member, space=cast.spaces["public"])
    db.session.commit()
    before = in_store()
    assert answer_with(sign_in(cast.observer), public, **a_photo()).status_code == 403
    assert in_store() == before


# --- changing --------------------------------------------------------------------------------


def edit(client, post, version, **fields):
    return client.post(
        f"/posts/{post.public_id}/edit", data={**WORDS, "version": version, **fields}
    )


def newest_post():
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()


@pytest.mark.both_databases
def test_the_author_takes_a_file_away_and_it_is_gone(cast, sign_in, thread):
    before, client = in_store(), sign_in(cast.neighbour)
    answer_with(client, thread, **a_photo())
    post, file = newest_post(), kept().public_id
    assert len(in_store() - before) == 2
    assert file in client.get(f"/posts/{post.public_id}/edit").text
    done = edit(
        client,
        post,
        1,
        gone_files=file,
        file_1=sent(samples.PDF, "acta.pdf"),
    )
    assert done.status_code == 303
    assert client.get(f"/files/{file}").status_code == 404
    assert len(in_store() - before) == 1
    assert kept().name == "acta.pdf"
    assert db.session.get(Post, post.id).file_count == 1
    assert not count_drift()
    verbs = db.session.scalars(select(Event.verb).where(Event.verb == "post.files_changed")).all()
    assert len(verbs) == 1


def test_only_the_author_changes_its_files(cast, sign_in, thread, nothing_stored):
    answer_with(sign_in(cast.neighbour), thread, **a_photo())
    post, file = newest_post(), kept()
    for person in (cast.member, cast.facilitator):
        assert edit(sign_in(person), post, 1, gone_files=file.public_id).status_code == 403
    assert db.session.get(StoredFile, file.id) is not None


def test_a_file_of_another_post_is_not_taken_away(cast, sign_in, thread):
    answer_with(sign_in(cast.member), thread, **a_photo())
    theirs = kept()
    client = sign_in(cast.neighbour)
    answer_with(client, thread, file_1=sent(samples.PDF, "acta.pdf"))
    assert edit(client, newest_post(), 1, gone_files=theirs.public_id).status_code == 422
    assert db.session.get(StoredFile, theirs.id) is not None


def test_a_post_has_no_more_files_than_it_may(cast, sign_in, thread, row_counts):
    client = sign_in(cast.neighbour)
    four = {f"file_{n}": sent(samples.PDF, f"{n}.pdf") for n in range(1, 5)}
    answer_with(client, thread, **four)
    post, files = newest_post(), in_store()
    answer = edit(client, post, 1, file_1=sent(samples.PDF, "5.pdf"))
    assert answer.status_code == 422
    assert "at most 4 files" in answer.text
    assert db.session.query(Attachment).count() == 4
    assert in_store() == files


# --- light pages -----------------------------------------------------------------------------


def test_who_saves_data_presses_to_see(cast, sign_in, thread):
    client = sign_in(cast.neighbour)
    answer_with(client, thread, **a_photo())
    address = f"/threads/{thread.public_id}"
    assert "<img" not in client.get(address, headers={"Save-Data": "on"}).text
    assert "<img" in client.get(address).text
    db.session.get(Person, cast.neighbour.id).light = True
    page = client.get(address).text
    assert "<img" not in page
    assert "Picture: Dos mitades" in page
    assert f"/files/{kept().public_id}/preview" in page


def test_light_pages_are_chosen_on_ones_own_page(cast, sign_in):
    client = sign_in(cast.member)
    mine = {"name": "Marta", "locale": "en", "timezone": "UTC", "version": 1}
    assert client.send("/me", {**mine, "light": "y"}).status_code == 303
    assert db.session.get(Person, cast.member.id).light
    client.send("/me", {**mine, "version": 2})
    assert not db.session.get(Person, cast.member.id).light


@pytest.mark.both_databases
def test_a_page_of_posts_with_files_asks_one_statement_more_at_most(
    cast, sign_in, thread, statements
):
    client = sign_in(cast.neighbour)
    client.get(f"/threads/{thread.public_id}")  # what is read once for all pages
    with statements() as without:
        client.get(f"/threads/{thread.public_id}")
    for n in range(3):
        answer_with(client, thread, **a_photo(key=f"n{n}"))
    with statements() as seen:
        client.get(f"/threads/{thread.public_id}")
    assert len(seen) <= len(without) + 1


# --- sweeping --------------------------------------------------------------------------------


def test_what_lies_in_the_store_without_a_row_is_swept_once_it_is_old(
    cast, sign_in, thread, clock_at
):
    now = clock.now()
    answer_with(sign_in(cast.neighbour), thread, **a_photo())
    file = kept()
    db.session.commit()
    left = "0" * 32
    store().put(left, b"left behind")
    sweep()
    assert left in in_store()
    clock_at(now + timedelta(hours=2))
    assert sweep() >= 1
    assert left not in in_store()
    assert {file.key, file.preview_key} <= in_store()
    assert sweep() == 0


def test_the_sweep_is_no_work_of_every_round(app, clock_at):
    app.extensions.pop("files swept", None)
    clock_at(clock.now() + timedelta(hours=2))
    sweep_at_times()
    store().put("1" * 32, b"left behind")
    clock_at(clock.now() + timedelta(minutes=30))
    assert sweep_at_times() == 0
    clock_at(clock.now() + timedelta(minutes=31))
    assert sweep_at_times() == 1


def test_a_store_that_does_not_answer_is_told(app, cast, sign_in, thread, monkeypatch):
    client = sign_in(cast.neighbour)
    answer_with(client, thread, **a_photo())
    address = f"/files/{kept().public_id}"

    class Away:
        def open(self, _key):
            raise OSError("away")

    monkeypatch.setitem(app.extensions, "files", Away())
    assert client.get(address).status_code == 503
    assert client.head(address).status_code == 200


def test_light_pages_are_half_as_long(app, cast, sign_in, thread):
    make.fill_thread(thread, cast.neighbour, 40)
    db.session.commit()
    address, member = f"/threads/{thread.public_id}", sign_in(cast.member)
    assert member.get(address).text.count("<article") == 30
    db.session.get(Person, cast.member.id).light = True
    page = member.get(address).text
    assert page.count("<article") == 15
    assert "after=" in page
