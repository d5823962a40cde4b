"""The directory one can filter: what is found, counted and paged; what an expert can take."""

import re

import pytest

from forum.db import db
from forum.directory import finding
from forum.directory.queries import audited_slugs, own_profile
from tests.factories.directory import a_profile
from tests.people import person, viewer

pytestmark = pytest.mark.both_databases


def expert(name, **profile):
    return a_profile(db.session, person(db.session, name, "expert"), **profile)


def names(page):
    return [row.name for row in page.rows]


def test_every_filter_narrows_and_the_count_is_what_is_found(app, cast):
    expert("ana", topics=["fire", "pin"], languages=["es", "fr"], countries=["PE"])
    expert("berta", topics=["fire"], languages=["en"], countries=["PE", "HN"])
    expert("carla", topics=["fire"], languages=["es"], countries=["HN"], available=False)
    me = viewer(cast.member)
    for wanted, found in (
        ({"topic": "fire"}, ["Ana", "Berta", "Carla"]),
        ({"topic": "fire", "language": "es"}, ["Ana", "Carla"]),
        ({"topic": "fire", "country": "PE"}, ["Ana", "Berta"]),
        ({"topic": "fire", "available": True}, ["Ana", "Berta"]),
        ({"topic": "fir"}, []),
        ({"topic": "f_re"}, []),
        ({"topic": 'fire", "pin'}, []),
        ({"language": "%"}, []),
    ):
        page = finding.experts(me, finding.Wanted(**wanted))
        assert (names(page), page.count) == (found, len(found)), wanted


def test_who_takes_nothing_now_comes_last_and_is_not_available(app, cast):
    expert("aaa", capacity=0)
    page = finding.experts(viewer(cast.member))
    assert names(page)[-1] == "Aaa"
    assert "Aaa" not in names(finding.experts(viewer(cast.member), finding.Wanted(available=True)))


def test_pages_follow_each_other_without_a_gap_or_a_repeat(app, cast):
    for n in range(7):
        expert(f"e{n}", available=n % 2 == 0)
    me, seen, after = viewer(cast.member), [], ""
    while True:
        page = finding.experts(me, after=after, limit=4)
        assert page.count == 9
        seen += names(page)
        if page.after is None:
            break
        after = page.after
    assert seen == names(finding.experts(me, limit=50))
    assert len(set(seen)) == 9
    assert names(finding.experts(me, after="zzzzzzzzzzzz", limit=4)) == seen[:4]


def test_the_filter_goes_along_to_the_next_page(app, cast, sign_in):
    for n in range(finding.PAGE + 1):
        expert(f"e{n}")
    text = sign_in(cast.member).get("/experts?topic=fire&available=1").text
    assert f"{finding.PAGE + 1} experts" in text
    further = re.search(r'rel="next" href="([^"]+)"', text) or re.search(
        r'href="([^"]+)"[^>]*rel="next"', text
    )
    further = further[1].replace("&amp;", "&")
    assert "topic=fire" in further
    assert "available=1" in further
    assert "E9" in sign_in(cast.member).get(further).text


def test_nothing_found_says_what_to_do(app, cast, sign_in):
    text = sign_in(cast.member).get("/experts?topic=pin&country=HN").text
    assert "Nobody here knows all of that" in text
    assert "Show every expert" in text


FIELDS = {"about": "Sé de fuego.", "language": "es", "available": "y", "version": 1}


def test_an_expert_says_how_many_and_whom_they_audit(app, cast, sign_in):
    client = sign_in(cast.expert)
    sent = client.send("/experts/mine", FIELDS | {"capacity": "3", "audited": ["ceiba", "encinos"]})
    assert sent.status_code == 303
    kept = own_profile(viewer(cast.expert))
    assert (kept.capacity, kept.audits) == (3, True)
    assert sorted(audited_slugs(cast.expert.id)) == ["ceiba", "encinos"]
    assert viewer(cast.expert).audits(cast.projects["ceiba"].id)
    client.send("/experts/mine", FIELDS | {"version": 2, "capacity": "0", "audited": ["encinos"]})
    assert audited_slugs(cast.expert.id) == ["encinos"]
    assert not viewer(cast.expert).audits(cast.projects["ceiba"].id)


@pytest.mark.parametrize("number", ["-1", "21", "many"])
def test_a_number_that_does_not_fit_is_refused_with_the_text_kept(app, cast, sign_in, number):
    sent = sign_in(cast.expert).send("/experts/mine", FIELDS | {"capacity": number})
    assert sent.status_code == 422
    assert "Sé de fuego." in sent.text
