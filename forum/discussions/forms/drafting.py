"""What a form carries whose text is kept while it is written."""

from wtforms import HiddenField

from forum.lib import tokens
from forum.web.forms import Form


class KeepsDraft(Form):
    """`window` tells two windows of one place apart; `draft` is the draft this one was filled with.

    See `save_draft`: a window overwrites only what it has shown.
    """

    window = HiddenField(default=tokens.form_key)
    draft = HiddenField()
