"""The coalition: members, delegates, proposals, votes, official responses, commitments.

For: what a region's projects decide together, and what the certifier answers.
Not for: the talk around it (discussions), telling people (notifications).
"""

from flask import Flask

from forum import mail
from forum.accounts.slots import guard_with
from forum.coalition import cli, views, wording
from forum.coalition.actions import (
    amendments,
    by_mail,
    coauthors,
    evidence,
    lateness,
    members,
    reminders,
    votes,
)
from forum.coalition.queries import guards
from forum.coalition.views import pieces


def init_app(app: Flask) -> None:
    """Pages, commands, the chore that seals votes, and what pages of lower rooms show of it."""
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.coalition)
    app.cli.add_command(cli.votes)
    app.jinja_env.globals.update(
        share_word=wording.share_word,
        part_word=wording.part_word,
        amendment_word=wording.amendment_word,
        move_words=wording.move_words,
    )
    mail.handle_with(mail.What.PROPOSAL, by_mail.AnswerAboutProposal())
    mail.chore("votes")(votes.seal_all_due)
    mail.chore("vote_reminders")(reminders.remind_all_due)
    mail.chore("late commitments")(lateness.tell_all_late)
    amendments.listen()
    evidence.listen()
    members.listen()
    coauthors.listen()
    guard_with(projects=guards.of_projects, people=guards.of_people)
    pieces.register()
