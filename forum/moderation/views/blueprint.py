"""What every door of this room hangs on."""

from flask import Blueprint

bp = Blueprint("moderation", __name__)
