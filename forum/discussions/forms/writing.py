"""Writing a thread, a post; changing, removing, locking, inviting."""

from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.validators import AnyOf, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from forum.discussions import topics
from forum.discussions.forms.drafting import KeepsDraft
from forum.discussions.kinds import REPLY_KINDS, Argument, PostKind, ThreadKind
from forum.discussions.models import LONGEST_REASON, LONGEST_TITLE
from forum.files.forms import TakesFiles
from forum.lib import markup
from forum.spaces.kinds import SpaceKind
from forum.web.forms import (
    CreatingForm,
    Form,
    LanguageField,
    Line,
    Markdown,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext
from forum.web.locale import lazy_gettext as _l

KIND_LABELS = {
    ThreadKind.CHALLENGE: _l("Challenge: something that holds your project back"),
    ThreadKind.SOLUTION: _l("Solution: something that worked and others can use"),
    ThreadKind.OPPORTUNITY: _l("Opportunity: a call, an ally, an opening for the region"),
    ThreadKind.EXPERIENCE: _l("Experience: what you learned in the field"),
    ThreadKind.QUESTION: _l("Question: something you need to know"),
    ThreadKind.DISCUSSION: _l("Discussion: anything else to talk over"),
}
VISIBILITY_LABELS = {
    SpaceKind.NETWORK: _l("The network: everyone who signs in, except observers"),
    SpaceKind.COALITION: _l(
        "Only the coalition: people of its projects and who facilitates, never staff"
    ),
    SpaceKind.PUBLIC: _l("Public: everyone, also without signing in"),
}


def _readers(offered: list[SpaceKind]) -> list[Any]:
    return [choice(kind.value, VISIBILITY_LABELS[kind]) for kind in offered]


class _Words(CreatingForm, TakesFiles, KeepsDraft):
    body = Markdown(_l("Your text"), [required(), at_most(markup.LONGEST)])
    language = LanguageField(_l("You write in"))


class _Topics(SelectMultipleField):
    """Topics to tick; one that there is not is refused in words, not by its value."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is none of the choices."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(gettext("Please choose topics from the list.")) from None


_ON_PAGE = ("kind", "title", "body")  # the order in which a thread's form asks, and errs


class ThreadForm(_Words):
    """A new thread."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    kind = OneOf(
        _l("What is it?"),
        [required()],
        choices=[choice(k.value, label) for k, label in KIND_LABELS.items()],
    )
    topics = _Topics(
        _l("Topics"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    visibility = OneOf(_l("Who will read it?"), [required()])
    solves = HiddenField()

    def __init__(self, offered: list[SpaceKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = dict(self._fields.items())
        self._fields.clear()
        self._fields.update({name: asked[name] for name in (*_ON_PAGE, *asked)})
        self.visibility.choices = _readers(offered)
        self.topics.choices = [
            choice(topic.slug, topic.label, group.label)
            for group in topics.groups()
            for topic in group.topics
        ]

    def details(self) -> dict[str, Any]:
        """What the actions that begin a thread take of it. Only of a valid form."""
        return {
            "title": self.title.data or "",
            "kind": ThreadKind(self.kind.data),
            "body": self.body.data or "",
            "html": self.body.html,
            "language": self.language.data,
            "topics": self.topics.data or [],
        }


class TakesArgument(Form):
    """Beside a text: how it stands to what its thread is about, where that is asked."""

    argument = SelectField(
        _l("How does it stand to the proposal?"),
        [Optional()],
        choices=[
            choice("", _l("Neither for nor against")),
            choice(Argument.FOR.value, _l("An argument for it")),
            choice(Argument.AGAINST.value, _l("An argument against it")),
            choice(Argument.QUESTION.value, _l("A question about it")),
        ],
    )

    def __init__(self, *args: Any, arguments: bool = False, **kwargs: Any) -> None:
        """`arguments`: whether it is asked."""
        super().__init__(*args, **kwargs)
        if not arguments:
            del self.argument

    @property
    def stands(self) -> Argument | None:
        """How it stands, where that is asked."""
        said = self.argument.data if "argument" in self else ""
        return Argument(said) if said else None


class PostForm(TakesArgument, _Words):
    """An answer to a thread, or to one of its posts."""

    kind = HiddenField(
        default=PostKind.REPLY.value,
        validators=[
            AnyOf(
                [kind.value for kind in REPLY_KINDS],
                message=_l(
                    "There is no such kind of answer. Please begin it on the thread's page."
                ),
            )
        ],
    )
    parent = HiddenField()


class EditForm(TakesArgument, TakesFiles, KeepsDraft):
    """One's own post again, and its files."""

    body = Markdown(_l("Your text"), [required(), at_most(markup.LONGEST)])
    language = LanguageField(_l("You write in"))
    gone_files = SelectMultipleField(
        _l("Take away these files"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    version = VersionField(validators=[required()])


class FirstPostForm(EditForm):
    """One's own first post again, with the thread's title."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])


class ReasonForm(Form):
    """Why; the action says when a reason is needed."""

    reason = Text(_l("Reason"), [at_most(LONGEST_REASON)])


class VisibilityForm(ReasonForm):
    """Who reads a thread from now on."""

    visibility = OneOf(_l("Who will read it?"), [required()])

    def __init__(self, offered: list[SpaceKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visibility.choices = _readers(offered)


class GuestForm(Form):
    """An expert to invite."""

    person = SelectField(_l("Expert"), [required()])


class ChallengeForm(Form):
    """The challenge a solution is offered for: its address or its id."""

    challenge = Line(_l("Address of the challenge"), [required(), at_most(300)])
