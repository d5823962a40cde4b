"""The room's blueprint."""

from flask import Blueprint

bp = Blueprint("asks", __name__)
