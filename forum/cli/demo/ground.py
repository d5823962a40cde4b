"""What is there before anybody speaks: projects, people, topics, the exchange, the coalition."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any

from forum.accounts.demo import PASSWORD
from forum.accounts.models import Person, TermsAcceptance
from forum.accounts.passwords import hashed
from forum.accounts.sides import Side
from forum.cli.demo.story import FACILITATOR, Story, read
from forum.coalition.actions import members as coalition_actions
from forum.coalition.queries.members import coalition_or_404
from forum.db import db
from forum.directory import actions as directory_actions
from forum.directory.models import Lifecycle, Project, ProjectRole, Region
from forum.discussions.actions import ensure_topics
from forum.exchanges import actions as exchange_actions
from forum.exchanges.actions import Words
from forum.exchanges.models import Exchange, Stage
from forum.exchanges.queries.sessions import session_or_404
from forum.lib import clock, markup
from forum.spaces.actions import ensure_spaces, let_facilitator_in
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import single_space
from forum.web.settings import settings

ANNOUNCED = 12  # days before a session it is announced
MINUTES_TAKEN = timedelta(days=1)  # after a session, until its outcomes are written down
_SOURCE = re.compile(r"\s*\(Fuente: (?P<source>[^()]+(?:\([^()]*\))?[^()]*)\)\s*$")


def lay(story: Story) -> None:
    """Make what no action makes, and plan the rest."""
    places = read("exchange")
    with clock.frozen(story.ago(places["exchange"]["created_days_ago"])):
        ensure_spaces()
        story.spaces = {
            kind.value: single_space(kind).id for kind in (SpaceKind.PUBLIC, SpaceKind.NETWORK)
        }
        topics = read("topics")
        ensure_topics([*topics["group"], *topics["topic"]])
        region = Region(**places["region"])
        db.session.add(region)
        db.session.flush()
        story.region_id = region.id
        _add_projects(story)
        _add_people(story)
        _add_exchange(story, places)
    _plan_coalition(story, places["coalition"])
    for session in places["session"]:
        _plan_session(story, session)


def words(text: str) -> Words:
    """Markdown as the files hold it, and rendered."""
    return Words(text.strip(), markup.render(text.strip()))


def _add_projects(story: Story) -> None:
    for card in read("projects")["project"]:
        card |= {
            "summary": card["summary"].strip(),
            "lifecycle": Lifecycle(card["lifecycle"]) if card["lifecycle"] else None,
        }
        story.projects[card["slug"]] = Project(region_id=story.region_id, **card)
    db.session.add_all(story.projects.values())
    db.session.flush()


def _add_people(story: Story) -> None:
    password = hashed(PASSWORD)  # slow on purpose: once for all
    cards = read("people")["person"]
    fields = ("email", "name", "is_operator", "locale", "timezone")
    for card in cards:
        story.people[card["email"]] = Person(
            side=Side(card["side"]),
            password_hash=password,
            session_epoch=0,
            **{name: card[name] for name in fields},
        )
    db.session.add_all(story.people.values())
    db.session.flush()
    db.session.add_all(
        TermsAcceptance(person_id=person.id, version=settings().terms_version)
        for person in story.people.values()
    )
    for card in cards:
        if "project" in card:
            person, project = story.people[card["email"]], story.projects[card["project"]]
            directory_actions.add_member(None, project.id, person, ProjectRole(card["role"]))
        if card.get("delegate"):
            story.delegates[card["project"]] = card["email"]
    for profile in read("experts")["expert"]:
        profile["about"] = profile["about"].strip()
        viewer = story.viewer(profile.pop("email"))
        directory_actions.keep_profile(viewer, version=0, **profile)


def _add_exchange(story: Story, places: dict[str, Any]) -> None:
    card, timezone = places["exchange"], story.timezone
    purpose = words(card["purpose"])
    exchange = Exchange(
        slug=card["slug"],
        region_id=story.region_id,
        title=card["title"],
        purpose=purpose.text,
        purpose_html=purpose.html,
        language=card["language"],
    )
    db.session.add(exchange)
    db.session.flush()
    story.exchange_id = exchange.id
    for stage in places["stage"]:
        purpose = words(stage["purpose"])
        closing = story.on_day(stage["closes_days_ago"], 0, timezone).date()
        story.stages[stage["number"]] = Stage(
            exchange_id=exchange.id,
            number=stage["number"],
            title=stage["title"],
            purpose=purpose.text,
            purpose_html=purpose.html,
            opens_at=story.on_day(stage["opens_days_ago"], 0, timezone),
            closes_at=clock.end_of_day(closing, timezone),
        )
    db.session.add_all(story.stages.values())
    db.session.flush()


def _plan_coalition(story: Story, card: dict[str, Any]) -> None:
    story.coalition = card["slug"]
    story.at(story.ago(card["created_days_ago"]), partial(_found, story, card))
    people = read("people")["person"]
    for member in card["members"]:
        own = [p for p in people if p.get("project") == member["project"]]
        joined = story.ago(member["joined_days_ago"])
        story.at(joined, partial(_admit, story, member["project"], own))


def _found(story: Story, card: dict[str, Any]) -> None:
    first = story.people[FACILITATOR]
    fields = ("region", "slug", "name", "timezone", "number_prefix")
    founded = coalition_actions.found_coalition(
        facilitator=first, **{name: card[name] for name in fields}
    )
    story.spaces["coalition"] = founded.space_id
    space = db.session.get_one(Space, founded.space_id)
    for other in story.people.values():
        if other.side is Side.FACILITATOR and other is not first:
            let_facilitator_in(first.id, space, other)
    story.forget_viewers()


def _admit(story: Story, project: str, people: list[dict[str, Any]]) -> None:
    viewer, coalition = story.viewer(FACILITATOR), coalition_or_404(story.coalition)
    coalition_actions.admit_project(viewer, coalition, project)
    for card in people:
        if card["delegate"] or card["alternate"]:
            coalition_actions.name_delegate(
                viewer,
                coalition,
                story.projects[project].id,
                person=story.people[card["email"]].public_id,
                alternate=card["alternate"],
                last_day=_term(card, coalition.timezone),
            )
    story.forget_viewers()


def _term(card: dict[str, Any], timezone: str) -> date | None:
    """The last day of the office, where the card gives it a term."""
    days = card.get("term_days")
    return clock.today(timezone) + timedelta(days=days) if days else None


def _plan_session(story: Story, card: dict[str, Any]) -> None:
    starts_at = story.on_day(card["days_ago"], card["hour"], card["timezone"])
    exchange_created = story.ago(read("exchange")["exchange"]["created_days_ago"])
    announced = max(starts_at - timedelta(days=ANNOUNCED), exchange_created)

    def announce() -> None:
        viewer = story.viewer(FACILITATOR)
        plain = (
            "title",
            "minutes",
            "timezone",
            "join_url",
            "language",
            "source_url",
            "source_note",
        )
        session = exchange_actions.create_session(
            viewer,
            db.session.get_one(Exchange, story.exchange_id),
            stage_number=card["stage"],
            starts_at=starts_at,
            agenda=words(card["agenda"]),
            **{name: card[name] for name in plain},
        )
        story.sessions[card["id"]] = session.public_id
        taking_part = {p["project"]: p["presented"] for p in card["participations"]}
        exchange_actions.record_participants(viewer, session_or_404(session.public_id), taking_part)

    def write_down() -> None:
        page, viewer = session_or_404(story.sessions[card["id"]]), story.viewer(FACILITATOR)
        for outcome in card["outcomes"]:
            text, source = _split_source(outcome)
            exchange_actions.record_outcome(
                viewer, page, text=words(text), language=card["language"], source_note=source
            )

    story.at(announced, announce)
    story.at(starts_at + MINUTES_TAKEN, write_down)


def _split_source(outcome: str) -> tuple[str, str]:
    """What came out, and where that is reported."""
    found = _SOURCE.search(outcome)
    if not found:
        return outcome, ""
    source = found["source"]
    return outcome[: found.start()], source[0].upper() + source[1:]
