"""`flask mail …`: how the outbox stands, and the doors that mail comes in by."""

import asyncio
import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from forum.mail import canary
from forum.mail.fetching import fetch as fetch_mail
from forum.mail.listening import listen
from forum.mail.queries import outbox_now
from forum.mail.reading import envelope_of, recipients_of
from forum.mail.receiving import Outcome
from forum.mail.receiving import receive as receive_mail
from forum.web.settings import settings

LATE_MINUTES = 15  # an outbox that lags so far behind needs somebody to look

# as mail servers read the end of a program (sysexits.h)
TOO_LARGE, NO_SUCH_ADDRESS, TRY_AGAIN, NOT_SET_UP = 65, 67, 75, 78

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
    if told := canary.line():
        click.echo(told)
    if minutes >= LATE_MINUTES:
        raise click.exceptions.Exit(1)


@mail.command("receive")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=2424, show_default=True, help="0: any that is free.")
def receive(host: str, port: int) -> None:
    """Listen for mail by LMTP, until told to stop."""
    _needs_domain()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # how a proxy is opened
    asyncio.run(listen(app, settings(), host, port, click.echo))


@mail.command("pipe")
@click.argument("recipients", nargs=-1)
@click.option("--sender", help="The envelope's sender; else what the mail's Return-Path says.")
def pipe(recipients: tuple[str, ...], sender: str | None) -> None:
    """Act on one mail from standard input, for RECIPIENTS or those that its headers name."""
    _needs_domain()
    raw = sys.stdin.buffer.read(settings().max_mail + 1)
    if len(raw) > settings().max_mail:
        click.echo("The mail is too large.", err=True)
        sys.exit(TOO_LARGE)
    sender = envelope_of(raw) if sender is None else sender
    try:
        told = [receive_mail(raw, sender, one) for one in recipients or recipients_of(raw)]
    except Exception as fault:
        click.echo(f"Not now: {type(fault).__name__}", err=True)
        sys.exit(TRY_AGAIN)
    if all(outcome is Outcome.UNKNOWN for outcome in told):
        click.echo("No such address here.", err=True)
        sys.exit(NO_SUCH_ADDRESS)
    click.echo(", ".join(told))


@mail.command("fetch")
def fetch() -> None:
    """Act on what lies unread in the mailbox of FORUM_MAIL_FETCH."""
    _needs_domain()
    if not settings().mail_fetch:
        raise click.ClickException("FORUM_MAIL_FETCH names no mailbox.")
    told = fetch_mail()
    click.echo(", ".join(f"{outcome}: {count}" for outcome, count in told.items()) or "nothing new")


def _needs_domain() -> None:
    if not settings().mail_domain:
        click.echo("FORUM_MAIL_DOMAIN is not set: no mail comes in.", err=True)
        sys.exit(NOT_SET_UP)
