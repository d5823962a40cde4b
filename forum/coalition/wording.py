"""The coalition's terms and the rule that decided, in the reader's words.

Kept apart from the arithmetic, which knows no language, and from the templates, since letters
and lists say the same.
"""

from datetime import date
from fractions import Fraction

from forum.coalition.backing import Lacking
from forum.coalition.lifecycle import (
    AmendmentState,
    CommitmentStatus,
    MoveKind,
    ResponseOutcome,
    Route,
    TextPart,
    Verdict,
)
from forum.coalition.rows import VoteRow
from forum.coalition.tally import (
    Choice,
    Deciding,
    GivesAway,
    Rules,
    Tally,
    VoteOutcome,
    gives_away,
)
from forum.web.locale import day_there, in_zone, ngettext
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

_CHOICES = {
    Choice.AGREE: _l("Agree"),
    Choice.ABSTAIN: _l("Abstain"),
    Choice.DISAGREE: _l("Disagree"),
    Choice.BLOCK: _l("Serious objection"),
}
_OUTCOMES = {
    VoteOutcome.ADOPTED: _l("Adopted"),
    VoteOutcome.NOT_ADOPTED: _l("Not adopted"),
    VoteOutcome.NO_QUORUM: _l("No quorum"),
}
_RESPONSES = {
    ResponseOutcome.ACCEPTED: _l("Accepted"),
    ResponseOutcome.PARTLY_ACCEPTED: _l("Partly accepted"),
    ResponseOutcome.DECLINED: _l("Declined"),
    ResponseOutcome.ALREADY_IN_PLACE: _l("Already in place"),
    ResponseOutcome.MORE_INFORMATION_NEEDED: _l("More information needed"),
    ResponseOutcome.OUTSIDE_REMIT: _l("Outside its remit"),
}
_ROUTES = {
    Route.SECRETARIAT: _l("Secretariat"),
    Route.TAC: _l("Technical Advisory Committee"),
    Route.BOARD: _l("Board of Trustees"),
}
_COMMITMENTS = {
    CommitmentStatus.PLANNED: _l("Planned"),
    CommitmentStatus.IN_PROGRESS: _l("In progress"),
    CommitmentStatus.DONE: _l("Done"),
    CommitmentStatus.DROPPED: _l("Dropped"),
}
_VERDICTS = {
    Verdict.SATISFIED: _l("Satisfied"),
    Verdict.PARTLY: _l("Partly satisfied"),
    Verdict.NOT_SATISFIED: _l("Not satisfied"),
}
_PARTS = {
    TextPart.TITLE: _l("Title"),
    TextPart.PROBLEM: _l("The problem"),
    TextPart.ASK: _l("What is asked"),
    TextPart.EVIDENCE: _l("What shows it"),
    TextPart.DOCUMENT: _l("Document"),
    TextPart.SECTION: _l("Section"),
    TextPart.TIME_FRAME: _l("By when"),
    TextPart.EXPECTED_COST: _l("Expected cost"),
}
_AMENDMENTS = {
    AmendmentState.OPEN: _l("Waits to be decided"),
    AmendmentState.TAKEN: _l("Taken into the text"),
    AmendmentState.DECLINED: _l("Not taken"),
    AmendmentState.WITHDRAWN: _l("Taken back"),
    AmendmentState.LAPSED: _l("Not taken up"),
}
_MOVES = {
    MoveKind.SHARED: _l("%(name)s showed it to the coalition."),
    MoveKind.FORM_PASSED: _l("%(name)s found its form in order."),
    MoveKind.RETURNED: _l("%(name)s gave it back to its authors for its form."),
    MoveKind.DISCUSSED: _l("Its discussion began when %(name)s did the last thing missing."),
    MoveKind.MERGE_SUGGESTED: _l("%(name)s suggested to merge it into another."),
    MoveKind.MERGE_ACCEPTED: _l("%(name)s agreed to the merge for its side."),
    MoveKind.MERGE_DECLINED: _l("%(name)s did not agree to the merge."),
    MoveKind.MERGED: _l("It was merged into another when %(name)s agreed."),
    MoveKind.TOOK_IN: _l("Another was merged into it when %(name)s agreed."),
    MoveKind.DEFERRED: _l("%(name)s deferred it."),
    MoveKind.TAKEN_UP: _l("%(name)s took it up again."),
    MoveKind.WITHDRAWN: _l("%(name)s withdrew it."),
}
_SHARES = {
    Fraction(1, 4): _l("a quarter"),
    Fraction(1, 3): _l("a third"),
    Fraction(1, 2): _l("half"),
    Fraction(3, 5): _l("three fifths"),
    Fraction(2, 3): _l("two thirds"),
    Fraction(3, 4): _l("three quarters"),
    Fraction(4, 5): _l("four fifths"),
}


