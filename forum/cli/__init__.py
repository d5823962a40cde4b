"""The caretaker: loading the demonstration, working, checking, backing up.

For: commands that look after the whole house.
Not for: a room's own commands, which stand in the room.
"""

from flask import Flask

from forum.cli import assets, backup, check, demo, work


def init_app(app: Flask) -> None:
    """Register the commands."""
    for group in (work.work, demo.demo, check.check, backup.backup, assets.assets):
        app.cli.add_command(group)
