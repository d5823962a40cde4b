"""The room's blueprint, for the modules that hang views on it."""

from flask import Blueprint

bp = Blueprint("packs", __name__)
