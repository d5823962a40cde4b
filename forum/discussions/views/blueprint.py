"""What every door of this room hangs on."""

from flask import Blueprint

bp = Blueprint("discussions", __name__)
