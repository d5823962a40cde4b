"""The states of asks and offers, and why somebody fits."""

from types import SimpleNamespace

from forum.asks.fitting import fit
from forum.asks.lifecycle import (
    NEXT,
    OFFER_NEXT,
    AskStatus,
    OfferStatus,
    Verdict,
    after_verdict,
    can_become,
    live_status,
    offer_can_become,
)


def test_every_state_says_what_follows_it():
    assert set(NEXT) == set(AskStatus)
    assert set(OFFER_NEXT) == set(OfferStatus)


def test_a_closed_ask_stays_closed_and_every_other_can_be_closed():
    for status in AskStatus:
        assert can_become(status, AskStatus.CLOSED) == (status != AskStatus.CLOSED)
        assert not can_become(AskStatus.CLOSED, status)


def test_nothing_helps_before_somebody_offers():
    assert not can_become(AskStatus.OPEN, AskStatus.HELPED)
    assert can_become(AskStatus.OFFERED, AskStatus.HELPED)


def test_a_declined_offer_is_not_made_again_and_a_withdrawn_one_may_be():
    assert not offer_can_become(OfferStatus.DECLINED, OfferStatus.OFFERED)
    assert offer_can_become(OfferStatus.WITHDRAWN, OfferStatus.OFFERED)


def test_an_ask_is_offered_while_anybody_offers():
    gone = [OfferStatus.DECLINED, OfferStatus.WITHDRAWN, OfferStatus.ASKED]
    assert live_status(gone) == AskStatus.OPEN
    assert live_status([*gone, OfferStatus.ACCEPTED]) == AskStatus.OFFERED
    assert live_status([*gone, OfferStatus.OFFERED]) == AskStatus.OFFERED


def test_help_that_did_not_help_ends_the_ask():
    assert after_verdict(Verdict.NO) == AskStatus.CLOSED
    assert after_verdict(Verdict.PARTLY) == AskStatus.HELPED


def test_knowing_the_matter_counts_more_than_language_and_country_together():
    knows = SimpleNamespace(topics=["fire"], languages=[], countries=[])
    near = SimpleNamespace(topics=["pin"], languages=["es"], countries=["GT"])
    asked = {"topics": ["fire"], "language": "es", "country": "GT"}
    assert fit(knows, **asked).score > fit(near, **asked).score
    assert not fit(knows, **asked).good
    assert fit(near, **asked).country == "GT"
