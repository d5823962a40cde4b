"""Asks: a project asks for an expert's help with a challenge, experts offer, it says what came.

For: the ask, offers and invitations by name, how many an expert takes, what helped.
Not for: experts' profiles and their directory (directory), guests of a thread (discussions).
"""

from flask import Flask

from forum import mail
from forum.asks import actions, views, wording
from forum.web.templating import Macros


def init_app(app: Flask) -> None:
    """Wire the pages, what pages of lower rooms show of it, and what is listened to."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(
        ask_states=wording.STATES,
        offer_states=wording.OFFERS,
        own_offer_states=wording.OWN,
        ask_outcome=wording.outcome,
        ask_title=wording.title,
        asks_ui=Macros(app, "asks/macros.html"),
    )
    actions.listen()
    mail.chore("asks that helped")(actions.close_settled)
    views.pieces.register()
