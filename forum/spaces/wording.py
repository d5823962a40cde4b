"""Who reads what stands in a space, in one line: for letters, where nobody sees the page's mark."""

from forum.spaces.kinds import SpaceKind
from forum.web.locale import gettext as _
from forum.web.settings import settings


def who_reads(kind: SpaceKind) -> str:
    """Who reads what somebody writes there."""
    if kind == SpaceKind.PUBLIC:
        return _("What you write is public: everyone can read it, also without signing in.")
    if kind == SpaceKind.NETWORK:
        return _("Everyone who signs in can read what you write, except observers.")
    if kind == SpaceKind.COALITION:
        return _(
            "Only the coalition reads what you write: people of its projects, who facilitates, and "
            "guests of that conversation; never staff."
        )
    return _("Only the staff of %(body)s reads what you write.", body=settings().body_name)


def answer_by_mail(kind: SpaceKind) -> str:
    """What stands before an address for answers, in a list of several things."""
    if kind == SpaceKind.PUBLIC:
        return _("Answer by mail, for everyone to read:")
    if kind == SpaceKind.NETWORK:
        return _("Answer by mail, for everyone signed in but observers:")
    if kind == SpaceKind.COALITION:
        return _("Answer by mail, for the coalition alone:")
    return _("Answer by mail, for the staff alone:")
