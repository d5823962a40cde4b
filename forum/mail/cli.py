"""`flask mail status`: how the outbox stands."""

import click
from flask.cli import AppGroup

from forum.mail.queries import outbox_now
from forum.web.settings import settings

LATE_MINUTES = 15  # an outbox that lags so far behind needs somebody to look

mail = AppGroup("mail", help="Letters out and in.")


@mail.command("status")
def status() -> None:
    """Tell how many letters wait, were sent and failed; fails when the oldest waits too long."""
    now, minutes = outbox_now(), 0
    for words, count in (
        ("due now", now.due),
        ("put off until later", now.later),
        ("being sent", now.sending),
        ("left by a worker that ended", now.abandoned),
        ("given up", now.failed),
        ("sent in the last hour", now.sent_last_hour),
        ("sent in the last day", now.sent_last_day),
    ):
        click.echo(f"{count:7}  {words}")
    limit = settings().mail_per_minute
    click.echo(f"{limit or 'no':>7}  a minute at most" if limit else "     no  limit a minute")
    if now.oldest_due:
        minutes = int(now.late_by.total_seconds() // 60)
        click.echo(f"The oldest letter that is due has waited {minutes} minutes.")
    if minutes >= LATE_MINUTES:
        raise click.exceptions.Exit(1)
