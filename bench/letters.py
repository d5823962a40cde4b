"""Letters under load, and over a year.

`python -m bench.letters kill` sends 2,000 letters to a real mail server and kills the worker at 50
random moments. `python -m bench.letters year` lets a region talk for a year and draws how many
letters each side gets a week, as `docs/pictures/letters-a-year.svg`.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.db import db, immediate
from forum.directory.models import ProjectMember
from forum.lib import clock
from forum.mail import sending
from forum.mail.models import Letter
from forum.notifications import actions
from forum.notifications.kinds import Level, What
from forum.notifications.models import Notification
from tests import people
from tests.conftest import fill, make_app
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.factories import exchanges
from tests.mail.test_over_smtp import WORKER, letters_to
from tests.mail.world import World, listening, mail_goes_to
from tests.people import viewer

LETTERS, KILLS = 2_000, 50
CLAIM_MINUTES = 11  # after so long an abandoned claim has run out
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
DAYS = 364
HOURS = (1, 13.05, 16, 22)  # rounds of the worker, UTC: seven in the morning in Guatemala is 13
VISITS = {  # the chance that somebody looks at the forum on a day
    "technician": 0.12,
    "delegate": 0.35,
    "facilitator": 0.8,
    "staff": 0.4,
    "expert": 0.15,
    "observer": 0.05,
}
LIGHT, DARK, RED = "#7fb3a2", "#2f6f5e", "#c8873c"


def kill() -> int:
    """Returns 1 unless every letter arrived under one Message-ID."""
    chance, began = random.Random(7), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="forum-letters-") as folder:
        file = Path(folder) / "forum.db"
        app = make_app(Path(folder), f"sqlite:///{file}")
        fill(app)
        with app.app_context():
            letters_to(*(f"p{number}@people.example" for number in range(LETTERS)))
        with listening(World()) as world:
            kills = starts = 0
            while kills < KILLS and len(world.received) < LETTERS:
                kills += _one_life(file, world, starts, chance)
                starts += 1
            _finish(app, world, starts)
            with app.app_context():
                states = Counter(map(str, db.session.scalars(select(Letter.status))))
                db.engine.dispose()
    arrived: dict[str, set[str]] = defaultdict(set)
    for mail in world.mails:
        arrived[str(mail["To"])].add(str(mail["Message-ID"]))
    twice = len(world.received) - len(arrived)
    print(
        f"{LETTERS} letters, the worker killed at {kills} moments: {len(arrived)} arrived, "
        f"{sum(len(ids) > 1 for ids in arrived.values())} of them under two Message-IDs, "
        f"{twice} came again under the same one; {dict(states)}; "
        f"{time.monotonic() - began:.0f} s"
    )
    whole = len(arrived) == LETTERS and all(len(ids) == 1 for ids in arrived.values())
    return 0 if whole and twice <= kills else 1


def _one_life(file: Path, world: World, number: int, chance: random.Random) -> int:
    """Start a worker, kill it some mails and some thousandths of a second later."""
    wanted = len(world.received) + chance.randint(1, 36)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(file), str(world.port), str(CLAIM_MINUTES * number)],
        env={**os.environ, "FORUM_TESTING": "1"},
    )
    while worker.poll() is None and len(world.received) < wanted:
        time.sleep(0.0005)  # the moment is counted in letters that arrived: looked at often
    time.sleep(chance.random() * 0.02)  # and any moment of the next one
    killed = worker.poll() is None
    if killed:
        worker.send_signal(signal.SIGKILL)
    worker.wait()
    return int(killed)


def _finish(app: Any, world: World, starts: int) -> None:
    clock.set_ahead(timedelta(minutes=CLAIM_MINUTES * (starts + 1)))
    with mail_goes_to(app, world, mail_per_minute=0), app.app_context():
        while sending.send_due():
            pass
    clock.set_ahead(timedelta(0))


def year() -> int:
    """Let a region talk for a year; draws the picture."""
    chance = random.Random(11)
    folder = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="forum-year-", dir=folder) as inside:
        app = make_app(Path(inside), f"sqlite:///{inside}/forum.db")
        fill(app)
        with app.app_context(), immediate():
            with clock.frozen(FIRST_DAY):
                cast = people.load_cast(db.session)
                who = _people(cast)
                stages = [talk.stage(number) for number in range(1, 5)]
                db.session.commit()
            _live(cast, who, stages, chance)
            found = _counted(who)
            db.engine.dispose()
    print(_table(found))
    Path("docs/pictures/letters-a-year.svg").write_text(_picture(found), encoding="utf-8")
    return 0


def _people(cast: Any) -> dict[int, str]:
    """Everybody by inner id, with what they are; technicians as they are in the field."""
    who = {person.id: "delegate" for person in cast.delegates.values()}
    who |= {cast.facilitator.id: "facilitator", cast.expert.id: "expert"}
    who |= {cast.staff.id: "staff", cast.colleague.id: "staff", cast.observer.id: "observer"}
    for name in ("member", "neighbour"):
        who[getattr(cast, name).id] = "technician"
    for number in range(12):
        slug = people.COALITION_SLUGS[number % 6]
        made = Person(
            email=f"t{number}@people.example",
            name=f"Técnica {number}",
            side=Side.MEMBER,
            locale="es",
            timezone="America/Guatemala",
            password_hash="-",
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(
            ProjectMember(
                project_id=cast.projects[slug].id,
                person_id=made.id,
                side=Side.MEMBER,
                role="member",
                from_=clock.now(),
            )
        )
        who[made.id] = "technician"
    db.session.execute(update(Person).values(timezone="America/Guatemala"))
    return who


def _live(cast: Any, who: dict[int, str], stages: list[Any], chance: random.Random) -> None:
    everybody = {one: db.session.get_one(Person, one) for one in who}
    writers = [one for one in who if who[one] != "observer"]
    weights = [{"facilitator": 3, "delegate": 2}.get(who[one], 1) for one in writers]
    threads: list[tuple[Any, datetime]] = []
    for day in range(DAYS):
        today = FIRST_DAY + timedelta(days=day)
        busy = 3 if day % 91 < 14 else 1  # two weeks after a stage opens
        weekend = today.isoweekday() > 5
        for hour in HOURS:
            at = today + timedelta(hours=hour)
            with clock.frozen(at):
                for _post in range(0 if weekend else chance.randint(0, 2 * busy)):
                    (author,) = chance.choices(writers, weights)
                    _write(everybody[author], threads, stages[day // 91 % 4], chance)
                if hour == HOURS[2] and day % 56 == 20:
                    votes.open_vote(cast)
                if hour == HOURS[2] and day % 21 == 3:
                    starts = at + timedelta(days=9)
                    exchanges.a_session(db.session, stages[0], starts_at=starts, title=f"S{day}")
                db.session.commit()
                _visits(who, chance)
                db.session.commit()
                actions.write_notices()
                actions.write_summaries()


def _write(author: Any, threads: list[Any], stage: Any, chance: random.Random) -> None:
    recent = [one for one, at in threads if at > clock.now() - timedelta(days=20)]
    if not recent or chance.random() < 0.15:
        kind = "challenge" if chance.random() < 0.4 else "discussion"
        threads.append((talk.thread(author, stage=stage, kind=kind), clock.now()))
        if chance.random() < 0.5:
            actions.follow(viewer(author), What.STAGE, stage.id, Level.WATCH)
        return
    thread = talk.again(chance.choice(recent[-8:]), author)
    kind = "solution" if thread.kind == "challenge" and chance.random() < 0.2 else "reply"
    talk.post(author, thread, kind=kind)


def _visits(who: dict[int, str], chance: random.Random) -> None:
    here = [one for one, role in who.items() if chance.random() < VISITS[role] / len(HOURS)]
    db.session.execute(
        update(Notification)
        .where(Notification.person_id.in_(here), Notification.read_at.is_(None))
        .values(read_at=clock.now())
    )


Weeks = dict[str, dict[str, list[int]]]  # what they are -> kind of letter -> letters, a person-week


def _counted(who: dict[int, str]) -> Weeks:
    found: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    rows = db.session.execute(select(Letter.person_id, Letter.kind, Letter.created_at))
    for person, kind, at in rows:
        if person in who:
            named = kind if kind in {"notice", "summary"} else "other"
            found[person, (at - FIRST_DAY).days // 7][named] += 1
    weeks: Weeks = {role: defaultdict(list) for role in VISITS}
    for person, role in who.items():
        for week in range(DAYS // 7):
            here = found[person, week]
            for kind in ("notice", "summary", "other"):
                weeks[role][kind].append(here[kind])
            weeks[role]["all"].append(sum(here.values()))
    return weeks


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / max(1, len(numbers))


def _worst(numbers: list[int]) -> int:
    return sorted(numbers)[int(len(numbers) * 0.95)]


def _table(weeks: Weeks) -> str:
    lines = ["| side | summaries | notices | votes and answers | all | 19 of 20 weeks at most |"]
    lines.append("|---" * 6 + "|")
    for role, kinds in weeks.items():
        means = [f"{_mean(kinds[kind]):.2f}" for kind in ("summary", "notice", "other", "all")]
        lines.append(f"| {role} | {' | '.join(means)} | {_worst(kinds['all'])} |")
    return "\n".join(lines)


def _picture(weeks: Weeks) -> str:
    """Bars by side: what a week brings on average, stacked; a mark where 19 of 20 weeks end."""
    wide, left, row = 760, 120, 46
    most = max(_worst(kinds["all"]) for kinds in weeks.values()) or 1
    scale = (wide - left - 60) / most
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {row * len(weeks) + 90}" '
        'font-family="system-ui, sans-serif" font-size="14" role="img">',
        "<title>Letters a person and week, by side, over a simulated year</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="16" y="26" font-weight="600">Letters a person and week, over a year</text>',
    ]
    legend = (("summary", "gathered", LIGHT), ("notice", "meant for one", DARK))
    legend += (("other", "votes and answers", RED),)
    for place, (_kind, words, colour) in enumerate(legend):
        x = left + place * 170
        out.append(f'<rect x="{x}" y="40" width="12" height="12" fill="{colour}"/>')
        out.append(f'<text x="{x + 18}" y="51">{words}</text>')
    for number, (role, kinds) in enumerate(weeks.items()):
        y, x = 70 + number * row, float(left)
        out.append(f'<text x="{left - 12}" y="{y + 20}" text-anchor="end">{role}</text>')
        for kind, _words, colour in legend:
            width = _mean(kinds[kind]) * scale
            out.append(
                f'<rect x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="24" fill="{colour}"/>'
            )
            x += width
        out.append(f'<text x="{x + 6:.1f}" y="{y + 21}">{_mean(kinds["all"]):.1f}</text>')
        end = left + _worst(kinds["all"]) * scale
        out.append(f'<path d="M{end:.1f} {y} v32" stroke="#444" stroke-dasharray="3 3"/>')
    y = 70 + len(weeks) * row + 8
    out.append(f'<text x="{left}" y="{y}" fill="#444">Dashed: 19 of 20 weeks bring no more.</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


if __name__ == "__main__":
    sys.exit({"kill": kill, "year": year}[sys.argv[1]]())
