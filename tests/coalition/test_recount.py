"""A recount: it agrees with what was sealed, and any change in it shows."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from forum.coalition import recount
from forum.coalition.actions import votes
from forum.coalition.models import Result, Vote
from forum.coalition.queries.recount import document_of
from forum.coalition.queries.seats import count_of, seats_of
from forum.coalition.recount import FIRST, FORMAT, Differs, document, verify, written
from forum.coalition.tally import Choice, Rules, SeatBallot, tally
from forum.db import db
from tests.coalition.test_tally import rules as any_rules
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote

CHOICES = [choice.value for choice in Choice]


def made(said, rules=None, call=1, form=FORMAT):
    """A file of a vote: for each seat the choices it made, one after the other."""
    rules = rules or Rules()
    seats = [
        {"nonce": f"{n:032x}", "project": f"p{n}", "country": ("GT", "MX")[n % 2]}
        for n in range(len(said))
    ]
    ballots = [
        {
            "nonce": f"{n:016x}{seq:016x}",
            "seat": f"p{n}",
            "seq": seq,
            "choice": choice,
            "reason": "Por la niñez.",
            "language": "es",
            "cast_at": "2026-05-01T12:00:00+00:00",
            "cast_by": "aaaa",
            "assisted": "",
            "mandate": "",
            "mandate_file": "cd" * 32 if seq == 1 else "",
        }
        for n, choices in enumerate(said)
        for seq, choice in enumerate(choices, 1)
    ]
    last = [
        SeatBallot(seat["country"], Choice(choices[-1]) if choices else None)
        for seat, choices in zip(seats, said, strict=True)
    ]
    head = {
        "nonce": "ab" * 16,
        "call": call,
        "opens_at": "2026-04-20T12:00:00+00:00",
        "closes_at": "2026-05-05T12:00:00+00:00",
        "rules": rules.as_json(),
        "text": {"version": 1, "title": "Una guía"},
    }
    return document(head, seats, ballots, asdict(tally(rules, last, call)), form)


SAID = [["agree"], ["disagree", "agree"], ["block"], [], ["abstain"], ["agree"]]


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from(CHOICES), max_size=3), min_size=1, max_size=9),
    any_rules,
    st.sampled_from([1, 2]),
    st.sampled_from([FIRST, FORMAT]),
)
def test_it_agrees_with_every_vote(said, rules, call, form):
    file = made(said, rules, call, form)
    assert file["format"] == form
    assert verify(written(file), file["head"]) == file


def _leaves(value, path=()):
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, one in pairs:
            yield from _leaves(one, (*path, name))
    else:
        yield path


def _other(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}x"


@pytest.mark.parametrize("path", list(_leaves(made(SAID))), ids=lambda p: "-".join(map(str, p)))
def test_changing_any_one_value_shows(path):
    file = json.loads(written(made(SAID)))
    inside = file
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = _other(inside[path[-1]])
    with pytest.raises(Differs):
        verify(written(file))


@pytest.mark.parametrize("form", [FIRST, FORMAT])
def test_a_file_of_one_format_is_none_of_the_other(form):
    file = made(SAID, form=form)
    file["format"] = FIRST if form == FORMAT else FORMAT
    with pytest.raises(Differs):
        verify(written(file))


def test_what_was_sealed_in_the_first_format_keeps_its_head(cast, sealed, sign_in):
    result = db.session.query(Result).one()
    vote = db.session.get_one(Vote, result.vote_id)
    count = count_of(Rules.of(vote.rules), seats_of(vote.id), vote.call)
    head = document_of(vote, count, FIRST)["head"]
    assert head != result.head
    db.session.execute(update(Result).values(format=FIRST, head=head))
    text = sign_in(cast.member).get(f"/proposals/{sealed.public_id}/recount").text
    file = verify(text, head)
    assert file["format"] == FIRST
    assert all("mandate_file" not in ballot for ballot in file["ballots"])


@settings(max_examples=150)
@given(st.data())
def test_changing_any_one_byte_shows(data):
    whole = written(made(SAID, form=data.draw(st.sampled_from([FIRST, FORMAT])))).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda b: b != whole[at]))
    changed = whole[:at] + bytes([new]) + whole[at + 1 :]
    try:
        text = changed.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(Differs):
        verify(text)


@pytest.mark.parametrize("section", ["seats", "ballots"])
@pytest.mark.parametrize("how", ["left out", "twice", "turned round"])
def test_a_seat_or_a_ballot_left_out_added_or_moved_shows(section, how):
    file = made(SAID)
    if how == "left out":
        file[section].pop()
    elif how == "twice":
        file[section].append(file[section][-1])
    else:
        file[section].reverse()
    with pytest.raises(Differs):
        verify(written(file))


def test_a_file_rewritten_as_a_whole_shows_by_the_head_that_was_mailed():
    sealed, forged = made(SAID), made([["agree"], *SAID[1:2], ["agree"], *SAID[3:]])
    verify(written(forged))
    with pytest.raises(Differs, match="not the one you were given"):
        verify(written(forged), sealed["head"])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": "recount/1"}', '{"a": 1, "a": 2}', "1e999", "NaN"]
)
def test_what_is_no_recount_is_refused_in_words(text):
    with pytest.raises(Differs):
        verify(text)


def test_a_hash_cannot_be_guessed_from_the_choices():
    """With the nonce unknown, no choice gives the hash; with it, the true one does."""
    file = made(SAID)
    ballot, before = file["ballots"][0], file["seats"][-1]["hash"]
    guesses = {
        recount._hash(before, ballot | {"nonce": "", "choice": choice}) for choice in CHOICES
    }
    assert ballot["hash"] not in guesses
    assert recount._hash(before, ballot) == ballot["hash"]


@pytest.fixture
def sealed(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    proposal = in_discussion(cast)
    vote = open_vote(cast, proposal)
    all_cast(cast, proposal, "daab-")
    cast_by(cast.delegate, proposal, "agree", "Lo pensamos de nuevo.")
    clock_at(vote.closes_at)
    votes.seal_due(proposal.id)
    db.session.commit()
    return proposal


@pytest.mark.both_databases
def test_the_download_is_what_was_sealed_and_its_head_was_mailed_and_is_shown(
    cast, sealed, sign_in, letters
):
    client = sign_in(cast.member)
    answer = client.get(f"/proposals/{sealed.public_id}/recount")
    file = verify(answer.text)
    result = db.session.query(Result).one()
    assert file["head"] == result.head
    assert file["result"]["agree"] == 3
    assert "attachment" in answer.headers["Content-Disposition"]
    assert result.head in client.get(f"/proposals/{sealed.public_id}").text
    told = letters("vote_sealed")
    assert len(told) >= 6
    assert all(result.head in letter.text and result.head in letter.html for letter in told)
    nonces = [link["nonce"] for link in (file["rules"], *file["seats"], *file["ballots"])]
    assert len(set(nonces)) == len(nonces) == 1 + 6 + 6


def test_before_the_sealing_there_is_no_recount(cast, clock_at, sign_in):
    proposal = in_discussion(cast)
    open_vote(cast, proposal)
    db.session.commit()
    assert sign_in(cast.member).get(f"/proposals/{proposal.public_id}/recount").status_code == 404


def test_the_command_says_yes_or_where_it_differs(app, cast, sealed, sign_in, tmp_path):
    text = sign_in(cast.member).get(f"/proposals/{sealed.public_id}/recount").text
    file = tmp_path / "recount.json"
    file.write_text(text)
    run = app.test_cli_runner().invoke
    head = json.loads(text)["head"]
    assert run(args=["votes", "verify", str(file), "--head", head]).exit_code == 0
    said = run(args=["votes", "verify", str(file)])
    assert said.exit_code == 0
    assert head in said.output
    file.write_text(text.replace('"block"', '"agree"', 1))
    said = run(args=["votes", "verify", str(file)])
    assert said.exit_code == 1
    assert "was changed" in said.output
    file.write_bytes(b"\xff")
    assert run(args=["votes", "verify", str(file)]).exit_code == 1
