"""Shape and wording of what people write and decide here."""

from forum.discussions.forms.arranging import (
    BranchForm,
    HandOverForm,
    MergeForm,
    MoveForm,
    OutcomeThreadForm,
    PostForSomebodyForm,
    SpeakerFields,
    SummaryForm,
    ThreadForSomebodyForm,
)
from forum.discussions.forms.writing import (
    KIND_LABELS,
    VISIBILITY_LABELS,
    ChallengeForm,
    EditForm,
    FirstPostForm,
    GuestForm,
    PostForm,
    ReasonForm,
    ThreadForm,
    VisibilityForm,
)

__all__ = [
    "KIND_LABELS",
    "VISIBILITY_LABELS",
    "BranchForm",
    "ChallengeForm",
    "EditForm",
    "FirstPostForm",
    "GuestForm",
    "HandOverForm",
    "MergeForm",
    "MoveForm",
    "OutcomeThreadForm",
    "PostForSomebodyForm",
    "PostForm",
    "ReasonForm",
    "SpeakerFields",
    "SummaryForm",
    "ThreadForSomebodyForm",
    "ThreadForm",
    "VisibilityForm",
]
