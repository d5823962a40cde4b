"""Search: one box over threads, posts, proposals, projects, experts and outcomes.

For: finding what was said, in any of the languages, by who may read it.
Not for: the library's lists and a stage's filters; those read their own tables.
"""

from flask import Flask

from forum import mail
from forum.search import actions, cli, pieces, upkeep, views

__all__ = ["actions", "cli", "init_app", "views"]


def init_app(app: Flask) -> None:
    """The page, the commands, what it finds for other pages, and what it listens to."""
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.search)
    mail.chore("search index")(upkeep.put_in_order_at_leisure)
    actions.listen()
    pieces.register()
