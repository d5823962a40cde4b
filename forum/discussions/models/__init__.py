"""What a discussion is made of."""

from forum.discussions.models.arranging import Arrangement, OutcomeThread
from forum.discussions.models.attachments import Attachment
from forum.discussions.models.cases import Case, Trial
from forum.discussions.models.challenges import FacedBy, SolutionFor
from forum.discussions.models.drafts import Draft, DraftOf
from forum.discussions.models.lengths import LONGEST_REASON, LONGEST_TITLE
from forum.discussions.models.mentions import Mention
from forum.discussions.models.posts import Post, PostRevision
from forum.discussions.models.speaking import SpokenFor
from forum.discussions.models.summaries import Summary
from forum.discussions.models.threads import ReadMark, Thread, ThreadGuest
from forum.discussions.models.topics import ThreadTopic, Topic

__all__ = [
    "LONGEST_REASON",
    "LONGEST_TITLE",
    "Arrangement",
    "Attachment",
    "Case",
    "Draft",
    "DraftOf",
    "FacedBy",
    "Mention",
    "OutcomeThread",
    "Post",
    "PostRevision",
    "ReadMark",
    "SolutionFor",
    "SpokenFor",
    "Summary",
    "Thread",
    "ThreadGuest",
    "ThreadTopic",
    "Topic",
    "Trial",
]
