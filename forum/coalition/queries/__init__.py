"""What a viewer sees of the coalition room, a file a theme."""