def choice_word(choice: Choice) -> str:
    """What a ballot says."""
    return str(_CHOICES[choice])


def vote_word(outcome: VoteOutcome) -> str:
    """What a vote came to."""
    return str(_OUTCOMES[outcome])


def outcome_word(outcome: ResponseOutcome) -> str:
    """What the certifier says to the ask."""
    return str(_RESPONSES[outcome])


def route_word(route: Route) -> str:
    """Which of the certifier's bodies answers."""
    return str(_ROUTES[route])


def route_until(route: Route, due: date, timezone: str) -> str:
    """Which body answers, and until when it has to: a day of the coalition's zone."""
    due_there = day_there(due, timezone)
    return str(_("%(body)s, until %(due)s", body=route_word(route), due=due_there))


def commitment_word(status: CommitmentStatus) -> str:
    """How far a commitment is."""
    return str(_COMMITMENTS[status])


def verdict_word(verdict: Verdict) -> str:
    """What a project thinks of an answer."""
    return str(_VERDICTS[verdict])


def part_word(part: TextPart) -> str:
    """What a part of a proposal's text is called."""
    return str(_PARTS[part])


def amendment_word(state: AmendmentState) -> str:
    """What became of a proposed change to the text."""
    return str(_AMENDMENTS[state])


def share_word(share: str) -> str:
    """A fraction such as "2/3" in words; unusual ones as they are."""
    return str(_SHARES.get(Fraction(share), share))


def move_words(what: MoveKind, name: str) -> str:
    """A step of a proposal, by the person of that name, as a sentence."""
    return str(_MOVES[what]) % {"name": name}


def still_needed(lacks: Lacking) -> str:
    """What a proposal needs to be discussed, in a sentence; empty when nothing."""
    if lacks.projects == 0:
        return ""
    if lacks.abroad == 0:
        return str(
            ngettext(
                "Still needed: one project that co-sponsors it.",
                "Still needed: %(num)s projects that co-sponsor it.",
                lacks.projects,
            )
        )
    if lacks.projects == lacks.abroad:
        return str(
            ngettext(
                "Still needed: one project from another country.",
                "Still needed: %(num)s projects from other countries.",
                lacks.projects,
            )
        )
    return str(
        ngettext(
            "Still needed: %(projects)s projects, one of them from another country.",
            "Still needed: %(projects)s projects, %(num)s of them from other countries.",
            lacks.abroad,
            projects=lacks.projects,
        )
    )


def result_words(count: Tally, rules: Rules, *, inside: bool) -> list[str]:
    """How the rules decided that count: whole sentences, the deciding one last.

    Of how many countries those are that agreed is told `inside` the coalition alone: where two
    projects share a country, it would tell who agreed.
    """
    said = [_turnout(count)]
    if count.deciding is Deciding.QUORUM:
        return [*said, _("Too few projects voted, so nothing was decided.")]
    if count.deciding is Deciding.NOBODY_AGREED:
        return [*said, _nobody_agreed(count)]
    said.append(_majority(count, rules))
    if count.deciding is Deciding.MAJORITY:
        return [*said, _("The majority was missed, so the proposal is not adopted.")]
    carried = count.deciding is Deciding.CARRIED
    said.append(_enough_countries(rules) if carried and not inside else _countries(count, rules))
    if count.deciding is Deciding.COUNTRIES:
        return [*said, _("There are too few countries among them, so it is not adopted.")]
    return [*said, _("The proposal is adopted.")]


