"""Search over many posts, loaded in bulk: what a page of it costs, and how that grows.

The texts are of the demonstration's words, as often as they occur there; the entries are made
by the search room's own tokens, so that the index is the one the program would have made.
"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bench import world
from bench.words import Writer
from bench.world import World
from forum.db import db, immediate
from forum.directory.models import Project
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Thread
from forum.exchanges.models import Stage
from forum.lib import clock, tokens
from forum.search import documents
from forum.search.models import SearchEntry, Source, place_of
from forum.search.words import tokens as tokens_of
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space

A_THREAD = 20  # posts in each
TEXTS = 1_000  # different ones; each is told again and again
CHUNK = 5_000  # rows an INSERT
APART = timedelta(seconds=7)  # one post from the next

# what is asked: a page's name and its address; `{rare}` is a word of one text in a thousand
QUESTIONS = (
    ("search, common word", "/search?q=costos"),
    ("search, two words", "/search?q=costos+proyecto"),
    ("search, with synonyms", "/search?q=auditor"),
    ("search, phrase", "/search?q=%22los+costos%22"),
    ("search, beginning", "/search?q=cert*"),
    ("search, narrowed", "/search?q=costos&kind=reply&country=GT"),
    ("search, rare word", "/search?q={rare}"),
    ("search, nothing found", "/search?q=xyzzyqq"),
    ("search, closest first", "/search?q=costos&order=best"),
)


def build(folder: Path, posts: int) -> World:
    """A forum in which so many posts can be found, nine of ten of them by the network alone."""
    made = world.build(folder, threads=20, posts=400)
    with made.app.app_context(), immediate():
        _fill(posts)
        db.session.commit()
        db.session.execute(db.text("INSERT INTO search_text(search_text) VALUES ('optimize')"))
        db.session.commit()
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()
    return made


def pages(made: World) -> list[tuple[str, str, str, str]]:
    """The questions as pages to be measured: name, who, path, cookie."""
    return [
        (name, "signed in", path.format(rare="zapotillo"), made.cookie) for name, path in QUESTIONS
    ] + [("search, common word", "visitor", "/search?q=costos", "")]


def _fill(posts: int) -> None:
    writer = Writer(seed=2)
    texts = [documents.plain(writer.paragraphs(world.POST_CHARACTERS)) for _ in range(TEXTS)]
    words = [tokens_of("", text, "es", ()) for text in texts]
    projects = db.session.query(Project.id, Project.country).all()
    author = db.session.query(Thread.author_id).limit(1).scalar()
    stages = [stage for (stage,) in db.session.query(Stage.id)]
    spaces = [single_space(SpaceKind.PUBLIC).id, *[single_space(SpaceKind.NETWORK).id] * 9]
    first = (db.session.query(db.func.max(Thread.id)).scalar() or 0) + 1
    start = clock.now() - APART * posts
    threads, entries = [], []
    for n in range(posts):
        thread_id, number = first + n // A_THREAD, n % A_THREAD + 1
        at, place = start + APART * n, n // A_THREAD
        space, stage = spaces[place % 10], stages[place % len(stages)]
        if number == 1:
            threads.append(
                {
                    "id": thread_id,
                    "public_id": tokens.public_id(),
                    "stage_id": stage,
                    "space_id": space,
                    "title": texts[n % TEXTS][:80],
                    "kind": ThreadKind.DISCUSSION,
                    "author_id": author,
                    "language": "es",
                    "last_number": A_THREAD,
                    "post_count": A_THREAD,
                    "last_post_at": at,
                }
            )
        project, country = projects[n % len(projects)]
        which = writer.pick(0, TEXTS - 1)
        rare = " ~zapotillo" if n % 1_000 == 7 else ""
        kind = "discussion" if number == 1 else "reply"
        marks = (
            f"#country.{country} #in.{space} #kind.{kind} #lang.es #project.{project}"
            f" #stage.{stage} #state.open #thread.{thread_id}"
        ).lower()
        entries.append(
            {
                "id": place_of(at, Source.POST, 1_000_000 + n),
                "source": Source.POST,
                "object_id": 1_000_000 + n,
                "at": at,
                "path": f"/posts/{tokens.public_id()}",
                "kind": kind,
                "state": "open",
                "thread_id": thread_id,
                "space_id": space,
                "project_id": project,
                "country": country,
                "language": "es",
                "text": texts[which],
                "tokens": f"{words[which]}{rare} {marks}",
            }
        )
        if len(entries) == CHUNK:
            _store(threads, entries)
            threads, entries = [], []
    _store(threads, entries)


def _store(threads: list[dict[str, object]], entries: list[dict[str, object]]) -> None:
    if threads:
        db.session.execute(insert(Thread), threads)
    if entries:
        db.session.execute(insert(SearchEntry), entries)
