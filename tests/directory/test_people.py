"""People and experts: who sees them, and an expert's own profile."""

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from forum.directory import actions
from forum.directory.models import ExpertProfile
from forum.directory.queries import expert_or_404, own_profile
from forum.lib.permission import Forbidden
from forum.web.forms import Stale
from tests.factories.directory import a_profile
from tests.people import person, viewer

PROFILE = {
    "topics": [],
    "languages": ["es", "qu"],
    "countries": ["HN"],
    "about": "Contesto sobre fuego.",
    "language": "es",
    "available": True,
    "audits": False,
}


def profile_of(somebody):
    return db.session.scalars(
        select(ExpertProfile).where(ExpertProfile.person_id == somebody.id)
    ).one()


@pytest.mark.parametrize("page", ["/experts", "/experts/{expert}", "/people/{person}"])
def test_people_are_found_by_the_network_alone(app, cast, client, sign_in, page):
    path = page.format(expert=profile_of(cast.expert).public_id, person=cast.member.public_id)
    assert sign_in(cast.member).get(path).status_code == 200
    assert sign_in(cast.staff).get(path).status_code == 200
    for other in (client, sign_in(cast.observer), sign_in(cast.operator)):
        assert other.get(path).status_code == 404


def test_who_may_not_see_an_expert_is_answered_as_if_there_were_none(app, cast, client):
    name = profile_of(cast.expert).public_id
    there, missing = client.get(f"/experts/{name}"), client.get("/experts/zzzzzzzzzzzz")
    assert there.text.replace(name, "zzzzzzzzzzzz") == missing.text


def test_a_persons_page_shows_projects_and_never_the_address(app, cast, sign_in):
    page = sign_in(cast.staff).get(f"/people/{cast.coordinator.public_id}").text
    assert "Proyecto Ceiba" in page
    assert "Coordinator" in page
    assert "people.example" not in page


def test_suspended_people_are_not_found(app, cast, sign_in):
    assert sign_in(cast.member).get(f"/people/{cast.suspended.public_id}").status_code == 404


def test_experts_are_found_by_topic_language_and_country(app, cast, sign_in):
    marta = person(db.session, "marta", "expert")
    a_profile(db.session, marta, audits=True)
    client = sign_in(cast.member)
    everyone = client.get("/experts").text
    assert "Marta" in everyone
    assert "Carries out audits" in everyone
    for found in ("?topic=fire", "?language=es&country=HN", "?country=HN&topic="):
        assert "Marta" in client.get(f"/experts{found}").text
    for missing in ("?topic=pin", "?language=en", "?country=MX", "?country=<script>"):
        page = client.get(f"/experts{missing}").text
        assert "Marta" not in page
        assert "<script>" not in page.partition("<main")[2]


def test_an_expert_writes_the_profile_for_the_first_time_and_again(app, cast, sign_in):
    db.session.delete(profile_of(cast.expert))
    client = sign_in(cast.expert)
    fields = PROFILE | {"available": "y", "audits": "y"}
    first = client.send("/experts/mine", fields, version=0)
    assert first.status_code == 303
    again = client.send("/experts/mine", fields | {"about": "Más"}, version=1, available=None)
    assert again.headers["Location"] == first.headers["Location"]
    kept = own_profile(viewer(cast.expert))
    assert (kept.about, kept.available, kept.audits) == ("Más", False, True)
    assert kept.languages == ["es", "qu"]
    verbs = list(db.session.scalars(select(Event.verb)))
    assert verbs == ["expert.profile_kept"] * 2


def test_a_profile_changed_elsewhere_shows_both_texts(app, cast, sign_in):
    client = sign_in(cast.expert)
    assert client.send("/experts/mine", PROFILE, version=1).status_code == 303
    stale = client.send("/experts/mine", PROFILE | {"about": "Mi otro texto"}, version=1)
    assert stale.status_code == 409
    assert "Contesto sobre fuego." in stale.text
    assert "Mi otro texto" in stale.text


@pytest.mark.parametrize("role", ["member", "facilitator", "staff", "observer"])
def test_nobody_else_keeps_a_profile(app, cast, sign_in, role):
    assert sign_in(getattr(cast, role)).get("/experts/mine").status_code == 403
    with pytest.raises(Forbidden):
        actions.keep_profile(viewer(getattr(cast, role)), version=0, **PROFILE)


@pytest.mark.both_databases
def test_writing_the_first_profile_twice_at_once_makes_one(app, cast, race):
    db.session.delete(profile_of(cast.expert))
    db.session.commit()

    def one(i):
        actions.keep_profile(viewer(cast.expert), version=0, **(PROFILE | {"about": str(i)}))
        db.session.commit()
        return "kept"

    done = race(5, one)
    assert done.count("kept") == 1
    assert sum(isinstance(answer, Stale) for answer in done) == 4
    db.session.expire_all()
    assert expert_or_404(profile_of(cast.expert).public_id, viewer(cast.member)).version == 1


def test_unknown_choices_are_refused(app, cast, sign_in):
    sent = sign_in(cast.expert).send(
        "/experts/mine", PROFILE | {"countries": ["ZZ"], "about": "Kept"}, version=1
    )
    assert sent.status_code == 422
    assert "Kept" in sent.text
