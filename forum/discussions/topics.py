"""Topics: their groups, their labels in the reader's language, what a filter on one means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g
from sqlalchemy import Row, Select, or_, select

from forum.db import db
from forum.discussions.models import Topic
from forum.lib import clock
from forum.web.held import held
from forum.web.locale import current_locale

FINANCE = "finance-markets"  # the group whose threads carry the note on prices
KEPT_FOR = timedelta(minutes=1)  # topics come with a command; a new one is known this soon


class TopicRow(NamedTuple):
    """A topic or a group, named in the reader's language."""

    id: int
    slug: str
    group: str
    label: str

    @property
    def is_group(self) -> bool:
        """Whether it is a group of topics."""
        return self.slug == self.group


class Group(NamedTuple):
    """A group and its topics, in their order."""

    slug: str
    label: str
    topics: tuple[TopicRow, ...]


def all_topics() -> dict[str, TopicRow]:
    """Every topic and group by slug, in their order, named for the reader."""
    found: dict[str, TopicRow] | None = held().get("topics")
    if found is None:
        found = g.topics = _named(current_locale())
    return found


def topic_label(slug: str) -> str:
    """The topic's label in the reader's language; its slug when there is no such topic."""
    found = all_topics().get(slug)
    return found.label if found else slug


def groups() -> tuple[Group, ...]:
    """The groups with their topics."""
    return _grouped(tuple(all_topics().values()))


@lru_cache(maxsize=16)  # a language each
def _grouped(topics: tuple[TopicRow, ...]) -> tuple[Group, ...]:
    return tuple(
        Group(
            one.slug,
            one.label,
            tuple(t for t in topics if t.group == one.slug and not t.is_group),
        )
        for one in topics
        if one.is_group
    )


def choices_by_group() -> dict[str, list[tuple[str, str]]]:
    """Slug and label of the topics in each group, by the group's label: for forms."""
    return {one.label: [(topic.slug, topic.label) for topic in one.topics] for one in groups()}


def topics_under(slugs: Iterable[str]) -> Select[int]:
    """The ids of these topics and, for a group among them, of all its topics."""
    wanted = tuple(slugs)
    return select(Topic.id).where(or_(Topic.slug.in_(wanted), Topic.group.in_(wanted)))


def about_finance(slugs: Iterable[str]) -> bool:
    """Whether one of these topics is of money and markets."""
    known = all_topics()
    return any(slug in known and known[slug].group == FINANCE for slug in slugs)


@dataclass(frozen=True)
class _Kept:
    """The topics as stored, read anew after a minute: nobody edits them from a page."""

    since: datetime
    rows: list[Row[Any]]
    named: dict[str, dict[str, TopicRow]]  # by language, then by slug


def _named(language: str) -> dict[str, TopicRow]:
    now = clock.now()
    kept: _Kept | None = current_app.extensions.get("topics")
    if kept is None or not kept.rows or not kept.since <= now < kept.since + KEPT_FOR:
        columns = (Topic.id, Topic.slug, Topic.group, Topic.labels)
        query = select(*columns).order_by(Topic.position, Topic.id)
        kept = _Kept(now, list(db.session.execute(query)), {})
        current_app.extensions["topics"] = kept
    if language not in kept.named:
        kept.named[language] = {
            row.slug: TopicRow(row.id, row.slug, row.group, _label(row.labels, row.slug, language))
            for row in kept.rows
        }
    return kept.named[language]


def _label(labels: dict[str, str], slug: str, language: str) -> str:
    return labels.get(language) or labels.get("en") or slug
