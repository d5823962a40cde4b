"""Why an expert and an ask fit, and how an ask stands, in words."""

from forum.asks.fitting import Fit
from forum.asks.lifecycle import ClosedFor, OfferStatus, Standing, Verdict
from forum.asks.rows import AskRow
from forum.discussions.topics import topic_label
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.locale import ngettext
from forum.web.templating import country, language

STATES = {  # how it stands -> (look of the badge, word)
    Standing.OPEN: ("open", _l("Looking for an expert")),
    Standing.OFFERED: ("waiting", _l("An expert offers")),
    Standing.ACCEPTED: ("done", _l("Somebody helps")),
    Standing.HELPED: ("done", _l("It helped")),
    Standing.PARTLY: ("done", _l("It helped in part")),
    Standing.CLOSED: ("closed", _l("Closed")),
}
OFFERS = {
    OfferStatus.ASKED: ("waiting", _l("Asked by name")),
    OfferStatus.OFFERED: ("open", _l("Offers to help")),
    OfferStatus.ACCEPTED: ("done", _l("Accepted")),
    OfferStatus.DECLINED: ("closed", _l("Declined")),
    OfferStatus.WITHDRAWN: ("closed", _l("Taken back")),
}
OWN = {
    OfferStatus.ASKED: ("waiting", _l("You are asked by name")),
    OfferStatus.OFFERED: ("open", _l("You offer your help")),
    OfferStatus.ACCEPTED: ("done", _l("You were accepted")),
    OfferStatus.DECLINED: ("closed", _l("Declined")),
    OfferStatus.WITHDRAWN: ("closed", _l("You took your offer back")),
}
OUTCOMES = {
    Verdict.YES: _l("The project says that it helped."),
    Verdict.PARTLY: _l("The project says that it helped in part."),
    Verdict.NO: _l("The project says that it did not help."),
}
CLOSINGS = {
    ClosedFor.DONE: _l("The project closed this ask."),
    ClosedFor.READERS: _l("This ask was closed because others read the conversation now."),
    ClosedFor.MERGED: _l(
        "This ask was closed because its conversation went into one with an ask of its own."
    ),
}


MOST_TOPICS = 3  # in a heading; all stand below it


def title(ask: AskRow) -> str:
    """Who asks for help with what, as far as the reader may know who."""
    topics = ", ".join(topic_label(slug) for slug in ask.topics[:MOST_TOPICS])
    who = ask.project_name or ask.asker_name
    if who and topics:
        return str(_("%(who)s asks for help: %(topics)s", who=who, topics=topics))
    if who:
        return str(_("%(who)s asks for help", who=who))
    if topics:
        return str(_("Help is asked for: %(topics)s", topics=topics))
    return str(_("An ask to experts"))


def expert_reasons(fit: Fit, left: int | None = None) -> list[str]:
    """Why an expert is proposed, each reason a few words; `left` asks they can still take."""
    said = _common(fit, _("knows %(topics)s"), _("writes in %(language)s"))
    if fit.country:
        said.append(_("knows %(country)s", country=country(fit.country)))
    if left is not None:
        said.append(ngettext("can take %(num)d more", "can take %(num)d more", left))
    return said


def ask_reasons(fit: Fit) -> list[str]:
    """Why an ask is shown to an expert."""
    said = _common(fit, _("you know %(topics)s"), _("you write in %(language)s"))
    if fit.country:
        said.append(_("you know %(country)s", country=country(fit.country)))
    return said


def outcome(ask: AskRow) -> str:
    """What came of it, in a sentence; empty while nothing has."""
    if ask.verdict is not None:
        return str(OUTCOMES[ask.verdict])
    return str(CLOSINGS[ask.closed_for]) if ask.closed_for is not None else ""


def _common(fit: Fit, knows: str, writes: str) -> list[str]:
    said = []
    if fit.topics:
        labels = ", ".join(topic_label(slug) for slug in fit.topics)
        said.append(knows % {"topics": labels})
    if fit.language:
        said.append(writes % {"language": language(fit.language)})
    return said
