"""Each rule of a coalition in the reader's words: its name, what it does, its value, its bounds."""

from typing import Any

from forum.coalition.bounds import NUMBERS, SHARES, Clash
from forum.coalition.wording import share_word
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.locale import ngettext
from forum.web.settings import settings

_NAMES = {
    "cosponsors": _l("Co-sponsoring projects"),
    "few_members": _l("A small coalition has fewer members than"),
    "cosponsors_when_few": _l("Co-sponsoring projects in a small coalition"),
    "cosponsor_countries": _l("Countries behind a proposal"),
    "form_check_days": _l("Days to look at a proposal’s form"),
    "discussion_days": _l("Days of discussion, at least"),
    "voting_days": _l("Days of voting, at least"),
    "longest_voting_days": _l("Days of voting, at most"),
    "quorum": _l("Quorum"),
    "majority": _l("Majority"),
    "minimum_countries": _l("Countries that agree, at least"),
    "second_call_quorum": _l("Quorum of a second call"),
    "second_call_days": _l("Days of a second call"),
    "acknowledgement_days": _l("Days to acknowledge receipt"),
    "secretariat_days": _l("Days to answer: Secretariat"),
    "tac_days": _l("Days to answer: Technical Advisory Committee"),
    "board_days": _l("Days to answer: Board"),
    "longest_extension_days": _l("Days by which an answer is extended, at most"),
}
_HELP = {
    "cosponsors": _l(
        "So many other member projects stand behind a proposal before it is discussed. 0: none."
    ),
    "few_members": _l(
        "In a coalition with fewer member projects than this, the number below is enough."
    ),
    "cosponsors_when_few": _l("So many are enough while the coalition is small."),
    "cosponsor_countries": _l(
        "The proposing project and its co-sponsors are of at least so many countries."
    ),
    "form_check_days": _l(
        "A proposal that is backed waits at most so long for whoever facilitates to look at its "
        "form before it is discussed. 0: it does not wait."
    ),
    "discussion_days": _l(
        "A proposal is put to the vote no sooner; until then its text may change."
    ),
    "voting_days": _l(
        "A vote stays open at least so long, so that projects can hold their assemblies."
    ),
    "longest_voting_days": _l("Nobody opens a vote for longer: a later day is a slip of the pen."),
    "quorum": _l(
        "More than this share of the seats must vote; abstaining counts, and so do vacant seats."
    ),
    "majority": _l("At least this share of those that agree, disagree or object must agree."),
    "minimum_countries": _l(
        "Those that agree are of at least so many countries, so that one country alone decides "
        "nothing for the region."
    ),
    "second_call_quorum": _l(
        "If the quorum is missed and at least this share voted, there is one second call, in which "
        "this share is enough."
    ),
    "second_call_days": _l("So long a second call stays open; ballots stand and may change."),
    "acknowledgement_days": _l("Counted from the submission, in the coalition’s calendar days."),
    "secretariat_days": _l("Also until it is named who answers. Silence is never consent."),
    "tac_days": _l("Where the committee has to look at it."),
    "board_days": _l("Where the board has to decide."),
    "longest_extension_days": _l(
        "Once, before the answer is overdue, with a reason and a new date."
    ),
}


def rule_name(name: str) -> str:
    """What the rule is called."""
    return str(_NAMES[name])


def rule_help(name: str) -> str:
    """What the rule does, in a sentence or two."""
    return str(_HELP[name])


def rule_value(name: str, value: Any) -> str:
    """The value in words: a share of the seats, a number of days, a number."""
    if name in SHARES:
        share = share_word(str(value))
        return str(_("more than %(share)s", share=share) if name == "quorum" else share)
    if name.endswith("_days"):
        return str(ngettext("%(num)s day", "%(num)s days", int(value)))
    return str(value)


def bounds_words(name: str) -> str:
    """Between what it may be set."""
    if name in SHARES:
        return ""
    between = NUMBERS[name]
    return str(_("From %(least)s to %(most)s.", least=between.least, most=between.most))


def clash_sentence(name: str, clash: Clash, *, countries: int, members: int) -> str:
    """Why the rule cannot be set so; `countries` and `members` as seated today."""
    said = {
        Clash.OUT_OF_BOUNDS: bounds_words(name) or _("Please choose one of the shares."),
        Clash.COUNTRIES: ngettext(
            "The members are of %(num)s country: with more than that nothing could be adopted.",
            "The members are of %(num)s countries: with more than that nothing could be adopted.",
            countries,
        ),
        Clash.MEMBERS: ngettext(
            "There is %(num)s member project: fewer can co-sponsor a proposal of one of them.",
            "There are %(num)s member projects: fewer can co-sponsor a proposal of one of them.",
            members,
        ),
        Clash.SECOND_QUORUM: _("A second call cannot ask for more than the first."),
        Clash.VOTING: _("The longest vote cannot be shorter than the shortest."),
        Clash.ACKNOWLEDGEMENT: _(
            "%(body)s cannot acknowledge receipt after its answer is due.",
            body=settings().body_name,
        ),
    }
    return str(said[clash])
