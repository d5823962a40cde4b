"""Who may do what in the discussions room, a file a theme."""
