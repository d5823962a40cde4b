"""Deny by default: no door without a mark."""

from collections import Counter

from forum.web.guard import GUARD_ATTRIBUTE


def test_every_view_says_who_may_enter(app):
    unmarked = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if not getattr(view, GUARD_ATTRIBUTE, None)
    ]
    assert not unmarked


def test_addresses_are_reached_by_get_and_post_alone(app):
    others = {
        rule.rule: rule.methods
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS", "POST"}
    }
    assert not others


def test_no_two_views_answer_the_same_address(app):
    doors = Counter(
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )
    assert [door for door, count in doors.items() if count > 1] == []
