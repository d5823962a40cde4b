"""What the composed pages show, always for one viewer, in few statements; a file a theme."""
