"""A mail that came in: posted as its writer's page would, or refused with the reason, once."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from forum.accounts.models import Person
from forum.config import Settings
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import actions
from forum.discussions.actions.by_mail import kind_and_title
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Attachment, Post, Thread
from forum.lib import clock
from forum.lib.permission import Refused
from forum.mail import sending
from forum.mail.addresses import LASTS, Item, What, reply_address
from forum.mail.models import Letter
from forum.mail.receiving import MOST_ANSWERS, MOST_TO_STRANGERS, Outcome, receive
from forum.notifications.models import LetterPlan
from tests.factories import discussions as talk
from tests.people import Cast, viewer

pytestmark = pytest.mark.usefixtures("mail_comes_in")


def a_mail(
    sender: str, *more: str, body: str = "Wir säen im Juli.", subject: str = "Re: Costos"
) -> bytes:
    """A plain mail; `more` are headers."""
    count = next(_numbers)
    head = [
        f"From: Somebody <{sender}>",
        f"Subject: {subject}",
        f"Message-ID: <{count}@phone.example>",
        'Content-Type: text/plain; charset="utf-8"',
        *more,
    ]
    return "\r\n".join([*head, "", body]).encode()


_numbers = iter(range(1, 1_000_000))


def address(person: Person, what: What, thing: int) -> str:
    return reply_address(person.id, Item(what, thing)) or ""


def sent_by(person: Person, raw: bytes, to: str, sender: str | None = None) -> Outcome:
    db.session.commit()
    return receive(raw, person.email or "" if sender is None else sender, to)


def posts(thread: Any) -> list[Post]:
    query = select(Post).where(Post.thread_id == thread.id).order_by(Post.number)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


Letters = Callable[..., list[Letter]]


# --- posted ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_answer_is_posted_and_its_link_mailed_back(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate)
    raw = a_mail(cast.member.email or "", body="Usamos guano.\n\nEnviado desde mi iPhone")
    to = address(cast.member, What.THREAD, thread.id)
    assert sent_by(cast.member, raw, to) is Outcome.POSTED
    _first, answer = posts(thread)
    assert (answer.body, answer.author_id, answer.parent_id) == (
        "Usamos guano.",
        cast.member.id,
        None,
    )
    assert answer.html == "<p>Usamos guano.</p>\n"
    (letter,) = letters("mail_posted")
    assert letter.to_address == cast.member.email
    assert f"/posts/{answer.public_id}" in letter.text
    assert letter.in_reply_to.endswith("@phone.example>")


@pytest.mark.parametrize(
    ("space", "readers"),
    [
        ("public", "everyone can read it, also without signing in"),
        ("network", "Everyone who signs in can read what you write, except observers"),
        ("coalition", "Only the coalition reads what you write"),
    ],
)
def test_the_letter_back_names_the_conversation_and_says_who_reads_it(
    app: Flask, cast: Cast, letters: Letters, space: str, readers: str
) -> None:
    thread = talk.thread(cast.delegate, title="Lo del agua", space=cast.spaces[space])
    member = db.session.get_one(Person, cast.member.id)
    member.locale = "en"
    to = address(cast.member, What.THREAD, thread.id)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.POSTED
    (letter,) = letters("mail_posted")
    assert "Lo del agua" not in letter.subject
    link = f"/posts/{posts(thread)[-1].public_id}"
    for said in (letter.text, letter.html):
        assert all(one in said for one in ("“Lo del agua”", readers, link))


def test_the_letter_back_names_nothing_private_to_who_wants_it_so(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate, title="Lo del agua", space=cast.spaces["coalition"])
    db.session.add(LetterPlan(person_id=cast.member.id, next_at=clock.now(), notice_only=True))
    to = address(cast.member, What.THREAD, thread.id)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.POSTED
    (letter,) = letters("mail_posted")
    assert "Lo del agua" not in letter.subject + letter.text + letter.html
    assert f"/posts/{posts(thread)[-1].public_id}" in letter.text


def test_the_letter_back_goes_without_the_name_to_who_left_meanwhile(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    """It is not withdrawn: whoever writes a mail is told what became of it."""
    thread = talk.thread(cast.delegate, title="Lo del agua", space=cast.spaces["coalition"])
    to = address(cast.member, What.THREAD, thread.id)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.POSTED
    gone = ProjectMember.__table__.delete().where(ProjectMember.person_id == cast.member.id)
    db.session.execute(gone)
    db.session.commit()
    sending.send_due()
    (letter,) = letters("mail_posted")
    assert letter.status == "sent"
    assert "Lo del agua" not in letter.text + letter.html
    assert f"/posts/{posts(thread)[-1].public_id}" in letter.text


def test_an_answer_to_a_post_stands_below_it(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.delegate)
    post = talk.post(cast.delegate, thread)
    to = address(cast.member, What.POST, post.id)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.POSTED
    assert posts(thread)[-1].parent_id == post.id


def test_where_a_thread_was_merged_its_answers_go_along(app: Flask, cast: Cast) -> None:
    one, other = talk.thread(cast.delegate), talk.thread(cast.delegate, title="Otro")
    to = address(cast.member, What.THREAD, other.id)
    actions.merge(viewer(cast.facilitator), other, one)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.POSTED
    assert posts(one)[-1].author_id == cast.member.id


def test_the_mail_says_its_language(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    sent_by(cast.member, a_mail(cast.member.email or "", "Content-Language: pt-BR"), to)
    assert posts(thread)[-1].language == "pt"
    sent_by(cast.member, a_mail(cast.member.email or "", "Content-Language: x-klingon"), to)
    assert posts(thread)[-1].language == cast.member.locale


@pytest.mark.both_databases
def test_the_same_mail_again_is_dropped(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    raw = a_mail(cast.member.email or "")
    to = address(cast.member, What.THREAD, thread.id)
    told = [sent_by(cast.member, raw, to) for _again in range(3)]
    assert told == [Outcome.POSTED, Outcome.REPEATED, Outcome.REPEATED]
    assert len(posts(thread)) == 2
    assert len(letters()) == 1


@pytest.mark.both_databases
def test_the_same_mail_over_two_servers_at_once_is_posted_once(
    app: Flask, cast: Cast, race: Any
) -> None:
    """Without the claim in `_is_first` each of them posted it."""
    thread = talk.thread(cast.delegate)
    raw, email = a_mail(cast.member.email or ""), cast.member.email or ""
    to = address(cast.member, What.THREAD, thread.id)
    told = race(4, lambda _n: receive(raw, email, to))
    assert sorted(told) == [Outcome.POSTED, *[Outcome.REPEATED] * 3]
    assert len(posts(thread)) == 2


def test_one_mail_to_two_of_ones_addresses_is_two_answers(app: Flask, cast: Cast) -> None:
    one, other = talk.thread(cast.delegate), talk.thread(cast.delegate, title="Otro")
    raw = a_mail(cast.member.email or "")
    for thread in (one, other):
        to = address(cast.member, What.THREAD, thread.id)
        assert sent_by(cast.member, raw, to) is Outcome.POSTED
    assert len(posts(one)) == len(posts(other)) == 2


# --- files -----------------------------------------------------------------------------------


def with_file(sender: str, name: str, data: bytes, body: str = "Así quedó.") -> bytes:
    import base64

    parts = [
        f"From: {sender}",
        "Subject: Re: Costos",
        f"Message-ID: <{next(_numbers)}@phone.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        'Content-Type: text/plain; charset="utf-8"',
        "",
        body,
        "--b",
        "Content-Type: application/octet-stream",
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(data).decode(),
        "--b--",
    ]
    return "\r\n".join(parts).encode()


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_comes_along_and_its_writer_is_asked_for_words(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = with_file(cast.member.email or "", "vivero.jpg", a_photo())
    assert sent_by(cast.member, raw, to) is Outcome.POSTED
    answer = posts(thread)[-1]
    assert answer.file_count == 1
    kept = db.session.scalars(select(Attachment).where(Attachment.post_id == answer.id)).one()
    assert kept.alt
    assert "say in a sentence what the picture shows" in " ".join(letters()[-1].text.split())


def test_a_file_that_the_page_would_not_take_is_left_out_and_said(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = with_file(cast.member.email or "", "fotos.exe", b"MZ\x90\x00")
    assert sent_by(cast.member, raw, to) is Outcome.POSTED
    assert posts(thread)[-1].file_count == 0
    assert "fotos.exe" in letters()[-1].text


def test_a_file_alone_is_no_answer(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = with_file(cast.member.email or "", "vivero.jpg", a_photo(), body="")
    assert sent_by(cast.member, raw, to) is Outcome.REFUSED
    assert "at least a sentence" in " ".join(letters("mail_refused")[0].text.split())


# --- refused ---------------------------------------------------------------------------------


def refused(letters: Letters) -> str:
    """What the one refusal says, in one line."""
    (letter,) = letters("mail_refused")
    return " ".join(letter.text.split())


def test_another_sender_is_refused_and_learns_nothing(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate, title="Un secreto")
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail("eve@elsewhere.example")
    assert sent_by(cast.member, raw, to, "eve@elsewhere.example") is Outcome.REFUSED
    assert len(posts(thread)) == 1
    (letter,) = letters()
    assert letter.to_address == "eve@elsewhere.example"
    assert "another address" in refused(letters)
    whole = letter.text + letter.html + letter.subject
    for secret in ("secreto", cast.member.name, cast.member.email or "", thread.public_id):
        assert secret not in whole


def test_who_writes_anothers_address_into_a_mail_learns_nothing_of_the_thread(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    """The mail says it is from the member, its envelope that it is not."""
    thread = talk.thread(cast.delegate)
    actions.lock(viewer(cast.facilitator), thread, reason="Se habló de precios.")
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail(cast.member.email or "")
    assert sent_by(cast.member, raw, to, "eve@elsewhere.example") is Outcome.REFUSED
    assert letters()[-1].to_address == "eve@elsewhere.example"
    assert "precios" not in refused(letters)
    assert cast.member.name not in refused(letters)


@pytest.mark.parametrize(
    "sender",
    [
        '"{email}" <eve@elsewhere.example>',
        '"{email} via https://forum.example" <eve@elsewhere.example>',
        "{email}, eve@elsewhere.example",
        "eve@elsewhere.example\r\nFrom: {email}",
        "<{email}@elsewhere.example>",
    ],
)
def test_a_sender_made_to_look_like_somebody_is_not_them(
    app: Flask, cast: Cast, letters: Letters, sender: str
) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail("x@x.example").replace(
        b"Somebody <x@x.example>", sender.format(email=cast.member.email).encode()
    )
    assert sent_by(cast.member, raw, to, "eve@elsewhere.example") is Outcome.REFUSED
    assert len(posts(thread)) == 1


def test_an_address_that_is_over_says_until_when_it_was_good(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    clock_at("2026-05-01T12:00")
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    clock_at(clock.now() + timedelta(days=LASTS[What.THREAD] + 1))
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.REFUSED
    assert "was good until Thursday, July 30" in refused(letters)
    assert len(posts(thread)) == 1


def test_a_suspended_person_writes_nothing_by_mail_either(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.suspended, What.THREAD, thread.id)
    assert sent_by(cast.suspended, a_mail(cast.suspended.email or ""), to) is Outcome.REFUSED
    assert "closed" in refused(letters)


def test_an_address_of_nobody_is_no_address(app: Flask, cast: Cast, letters: Letters) -> None:
    to = reply_address(10**9, Item(What.THREAD, 1)) or ""
    assert receive(a_mail("eve@x.example"), "eve@x.example", to) is Outcome.UNKNOWN
    assert receive(a_mail("eve@x.example"), "eve@x.example", "ana@in.forum.example") is (
        Outcome.UNKNOWN
    )
    assert letters() == []


@pytest.mark.both_databases
def test_a_thread_that_left_their_sight_is_as_if_it_were_not_there(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    private = talk.thread(cast.delegate, space=cast.spaces["coalition"], title="Un secreto")
    to = address(cast.outsider, What.THREAD, private.id)
    assert sent_by(cast.outsider, a_mail(cast.outsider.email or ""), to) is Outcome.REFUSED
    said = refused(letters)
    assert "not there any more, or not shown to you" in said
    assert "secreto" not in said
    none = address(cast.outsider, What.THREAD, 10**9)
    assert sent_by(cast.outsider, a_mail(cast.outsider.email or ""), none) is Outcome.REFUSED
    assert [" ".join(one.text.split()) for one in letters("mail_refused")] == [said, said]
    assert len(posts(private)) == 1


def test_what_the_page_refuses_is_refused_in_its_words(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.delegate)
    actions.lock(viewer(cast.facilitator), thread, reason="Se habló de precios.")
    to = address(cast.member, What.THREAD, thread.id)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.REFUSED
    assert "This thread is locked: Se habló de precios." in refused(letters)


def test_an_observer_reads_and_does_not_write(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate, space=cast.spaces["public"])
    to = address(cast.observer, What.THREAD, thread.id)
    assert sent_by(cast.observer, a_mail(cast.observer.email or ""), to) is Outcome.REFUSED
    assert "Only people of projects" in refused(letters)


def test_a_newcomers_limits_hold_by_mail(app: Flask, cast: Cast, letters: Letters) -> None:
    app.extensions["settings"] = replace(
        app.extensions["settings"], newcomer_days=7, newcomer_pace=1
    )
    thread = talk.thread(cast.facilitator)
    somebody = db.session.get_one(Person, cast.member.id)
    somebody.created_at = clock.now()
    to = address(cast.member, What.THREAD, thread.id)
    told = [sent_by(cast.member, a_mail(cast.member.email or ""), to) for _n in range(2)]
    assert told == [Outcome.POSTED, Outcome.REFUSED]
    assert "In your first days" in refused(letters)


def test_a_refusal_speaks_the_persons_language(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    actions.lock(viewer(cast.facilitator), thread, reason="Precios.")
    db.session.get_one(Person, cast.member.id).locale = "es"
    to = address(cast.member, What.THREAD, thread.id)
    sent_by(cast.member, a_mail(cast.member.email or ""), to)
    assert "conversación" in refused(letters)
    assert letters()[0].language == "es"


def test_too_long_a_text_is_refused(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail(cast.member.email or "", body="palabra " * 4_000)
    assert sent_by(cast.member, raw, to) is Outcome.REFUSED
    assert "at most 20000 characters" in refused(letters)


def test_a_refused_mail_is_answered_once(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail(cast.member.email or "", body="")
    told = [sent_by(cast.member, raw, to) for _again in range(3)]
    assert told == [Outcome.REFUSED, Outcome.REPEATED, Outcome.REPEATED]
    assert len(letters()) == 1


def test_a_ballot_is_never_cast_by_mail(app: Flask, cast: Cast, letters: Letters) -> None:
    """What answers the letter that voting is open is refused, and says where ballots are cast."""
    from forum.coalition.models import Ballot
    from forum.mail.sending import message
    from tests.factories import coalition_votes

    coalition_votes.open_vote(cast)
    db.session.commit()
    sent = next(one for one in letters("vote_open") if one.person_id == cast.delegate.id)
    to = message(sent)["Reply-To"].addresses[0].addr_spec
    written = len(list(db.session.scalars(select(Post))))
    raw = a_mail(cast.delegate.email or "", body="De acuerdo.")
    assert sent_by(cast.delegate, raw, to) is Outcome.REFUSED
    assert "ballots, above all, are cast on the page alone" in refused(letters)
    assert db.session.scalars(select(Ballot)).all() == []
    assert len(list(db.session.scalars(select(Post)))) == written


def test_the_refusal_of_an_address_that_is_over_can_itself_be_answered(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    from forum.mail.sending import message

    clock_at("2026-05-01T12:00")
    thread = talk.thread(cast.delegate, stage=talk.stage(3))
    to = address(cast.member, What.THREAD, thread.id)
    clock_at(clock.now() + timedelta(days=LASTS[What.THREAD] + 1))
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.REFUSED
    anew = message(letters("mail_refused")[0])["Reply-To"].addresses[0].addr_spec
    assert sent_by(cast.member, a_mail(cast.member.email or ""), anew) is Outcome.POSTED


def test_a_letter_with_a_secret_is_not_answered(app: Flask, cast: Cast) -> None:
    from forum.mail.sending import message
    from tests.mail.test_sending import a_letter

    assert message(a_letter(person_id=cast.member.id, secret=True))["Reply-To"] is None


# --- machines --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"],
)
def test_a_machine_is_not_answered_and_posts_nothing(
    app: Flask, cast: Cast, letters: Letters, head: str
) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail(cast.member.email or "", head)
    assert sent_by(cast.member, raw, to) is Outcome.IGNORED
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to, "") is Outcome.IGNORED
    assert (len(posts(thread)), letters()) == (1, [])


def test_our_own_letter_come_back_is_nobodys(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    for ours in (app.extensions["settings"].mail_from, to):
        assert sent_by(cast.member, a_mail(ours), to, ours) is Outcome.IGNORED
    assert letters() == []


def test_two_auto_responders_end(app: Flask, cast: Cast, letters: Letters) -> None:
    """One that hides what it is answers each of our answers; we answer so often a day, no more."""
    thread = talk.thread(cast.delegate)
    actions.lock(viewer(cast.facilitator), thread, reason="Precios.")
    to = address(cast.member, What.THREAD, thread.id)
    for _round in range(MOST_ANSWERS + 10):
        assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.REFUSED
    assert len(letters()) == MOST_ANSWERS


def test_nobody_can_make_us_write_to_many(app: Flask, cast: Cast, letters: Letters) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    for number in range(10):
        victim = f"victim{number}@elsewhere.example"
        sent_by(cast.member, a_mail(victim), to, victim)
    assert len(letters()) == MOST_TO_STRANGERS


def test_nothing_of_a_mail_gets_into_the_headers_of_ours(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    from forum.mail.sending import message

    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    raw = a_mail(cast.member.email or "", body="", subject="x\r\n Bcc: victim@x.example")
    raw = raw.replace(b"@phone.example>", b"@phone.example>\r\n Bcc: victim@x.example")
    assert sent_by(cast.member, raw, to) is Outcome.REFUSED
    mail = message(letters()[0])
    assert mail["Bcc"] is None
    assert "victim" not in str(mail)


# --- threads ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "kind", "title"),
    [
        ("Reto: agua en marzo", ThreadKind.CHALLENGE, "agua en marzo"),
        ("DESAFÍO:agua", ThreadKind.CHALLENGE, "agua"),
        ("Challenge: water", ThreadKind.CHALLENGE, "water"),
        ("Défi : l’eau", ThreadKind.CHALLENGE, "l’eau"),
        ("Solución: guano", ThreadKind.SOLUTION, "guano"),
        ("Solução: esterco", ThreadKind.SOLUTION, "esterco"),
        ("Re: Solution: mulch", ThreadKind.SOLUTION, "mulch"),
        ("Oportunidade: edital", ThreadKind.OPPORTUNITY, "edital"),
        ("Buena práctica: sombra", ThreadKind.EXPERIENCE, "sombra"),
        ("Pergunta: quem rega?", ThreadKind.QUESTION, "quem rega?"),
        ("Consulta: ¿quién riega?", ThreadKind.QUESTION, "¿quién riega?"),
        ("RV: Fwd: Viveros: lo que viene", ThreadKind.DISCUSSION, "Viveros: lo que viene"),
        ("Agua", ThreadKind.DISCUSSION, "Agua"),
    ],
)
def test_a_subject_says_kind_and_title(subject: str, kind: ThreadKind, title: str) -> None:
    assert kind_and_title(subject) == (kind, title)


@pytest.mark.parametrize("subject", ["", "Re:", "Re: Fwd: ", "x" * 161])
def test_a_subject_that_is_no_title_is_refused(app: Flask, subject: str) -> None:
    with pytest.raises(Refused):
        kind_and_title(subject)


@pytest.mark.both_databases
def test_a_mail_to_a_stage_starts_a_thread(app: Flask, cast: Cast, letters: Letters) -> None:
    stage = talk.some_stage()
    to = address(cast.member, What.STAGE, stage.id)
    raw = a_mail(cast.member.email or "", subject="Reto: agua en marzo")
    assert sent_by(cast.member, raw, to) is Outcome.POSTED
    thread = db.session.scalars(select(Thread)).one()
    assert (thread.title, thread.kind, thread.stage_id) == (
        "agua en marzo",
        ThreadKind.CHALLENGE,
        stage.id,
    )
    assert thread.space_id == cast.spaces["network"].id
    assert f"/threads/{thread.public_id}" in letters("mail_posted")[0].text


def test_a_closed_stage_takes_no_thread_by_mail(app: Flask, cast: Cast, letters: Letters) -> None:
    stage = talk.stage(2, closes_at=clock.now() - timedelta(hours=1))
    to = address(cast.member, What.STAGE, stage.id)
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.REFUSED
    assert "This stage closed" in refused(letters)


def test_without_a_domain_nothing_comes_in(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.delegate)
    to = address(cast.member, What.THREAD, thread.id)
    mine: Settings = app.extensions["settings"]
    app.extensions["settings"] = replace(mine, mail_domain="")
    assert sent_by(cast.member, a_mail(cast.member.email or ""), to) is Outcome.UNKNOWN


def test_a_stages_page_gives_everybody_an_address_of_their_own(
    app: Flask, cast: Cast, sign_in: Any
) -> None:
    import re

    stage = talk.some_stage()
    db.session.commit()
    place = f"/exchanges/americas/stages/{stage.number}/threads"
    found = {}
    for person in (cast.member, cast.delegate):
        client = sign_in(person)
        assert f"{place}/by-mail" in client.get(f"{place}/new").text
        page = client.get(f"{place}/by-mail").text
        found[person.id] = set(re.findall(r"reply\+[a-z2-7]+@in\.forum\.example", page))
        assert len(found[person.id]) == 1
    assert found[cast.member.id] != found[cast.delegate.id]
    (to,) = found[cast.member.id]
    raw = a_mail(cast.member.email or "", subject="Consulta: ¿quién riega?")
    assert sent_by(cast.member, raw, to) is Outcome.POSTED
    mine = app.extensions["settings"]
    app.extensions["settings"] = replace(mine, mail_domain="")
    client = sign_in(cast.member)
    assert "by-mail" not in client.get(f"{place}/new").text
    assert "No mail comes in here" in client.get(f"{place}/by-mail").text
