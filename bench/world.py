"""A seeded forum of a given size, in SQLite unless told otherwise, loaded in bulk."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert

from bench.words import CONTENT, Writer
from forum import create_app
from forum.accounts.actions import begin_session
from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import (
    Ballot,
    Coalition,
    CoalitionMembership,
    Delegate,
    Proposal,
    ProposalVersion,
    Seat,
    Vote,
)
from forum.coalition.tally import Choice, Rules
from forum.config import Settings
from forum.db import db, immediate
from forum.directory.models import Project, ProjectMember, Region
from forum.discussions.actions import ensure_topics
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.models import Post, Thread
from forum.discussions.tree import depth_of, path_of
from forum.exchanges.models import Exchange, Stage
from forum.lib import clock, markup, tokens
from forum.spaces.actions import ensure_spaces, let_project_in, open_coalition_space
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space

PAGE_POSTS = 50  # the bench sets the page size, so that pages compare with the floor's
POST_CHARACTERS = 400
TOPICS = CONTENT / "topics.toml"
COUNTRIES = ("MX", "GT", "HN", "NI", "EC", "BO")
CHUNK = 2_000  # rows an INSERT


@dataclass
class World:
    """Where the pages to measure are, and the cookie of a delegate of the first project."""

    app: Flask
    stage: str
    network_thread: str
    public_thread: str
    proposal: str
    board: str
    exchange: str
    cookie: str


def build(folder: Path, *, threads: int, posts: int, seed: int = 1, url: str = "") -> World:
    """Make the app and a forum of about that size in `folder`, or in the database at `url`."""
    app = app_at(folder, url)
    with app.app_context(), immediate():
        db.create_all()
        world = _Loader(app, Writer(seed)).load(threads, posts)
        db.session.commit()
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()
    return world


def app_at(folder: Path, url: str = "") -> Flask:
    """The app over the database in `folder`, or at `url`."""
    settings = Settings(
        testing=True,
        secret_key="bench",
        data_dir=folder,
        database_url=url or f"sqlite:///{folder / 'bench.db'}",
        default_locale="es",
        page_posts=PAGE_POSTS,
        page_characters=1_000_000,
        page_threads=50,
    )
    return create_app(settings)


def cookie_of(app: Flask, person: Person) -> str:
    """The cookie of that person, signed in, as the first page left it (with its token).

    Inside a transaction; does not commit.
    """
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    token = begin_session(person.id, person.session_epoch)
    content = {"_user_id": token, "_fresh": True, "csrf_token": "0" * 40}
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(content)}"


class _Loader:
    def __init__(self, app: Flask, writer: Writer) -> None:
        self.app, self.write = app, writer
        self.now = clock.now()

    def load(self, threads: int, posts: int) -> World:
        ensure_spaces()
        topics = tomllib.loads(TOPICS.read_text(encoding="utf-8"))
        ensure_topics([*topics["group"], *topics["topic"]])
        region = self._add(Region(slug="america", name="América"))
        self.projects = [self._project(region.id, i, code) for i, code in enumerate(COUNTRIES)]
        self.people = [self._delegate(project) for project in self.projects]
        space = open_coalition_space(region.id)
        coalition = self._add(
            Coalition(
                slug="america",
                name="Coalición",
                region_id=region.id,
                space_id=space.id,
                timezone="America/Guatemala",
                rules=Rules().as_json(),
                number_prefix="LAC",
            )
        )
        for project, person in zip(self.projects, self.people, strict=True):
            let_project_in(None, space, project.id)
            self._add(CoalitionMembership(coalition_id=coalition.id, project_id=project.id))
            self._add(
                Delegate(
                    coalition_id=coalition.id,
                    project_id=project.id,
                    person_id=person.id,
                    side="member",
                )
            )
        exchange = self._add(Exchange(slug="america", region_id=region.id, title="América"))
        stages = [
            self._add(
                Stage(
                    exchange_id=exchange.id,
                    number=n,
                    title=self.write.sentence(20)[:60],
                    opens_at=self.now - timedelta(days=90),
                )
            )
            for n in (1, 2, 3, 4)
        ]
        network = single_space(SpaceKind.NETWORK).id
        public = single_space(SpaceKind.PUBLIC).id
        each = max(1, posts // threads)
        big = [
            self._thread(stages[0].id, network, PAGE_POSTS, minutes=1),
            self._thread(stages[0].id, public, PAGE_POSTS, minutes=2),
        ]
        for i in range(threads):
            place = public if i % 10 == 0 else network
            self._thread(stages[i % 4].id, place, each, minutes=3 + i)
        proposals = [self._proposal(coalition, space.id, i) for i in range(12)]
        return World(
            app=self.app,
            stage="/exchanges/america/stages/1",
            network_thread=f"/threads/{big[0]}",
            public_thread=f"/threads/{big[1]}",
            proposal=f"/proposals/{proposals[0]}",
            board="/coalitions/america/proposals",
            exchange="/exchanges/america",
            cookie=cookie_of(self.app, self.people[0]),
        )

    def _add(self, row: Any) -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    def _project(self, region_id: int, i: int, code: str) -> Project:
        made: Project = self._add(
            Project(slug=f"p{i}", name=f"Proyecto {i}", country=code, region_id=region_id)
        )
        return made

    def _delegate(self, project: Project) -> Person:
        person: Person = self._add(
            Person(
                email=f"{project.slug}@bench.example",
                name=f"Persona {project.slug}",
                side=Side.MEMBER,
                locale="es",
                timezone="America/Guatemala",
                password_hash="-",
            )
        )
        self._add(
            ProjectMember(
                project_id=project.id, person_id=person.id, side="member", role="coordinator"
            )
        )
        return person

    def _thread(self, stage_id: int, space_id: int, posts: int, *, minutes: int) -> str:
        kinds = [kind for kind in ThreadKind if kind is not ThreadKind.SOLUTION]
        kind = kinds[self.write.pick(0, len(kinds) - 1)]
        author = self.write.pick(0, len(self.people) - 1)
        last = self.now - timedelta(minutes=minutes)
        thread = self._add(
            Thread(
                stage_id=stage_id,
                space_id=space_id,
                title=self.write.sentence(50)[:120],
                kind=kind,
                author_id=self.people[author].id,
                project_id=self.projects[author].id,
                language="es",
                last_number=posts,
                post_count=posts,
                last_post_at=last,
                created_at=last - timedelta(days=2),
            )
        )
        rows = list(self._posts(thread, posts))
        for at in range(0, len(rows), CHUNK):
            db.session.execute(insert(Post), rows[at : at + CHUNK])
        public_id: str = thread.public_id
        return public_id

    def _posts(self, thread: Thread, posts: int) -> Any:
        paths = [path_of(1)]
        for number in range(1, posts + 1):
            parent = ""
            if number > 2 and self.write.pick(0, 2):
                parent = paths[self.write.pick(1, len(paths) - 1)]
            path = path_of(number, parent)
            if number > 1:
                paths.append(path)
            body = self.write.paragraphs(POST_CHARACTERS)
            author = self.write.pick(0, len(self.people) - 1)
            yield {
                "public_id": tokens.public_id(),
                "thread_id": thread.id,
                "number": number,
                "path": path,
                "depth": depth_of(path),
                "author_id": self.people[author].id,
                "project_id": self.projects[author].id,
                "kind": PostKind(str(thread.kind)) if number == 1 else PostKind.REPLY,
                "body": body,
                "html": markup.render(body),
                "language": "es",
                "created_at": thread.created_at,
            }

    def _proposal(self, coalition: Coalition, space_id: int, i: int) -> str:
        voting = i % 2 == 0
        body = self.write.paragraphs(1_200)
        proposal = self._add(
            Proposal(
                coalition_id=coalition.id,
                space_id=space_id,
                author_id=self.people[0].id,
                project_id=self.projects[0].id,
                title=self.write.sentence(60)[:150],
                language="es",
                status=ProposalStatus.VOTING if voting else ProposalStatus.IN_DISCUSSION,
                discussion_at=self.now - timedelta(days=25),
            )
        )
        version = self._add(
            ProposalVersion(
                proposal_id=proposal.id,
                number=1,
                author_id=self.people[0].id,
                title=proposal.title,
                problem=body,
                ask=body,
                problem_html=markup.render(body),
                ask_html=markup.render(body),
            )
        )
        if voting:
            vote = self._add(
                Vote(
                    proposal_id=proposal.id,
                    version_id=version.id,
                    opens_at=self.now - timedelta(days=4),
                    closes_at=self.now + timedelta(days=10),
                    rules=Rules().as_json(),
                    opened_by_id=self.people[0].id,
                )
            )
            for n, (project, person) in enumerate(zip(self.projects, self.people, strict=True)):
                seat = self._add(
                    Seat(
                        vote_id=vote.id,
                        project_id=project.id,
                        country=project.country,
                        delegate_id=person.id,
                    )
                )
                if n < 4:
                    self._add(
                        Ballot(
                            seat_id=seat.id,
                            seq=1,
                            choice=Choice.AGREE,
                            language="es",
                            reason=self.write.sentence(80),
                            cast_by_id=person.id,
                            cast_at=self.now,
                        )
                    )
        public_id: str = proposal.public_id
        return public_id
