import pytest

from forum.exchanges import policy
from tests.people import viewer

ROLES = ["observer", "expert", "member", "coordinator", "delegate", "staff", "operator"]


@pytest.mark.parametrize("role", ROLES)
def test_only_who_facilitates_runs_an_exchange(app, cast, role):
    assert policy.can_run_exchange(viewer(cast.facilitator))
    refusal = policy.can_run_exchange(viewer(getattr(cast, role)))
    assert not refusal
    assert refusal.reason == "Only facilitators run an exchange and its stages."


def test_staff_hold_sessions_too(app, cast):
    assert policy.can_hold_sessions(viewer(cast.staff))
    assert policy.can_hold_sessions(viewer(cast.facilitator))


@pytest.mark.parametrize("role", ["observer", "expert", "member", "delegate", "operator"])
def test_nobody_else_holds_sessions(app, cast, role):
    assert not policy.can_hold_sessions(viewer(getattr(cast, role)))


def test_everyone_signed_in_may_join_a_session_and_nobody_else(app, cast):
    assert policy.can_join_sessions(viewer(cast.observer))
    assert not policy.can_join_sessions(viewer(None))
