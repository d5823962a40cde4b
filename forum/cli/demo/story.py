"""The story of the demonstration: who is in it, and what happens when."""

import tomllib
from collections.abc import Callable
from datetime import datetime, time, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

from flask import g

from forum.accounts.models import Person
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.directory.models import Project
from forum.discussions.queries import thread_row
from forum.discussions.rows import ThreadRow
from forum.exchanges.models import Stage
from forum.lib import clock
from forum.spaces import Viewer, viewer_of
from forum.web.identity import Identity

_FILES = Path(__file__).resolve().parent.parent / "demonstration"

FACILITATOR = "facilitator@coalition.example"  # does what no other of the files is named for

DAWN = timedelta(hours=6)
AWAKE = 16 / 24  # of a day

Happening = Callable[[], object]


def read(name: str) -> dict[str, Any]:
    """One of the demonstration's files."""
    with (_FILES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def thread_files() -> list[str]:
    """The names of the files that hold conversations, in their order."""
    return sorted(file.stem for file in _FILES.glob("threads-*.toml"))


class Story:
    """What the files name, as it comes into being, and what is still to happen.

    Things are kept by the ids the files give them; the inner ids of rows, or the rows.
    """

    def __init__(self) -> None:
        self.now = clock.now()
        self.region_id = self.exchange_id = 0
        self.coalition = ""  # slug
        self.rules = Rules()  # those a coalition begins with
        self.timezone: str = read("exchange")["coalition"]["timezone"]
        self.people: dict[str, Person] = {}
        self.projects: dict[str, Project] = {}
        self.delegates: dict[str, str] = {}  # address by project
        self.stages: dict[int, Stage] = {}
        self.spaces: dict[str, int] = {}
        self.sessions: dict[str, str] = {}  # public ids
        self.threads: dict[str, int] = {}
        self.posts: dict[tuple[str, str], int] = {}  # by thread and post
        self.proposals: dict[str, str] = {}  # public ids
        self.asks: dict[str, str] = {}  # public ids
        self._viewers: dict[str, Viewer] = {}
        self._to_come: list[tuple[datetime, Happening]] = []

    def ago(self, days: float) -> datetime:
        """The moment that many days before loading, by day; a negative number lies ahead.

        People sleep: the hours from midnight to midnight are told between DAWN and dusk, which
        keeps the order of time.
        """
        local = (self.now - timedelta(days=days)).astimezone(clock.zone(self.timezone))
        midnight = datetime.combine(local.date(), time(0), local.tzinfo)
        return midnight + DAWN + (local - midnight) * AWAKE

    def on_day(self, days: int, hour: int, timezone: str) -> datetime:
        """That hour, in that zone, of the day so many days before today there."""
        zone = clock.zone(timezone)
        day = self.now.astimezone(zone).date() - timedelta(days=days)
        return datetime.combine(day, time(hour), zone)

    def at(self, moment: datetime, happening: Happening) -> None:
        """Let something happen then. What should happen after now is left out."""
        if moment <= self.now:
            self._to_come.append((moment, happening))

    def tell(self) -> int:
        """Let it all happen in the order of time, the clock at each moment; how much it was."""
        for moment, happening in sorted(self._to_come, key=itemgetter(0)):
            with clock.frozen(moment):
                happening()
            for name in list(g):  # what a request remembers of one moment
                g.pop(name)
        return len(self._to_come)

    def viewer(self, email: str) -> Viewer:
        """The person as the rooms know who acts."""
        if email not in self._viewers:
            person = self.people[email]
            self._viewers[email] = viewer_of(
                Identity(
                    person_id=person.id,
                    public_id=person.public_id,
                    name=person.name,
                    side=str(person.side),
                    is_operator=person.is_operator,
                    locale=person.locale,
                    timezone=person.timezone,
                    session_epoch=person.session_epoch,
                )
            )
        return self._viewers[email]

    def sees(self, proposal: str, email: str) -> tuple[Viewer, ProposalRow]:
        """The person, and the proposal of that id as they see it now."""
        viewer = self.viewer(email)
        return viewer, proposal_or_404(self.proposals[proposal], viewer)

    def forget_viewers(self) -> None:
        """Somebody sees other things from now on."""
        self._viewers.clear()

    def thread(self, thread: str) -> ThreadRow:
        """The thread of that id as it is now."""
        return thread_row(self.threads[thread])
