"""Whatever is cast under whatever rules, on the database: counted once, sealed, recounted.

The oracle here says the rules of DOMAIN section 4 again, in whole numbers and by itself.
"""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.coalition.actions import assisted, votes
from forum.coalition.bounds import SHARES
from forum.coalition.models import AssistedHow, Coalition, Vote
from forum.coalition.queries import seats, vote_lists
from forum.coalition.queries.recount import recount_or_404
from forum.coalition.recount import Differs, verify, written
from forum.coalition.tally import Choice, Rules
from forum.db import db
from forum.lib import clock
from tests.coalition.test_recount import SAID, made
from tests.factories.coalition_votes import CAST_SLUGS, cast_by, in_discussion, open_vote, row
from tests.people import viewer

BEGINNING = "2026-05-01T12:00"
EXAMPLES = 8  # a database: each is a whole vote

few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ballot = st.tuples(st.sampled_from(CAST_SLUGS), st.sampled_from(Choice), st.booleans())
some_rules = st.builds(
    Rules,
    quorum=st.sampled_from(SHARES["quorum"]),
    majority=st.sampled_from(SHARES["majority"]),
    second_call_quorum=st.sampled_from(SHARES["second_call_quorum"]),
    minimum_countries=st.integers(1, 4),
)
bytes_changed = st.tuples(
    st.sampled_from(["replaced", "put in", "left out"]), st.integers(0, 10**6), st.integers(0, 255)
)


def expected(rules, said, call):
    """What a vote comes to; `said`: a choice or None for each of six seats of six countries."""
    count = {choice: list(said.values()).count(choice) for choice in Choice}
    cast, agree = sum(count.values()), count[Choice.AGREE]
    against = count[Choice.DISAGREE] + count[Choice.BLOCK]
    share = Fraction(rules.majority)
    if call == 1:
        part = Fraction(rules.quorum)
        has_quorum = cast * part.denominator > part.numerator * len(said)
    else:
        part = Fraction(rules.second_call_quorum)
        has_quorum = cast > 0 and cast * part.denominator >= part.numerator * len(said)
    carried = (
        agree > 0
        and agree * share.denominator >= share.numerator * (agree + against)
        and agree >= rules.minimum_countries  # each seat is of a country of its own
    )
    outcome = ("adopted" if carried else "not_adopted") if has_quorum else "no_quorum"
    return cast, count, outcome


def seats_of(proposal):
    vote = newest(proposal)
    return {seat.project_slug: seat for seat in seats.seats_of(vote.id)}


def newest(proposal):
    calls = select(Vote).where(Vote.proposal_id == proposal.id).order_by(Vote.call.desc())
    return db.session.scalars(calls).first()


def say(cast, proposal, slug, choice, *, by_phone):
    """That seat says it: by itself, or by phone as long as it did not say anything itself."""
    seat = seats_of(proposal)[slug]
    if not by_phone or (seat.choice and not seat.assisted_how):
        cast_by(cast.delegates[slug], proposal, choice.value)
        return
    assisted.record_ballot(
        viewer(cast.facilitator),
        row(proposal, cast.facilitator),
        project_id=cast.projects[slug].id,
        instructed_by=cast.delegates[slug].public_id,
        how=AssistedHow.PHONE,
        choice=choice,
        reason="Porque no.",
        language="es",
    )


def all_of_them(cast, proposal, casts):
    """Each is cast, changes its own seat and leaves every other one as it was, to the letter."""
    for slug, choice, by_phone in casts:
        before = seats_of(proposal)
        say(cast, proposal, slug, choice, by_phone=by_phone)
        after = seats_of(proposal)
        assert after.pop(slug).choice is choice
        before.pop(slug)
        assert after == before
        check_count(proposal)


