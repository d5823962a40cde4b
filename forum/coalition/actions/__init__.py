"""The verbs of the coalition room, a file a theme."""
