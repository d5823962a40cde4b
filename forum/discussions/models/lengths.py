"""How long a person's words may be."""

LONGEST_TITLE = 160
LONGEST_REASON = 500
