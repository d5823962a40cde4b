"""What an entry of the list says, as whole sentences."""

from forum.notifications.kinds import Matter, Pace, Reason
from forum.notifications.queries import Entry
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.locale import ngettext

MARKS = {  # reason -> (icon, look of the mark, words): why it is meant for oneself, or urgent
    Reason.ANSWER: ("reply", "waiting", _l("Answers you")),
    Reason.MENTION: ("person", "waiting", _l("Mentions you")),
    Reason.SOLUTION: ("solution", "open", _l("A solution for your challenge")),
    Reason.SOLVED: ("success", "done", _l("Your solution solved it")),
    Reason.HELP: ("people", "open", _l("Help from an expert")),
    Reason.ASKED: ("people", "waiting", _l("Asks for your help")),
    Reason.ACCEPTED: ("people", "done", _l("You were accepted")),
}
WHY = {  # the same as sentences, for letters
    Reason.ANSWER: _l("You were answered."),
    Reason.MENTION: _l("You were mentioned."),
    Reason.SOLUTION: _l("There is a solution for your challenge."),
    Reason.SOLVED: _l("Your solution solved it."),
    Reason.HELP: _l("It is about the help of an expert."),
    Reason.ASKED: _l("You are asked for help as an expert."),
    Reason.ACCEPTED: _l("Your offer of help was accepted."),
}
FACTS = {
    Reason.LOCKED: _l("The thread was locked."),
    Reason.MOVED: _l("The thread was moved to another stage."),
    Reason.TRIAL: _l("Your project wanted to try a solution of this thread. What came of it?"),
    Reason.WENT_BACK: _l("An expert took the offer of help back."),
    Reason.REFUSED: _l("An expert who was asked by name cannot help."),
    Reason.NOT_NEEDED: _l("The help that you were asked for or offered is not needed any more."),
    Reason.REPORTED: _l("Who facilitates decided about a post that you reported."),
    Reason.DECIDED: _l("Who facilitates decided about a post of yours."),
    Reason.VOTE: _l("It was put to the vote."),
    Reason.SHOWN: _l("It looks for projects that stand behind it."),
    Reason.CHECKED: _l("Whoever facilitates looked at its form."),
    Reason.CLAIMED: _l("Somebody says that words you wrote down are theirs. Is it so?"),
    Reason.CONFIRMED: _l("It was confirmed that these are your words: they are yours now."),
    Reason.RETURNED: _l("It came back to you for its form: the reasons stand on its page."),
    Reason.DISCUSSED: _l("Its discussion has begun."),
    Reason.MERGE: _l("It is about a merge of two proposals."),
    Reason.WRITING: _l("You can read and change its text: you were invited to write it too."),
    Reason.NOT_WRITING: _l("Somebody who was invited to write it does not, or not any more."),
    Reason.DEFERRED: _l("It was deferred, or taken up again."),
    Reason.ADOPTED: _l("The coalition adopted it."),
    Reason.NOT_ADOPTED: _l("It was voted on and not adopted."),
    Reason.SUBMITTED: _l("It was submitted and waits for an answer."),
    Reason.REVIEW: _l("A draft of its answer waits for another one of the staff to review it."),
    Reason.REVIEWED: _l("Somebody reviewed the draft of its answer."),
    Reason.RESPONSE: _l("There is an official response."),
    Reason.AMENDMENT: _l("A change to its text is proposed and waits for your word."),
    Reason.AMENDED: _l("It was decided on a change that you proposed."),
    Reason.KEPT: _l("Plan Vivo says that a commitment of its answer is done."),
    Reason.LATE: _l("The day of a commitment has passed, and it is not done."),
    Reason.BEGAN: _l("It rests on what you wrote, or on a challenge that your project faces."),
}

PARTS = {  # of a summary by mail
    "votes": _l("Votes that wait for your project"),
    "solutions": _l("Solutions for your challenges"),
    "personal": _l("Meant for you"),
    "proposals": _l("Proposals, answers and commitments"),
    "owed": _l("Answers and commitments that are due"),
    "followed": _l("Threads you follow"),
    "sessions": _l("Next sessions"),
}
MATTERS = {  # what letters are about -> (its name, what belongs to it)
    Matter.PERSONAL: (
        _l("What is meant for you"),
        _l(
            "Answers to your words, mentions, solutions for your challenges, help that you asked "
            "for or are asked for."
        ),
    ),
    Matter.FOLLOWED: (
        _l("Threads, topics and stages you follow"),
        _l("At once means one letter a day: the first new thing, and the rest next morning."),
    ),
    Matter.VOTES: (
        _l("Votes of your project"),
        _l(
            "When a vote opens, two days before it closes if your project is missing, its result; "
            "and when the rules change."
        ),
    ),
    Matter.PROPOSALS: (
        _l("Proposals, answers and commitments"),
        _l("Those of your project, or that wait for you."),
    ),
    Matter.SESSIONS: (_l("Next sessions"), _l("A week before, and the day before.")),
}
PACE_WORDS = {
    Pace.AT_ONCE: _l("At once"),
    Pace.DAILY: _l("Every day"),
    Pace.WEEKLY: _l("Every week, on Monday"),
    Pace.NEVER: _l("No letters"),
}
_STEPS = (  # of a proposal, each after the one before: the furthest is what is new
    Reason.SHOWN,
    Reason.CHECKED,
    Reason.DISCUSSED,
    Reason.VOTE,
    Reason.ADOPTED | Reason.NOT_ADOPTED,
    Reason.SUBMITTED,
    Reason.RESPONSE,
)


def part_heading(name: str) -> str:
    """The heading of a part of a summary."""
    return str(PARTS[name])


def marks(entry: Entry) -> list[tuple[str, str, str]]:
    """Icon, look and words of each mark the entry carries."""
    return [
        (icon, look, str(words))
        for reason, (icon, look, words) in MARKS.items()
        if reason & entry.reasons
    ]


def why(entry: Entry) -> list[str]:
    """Why it is meant for its reader, in whole sentences."""
    return [str(words) for reason, words in WHY.items() if reason & entry.reasons]


def sentences(entry: Entry) -> list[str]:
    """What is new, in one sentence for each kind of thing."""
    said = []
    if entry.started_by:
        said.append(_("%(name)s started this thread.", name=entry.started_by))
    if entry.names:
        said.append(_replies(entry.replies, entry.names))
    new = _without_steps_passed(entry.reasons)
    return said + [str(words) for reason, words in FACTS.items() if reason & new]


def _without_steps_passed(reasons: Reason) -> Reason:
    taken = [step for step in _STEPS if step & reasons]
    for passed in taken[:-1]:
        reasons &= ~passed
    return reasons


def _replies(count: int, names: tuple[str, ...]) -> str:
    if len(names) == 1:
        told = ngettext(
            "%(num)d post by %(name)s.", "%(num)d posts by %(name)s.", count, name=names[0]
        )
    elif len(names) == 2:
        told = _("%(num)d posts by %(one)s and %(two)s.", num=count, one=names[0], two=names[1])
    else:
        told = ngettext(
            "%(count)d posts by %(one)s, %(two)s and another person.",
            "%(count)d posts by %(one)s, %(two)s and %(num)d others.",
            len(names) - 2,
            count=count,
            one=names[0],
            two=names[1],
        )
    return str(told)
