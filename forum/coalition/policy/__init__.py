"""Who may do what in the coalition room, a file a theme."""
