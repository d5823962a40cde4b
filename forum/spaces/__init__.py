"""Who sees what: the four kinds of space, their members, and the request's viewer.

For: the one visibility rule, as a condition inside every query of the rooms above.
Not for: who may do what with a thing one sees; each room's policy says that.
"""

from flask import Flask

from forum.accounts.sessions import ask_next
from forum.directory.slots import know_viewer
from forum.spaces import wording
from forum.spaces.queries import unreached
from forum.spaces.slots import know_of_viewer
from forum.spaces.viewer import Viewer, asked_of, current_viewer, viewer_of
from forum.web import frame
from forum.web.fragments import not_kept
from forum.web.identity import is_quiet

__all__ = ["Viewer", "current_viewer", "init_app", "viewer_of"]


def init_app(app: Flask) -> None:
    """Templates know the viewer, and so does the directory below."""
    know_viewer(current_viewer)
    ask_next(asked_of)
    app.jinja_env.globals["who_reads"] = wording.who_reads
    app.jinja_env.globals["viewer"] = not_kept(current_viewer)
    know_of_viewer("unreached", unreached)
    frame.shows(of_viewer)


def of_viewer() -> frame.Told:
    """What the bar of every page shows of the one who looks."""
    if is_quiet():
        return {}
    viewer = current_viewer()
    return {
        "people": viewer.sees_people,
        "unread": viewer.facts.get("unread", 0),
        "unreached": bool(viewer.facts.get("unreached")),
    }
