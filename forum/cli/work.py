"""`flask work`: sends letters, seals votes and does every other chore, again and again."""

import signal
import threading
from types import FrameType

import click
from flask.cli import with_appcontext

from forum.mail import work_once
from forum.web.settings import settings
from forum.web.timekeeping import keep_time

PAUSE = 5.0  # seconds between rounds with nothing to do


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@with_appcontext
def work(once: bool) -> None:
    """Do the chores, until told to stop (TERM or INT lets the round under way end)."""
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if not once:
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
    while not stop.is_set():
        keep_time(settings())
        done = work_once()
        if any(done.values()):
            click.echo(", ".join(f"{name}: {count}" for name, count in done.items() if count))
        elif once:
            return
        else:
            stop.wait(PAUSE)
