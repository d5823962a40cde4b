"""What is typed in the coalition room, a file a theme."""
