"""What one can follow, how, and why somebody is told of something."""

from enum import IntFlag, StrEnum


class What(StrEnum):
    """What can be followed. An exchange stands for all its stages."""

    THREAD = "thread"
    TOPIC = "topic"
    STAGE = "stage"
    EXCHANGE = "exchange"


class Level(StrEnum):
    """How: told of what is new, or of nothing but what is meant for oneself."""

    WATCH = "watch"
    MUTE = "mute"


class Matter(StrEnum):
    """What letters are about. One chooses how soon one hears of each."""

    PERSONAL = "personal"  # what is meant for oneself
    FOLLOWED = "followed"
    VOTES = "votes"
    PROPOSALS = "proposals"
    SESSIONS = "sessions"


class Pace(StrEnum):
    """How soon."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Reason(IntFlag):
    """Why somebody is told. One entry of the list may carry several, so they are bits.

    The column holds 63 of them.
    """

    STARTED = 1  # a thread where one follows
    POST = 2  # an answer in a thread one follows
    ANSWER = 4  # an answer to one's own words
    MENTION = 8
    SOLUTION = 16  # for one's own challenge
    SOLVED = 32  # one's own solution did it
    HELP = 64  # an expert answered, or was told that it helped
    LOCKED = 128
    MOVED = 256
    VOTE = 512
    SUBMITTED = 1024
    RESPONSE = 2048
    TRIAL = 4096  # the day has come to say what came of a solution one's project tries
    ASKED = 8192  # by name, to help as an expert
    REPORTED = 16384  # it was decided about a post that one reported
    DECIDED = 32768  # or about one's own
    AMENDMENT = 65536  # somebody proposes other words for one's proposal
    AMENDED = 131072  # it was decided on the words one proposed
    SHOWN = 262144  # a draft to the coalition: it looks for co-sponsors
    CHECKED = 524288  # the form of what one writes
    DISCUSSED = 1048576
    MERGE = 2097152  # suggested, agreed to, declined or done
    WRITING = 4194304  # one writes it too from now on
    DEFERRED = 8388608  # or taken up again
    ACCEPTED = 16777216  # what one offered, as an expert
    WENT_BACK = 33554432  # an expert, from helping
    NOT_WRITING = 67108864  # who was invited to write with one said no, or writes no more
    REFUSED = 134217728  # an expert who was asked by name cannot help
    NOT_NEEDED = 268435456  # the help one was asked for or offered, as an expert
    BEGAN = 1 << 29  # it rests on what one wrote, or on a challenge one's project faces
    ADOPTED = 1 << 30
    NOT_ADOPTED = 1 << 31  # voted on and not adopted, or without a quorum
    KEPT = 1 << 32  # a commitment is done
    LATE = 1 << 33  # the day of a commitment passed
    REVIEW = 1 << 34  # staff: a draft of the answer is put up for it
    REVIEWED = 1 << 35  # staff: what one put up
    RETURNED = 1 << 36  # what one writes came back for its form
    CLAIMED = 1 << 37  # somebody says that words one wrote down are theirs
    CONFIRMED = 1 << 38  # that words are one's own


BEFORE_THE_VOTE = Reason.SHOWN | Reason.CHECKED | Reason.DISCUSSED | Reason.AMENDMENT
OF_STAFF = Reason.REVIEW | Reason.REVIEWED  # of their own space
MODERATED = Reason.REPORTED | Reason.DECIDED  # read on a page of its own, also without the thread
OF_POSTS = Reason.STARTED | Reason.POST | Reason.ANSWER | Reason.MENTION | Reason.SOLUTION
PERSONALLY = (  # meant for oneself, and told by no letter of its own
    Reason.ANSWER
    | Reason.MENTION
    | Reason.SOLUTION
    | Reason.SOLVED
    | Reason.HELP
    | Reason.ACCEPTED
    | Reason.WENT_BACK
    | Reason.REFUSED
    | Reason.TRIAL
    | Reason.WRITING
    | Reason.NOT_WRITING
    | Reason.AMENDED
    | Reason.CLAIMED
    | Reason.CONFIRMED
)
OWN_LETTERS = MODERATED | Reason.ASKED | Reason.NOT_NEEDED  # told by letters of their own

_USUAL = {
    Matter.PERSONAL: Pace.AT_ONCE,
    Matter.FOLLOWED: Pace.WEEKLY,
    Matter.VOTES: Pace.AT_ONCE,  # who speaks for a project always hears of its votes
    Matter.PROPOSALS: Pace.AT_ONCE,
    Matter.SESSIONS: Pace.WEEKLY,
}
PACES: dict[str, dict[Matter, Pace]] = {  # by side, for who chose nothing
    "member": _USUAL,
    "facilitator": _USUAL | {Matter.FOLLOWED: Pace.AT_ONCE, Matter.SESSIONS: Pace.DAILY},
    "expert": _USUAL | {Matter.PROPOSALS: Pace.WEEKLY},
    "staff": _USUAL,
    "observer": _USUAL | {Matter.PROPOSALS: Pace.WEEKLY, Matter.SESSIONS: Pace.NEVER},
}
