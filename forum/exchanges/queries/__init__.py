"""Reading exchanges, stages and sessions, as rows, a file a theme.

They are public: everybody sees them, so nothing here asks who looks. What is not for everybody,
the link to join a session, is left out by the page that has no viewer for it.
"""
