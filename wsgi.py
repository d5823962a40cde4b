"""The door for a WSGI server and for `flask --app wsgi`."""

from forum import create_app

app = create_app()
