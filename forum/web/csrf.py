"""Protection against forged posts: Flask-WTF's, checked before any view runs."""

from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
