"""Who may change what searching means. Searching itself is everyone's; visibility decides."""

from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import lazy_gettext as _l


def can_edit_glossary(viewer: Viewer) -> Answer:
    """Who runs the host: the words are the domain's, no person's."""
    return YES if viewer.is_operator else No(_l("The glossary is kept by who runs this server."))
