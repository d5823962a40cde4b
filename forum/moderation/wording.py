"""Reasons and decisions in words, in the language in use."""

from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

REASONS = {
    Reason.PERSONAL_ATTACK: _l("It attacks or insults somebody"),
    Reason.PRIVATE_DATA: _l("It shows somebody’s private data"),
    Reason.PRICES: _l("It names prices, volumes or buyers of today or to come"),
    Reason.MISLEADING: _l("It misleads: it claims what is not so"),
    Reason.OFF_TOPIC: _l("It is advertising, or has nothing to do with the topic"),
    Reason.OTHER: _l("Something else"),
}


def reason_word(reason: str) -> str:
    """What a report or a decision is about, in two or three words."""
    words = {
        Reason.PERSONAL_ATTACK: _("Personal attack"),
        Reason.PRIVATE_DATA: _("Private data"),
        Reason.PRICES: _("Prices or buyers"),
        Reason.MISLEADING: _("Misleading"),
        Reason.OFF_TOPIC: _("Advertising or off the topic"),
        Reason.OTHER: _("Another reason"),
    }
    return str(words[Reason(reason)])


def post_sentence(for_post: str) -> str:
    """What was decided about the post."""
    if for_post == ForPost.REMOVED:
        return str(_("The post was removed."))
    if for_post == ForPost.RESTORED:
        return str(_("The post was restored."))
    return str(_("The post stays as it is."))


def author_sentence(for_author: str, until: str = "") -> str:
    """What was decided about its author; `until` is a day in words. Empty for nothing."""
    if for_author == ForAuthor.WARNED:
        return str(_("Its author was warned."))
    if for_author == ForAuthor.SUSPENDED:
        return str(_("Its author was suspended until %(day)s.", day=until))
    return ""