def check_count(proposal):
    shown = vote_lists.outcomes_for([proposal.id])[proposal.id].tally
    said = [seat.choice for seat in seats_of(proposal).values()]
    counts = [getattr(shown, choice.value) for choice in Choice]
    assert counts == [said.count(choice) for choice in Choice]
    assert sum(counts) + shown.not_voted == shown.seats == len(said)


def sealed(cast, proposal, rules, run, tmp_path, change):
    """It is sealed as the oracle says, and recounted; one byte changed in the file shows."""
    vote = newest(proposal)
    said = {slug: seat.choice for slug, seat in seats_of(proposal).items()}
    clock._frozen.set(vote.closes_at)
    result = votes.seal_due(proposal.id)
    number, count, outcome = expected(rules, said, vote.call)
    assert (result.cast, result.outcome, result.seats) == (number, outcome, 6)
    assert {choice: getattr(result, choice.value) for choice in Choice} == count
    text = written(recount_or_404(row(proposal, cast.member), vote.call))
    file = verify(text, result.head)
    assert file["result"]["outcome"] == result.outcome
    assert file["result"]["cast"] + list(said.values()).count(None) == 6
    path = tmp_path / "recount.json"
    path.write_text(text, encoding="utf-8")
    verified = run(args=["votes", "verify", str(path), "--head", result.head])
    assert verified.exit_code == 0, verified.output
    assert f"{number} of 6 seats voted" in verified.output
    path.write_bytes(changed(text.encode(), *change))
    assert run(args=["votes", "verify", str(path)]).exit_code == 1
    return result


def changed(whole, how, where, new):
    """Those bytes with one other: never the same ones."""
    at = where % len(whole)
    if how == "left out":
        return whole[:at] + whole[at + 1 :]
    if how == "put in":
        return whole[:at] + bytes([new]) + whole[at:]
    new = new if new != whole[at] else new ^ 1
    return whole[:at] + bytes([new]) + whole[at + 1 :]


@pytest.mark.both_databases
@few
@given(
    some_rules,
    st.lists(ballot, max_size=8),
    st.lists(ballot, max_size=3),
    bytes_changed,
)
def test_every_vote_is_counted_sealed_and_recounted(
    app, cast, clock_at, tmp_path, rules, casts, more, change
):
    run = app.test_cli_runner().invoke
    try:
        clock_at(BEGINNING)
        db.session.get_one(Coalition, cast.coalition.id).rules = rules.as_json()
        proposal = in_discussion(cast)
        open_vote(cast, proposal)
        all_of_them(cast, proposal, casts)
        said = {slug: seat.choice for slug, seat in seats_of(proposal).items()}
        result = sealed(cast, proposal, rules, run, tmp_path, change)
        least = Fraction(rules.second_call_quorum) * 6
        if result.outcome == "no_quorum" and result.cast and result.cast >= least:
            assert {s: seat.choice for s, seat in seats_of(proposal).items()} == said
            clock_at(clock.now() + timedelta(days=1))
            all_of_them(cast, proposal, more)
            result = sealed(cast, proposal, rules, run, tmp_path, change)
            assert newest(proposal).call == 2
        assert proposal.status == result.outcome
    finally:
        db.session.rollback()


def test_every_single_byte_of_a_file_matters():
    """In rules, seats, ballots, result and head: one bit, the case, and what is no UTF-8."""
    file = made([SAID[1], SAID[2], []])
    whole = written(file).encode()
    for at in range(len(whole)):
        for flip in (0x01, 0x20, 0x80):
            other = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
            try:
                text = other.decode()
            except UnicodeDecodeError:
                continue  # the command refuses it before: see the test above
            with pytest.raises(Differs):
                verify(text, file["head"])


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from([c.value for c in Choice]), max_size=2), min_size=1, max_size=5
    ),
    bytes_changed,
)
def test_a_byte_changed_put_in_or_left_out_shows_in_every_file(said, change):
    whole = written(made(said)).encode()
    other = changed(whole, *change)
    try:
        text = other.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(Differs):
        verify(text)