def unconfirmed_words(ballots: int, outcome: VoteOutcome, without: VoteOutcome) -> str:
    """That so many recorded ballots were never confirmed, and whether they decided."""
    said = ngettext(
        "%(num)s ballot was recorded by phone or on paper and its delegate has not confirmed it.",
        "%(num)s ballots were recorded by phone or on paper and their delegates have not "
        "confirmed them.",
        ballots,
    )
    if without is outcome:
        return str(said)
    return str(_("%(said)s Without that the outcome would have been another.", said=said))


def totals_warning(count: Tally, named: int = 0) -> str:
    """That the totals of this vote can tell how a project voted, and why; empty when not.

    `named`: how many of its objecting projects are named with their objection.
    """
    why = gives_away(count, named)
    if why is GivesAway.EVERYBODY:
        return str(_("Every project said the same, so these totals tell how each one voted."))
    if why is GivesAway.ALL_WHO_VOTED:
        return str(
            _(
                "All who voted said the same, so whoever learns that a project voted also "
                "learns how it voted."
            )
        )
    if why is GivesAway.ALL_OTHERS:
        return str(
            _(
                "But for those named with their objection, all who voted said the same, so whoever "
                "learns that a project voted also learns how it voted."
            )
        )
    if why is GivesAway.FEW_SEATS:
        return str(_("With so few seats, these totals can give away how a project voted."))
    return ""


def vote_state(vote: VoteRow, count: Tally, *, is_open: bool, again: bool) -> str:
    """The vote's state as a sentence, the closing in the reader's zone."""
    when = in_zone(vote.closes_at)
    if again:
        return str(
            _(
                "The first call closed on %(when)s without a quorum. A second one opens at once, "
                "for %(days)s days; the ballots stand.",
                when=when,
                days=vote.rules.second_call_days,
            )
        )
    if not is_open:
        words = {
            VoteOutcome.ADOPTED: _("Adopted. Voting closed on %(when)s.", when=when),
            VoteOutcome.NOT_ADOPTED: _("Not adopted. Voting closed on %(when)s.", when=when),
            VoteOutcome.NO_QUORUM: _(
                "Not decided for lack of a quorum. Voting closed on %(when)s.", when=when
            ),
        }
        return str(words[count.outcome])
    if count.not_voted:
        return str(
            ngettext(
                "Voting is open until %(when)s; %(num)s of %(seats)s projects has not voted yet.",
                "Voting is open until %(when)s; %(num)s of %(seats)s projects have not voted yet.",
                count.not_voted,
                when=when,
                seats=count.seats,
            )
        )
    return str(
        _(
            "Voting is open until %(when)s; every project has voted and may still change "
            "its ballot.",
            when=when,
        )
    )


def _turnout(count: Tally) -> str:
    return str(
        ngettext(
            "%(cast)s of %(num)s seat voted; the quorum is %(quorum)s.",
            "%(cast)s of %(num)s seats voted; the quorum is %(quorum)s.",
            count.seats,
            cast=count.cast,
            quorum=count.quorum_needed,
        )
    )


def _nobody_agreed(count: Tally) -> str:
    if count.taking_sides == 0:
        return str(_("All who voted abstained, so the proposal is not adopted."))
    return str(_("No project agreed, so the proposal is not adopted."))


def _majority(count: Tally, rules: Rules) -> str:
    return str(
        ngettext(
            "Of %(num)s seat that did not abstain, %(agree)s agreed; at least %(share)s must "
            "agree.",
            "Of %(num)s seats that did not abstain, %(agree)s agreed; at least %(share)s must "
            "agree.",
            count.taking_sides,
            agree=count.agree,
            share=share_word(rules.majority),
        )
    )


def _countries(count: Tally, rules: Rules) -> str:
    return str(
        ngettext(
            "Those that agreed are of %(num)s country; at least %(minimum)s are asked for.",
            "Those that agreed are of %(num)s countries; at least %(minimum)s are asked for.",
            count.countries,
            minimum=rules.minimum_countries,
        )
    )


def _enough_countries(rules: Rules) -> str:
    return str(
        ngettext(
            "Those that agreed are of at least %(num)s country, as is asked for.",
            "Those that agreed are of at least %(num)s countries, as is asked for.",
            rules.minimum_countries,
        )
    )
