"""What every door of this room hangs on."""

from flask import Blueprint

bp = Blueprint("coalition", __name__)
