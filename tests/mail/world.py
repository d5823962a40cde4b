"""The outside world: a real SMTP server on this machine that keeps what it is given."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from forum.web.settings import settings

HOST = "127.0.0.1"


@dataclass
class World:
    """Who receives: `received` are the mails, `answers` what it says to a receiver's address."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    hang_up_after: int | None = None  # mails taken, before it ends each connection
    received: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def mails(self) -> list[Any]:
        """What came, read."""
        return [message_from_bytes(one, policy=default) for one in self.received]

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Somebody says hello."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take the receiver, or answer as told."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep the mail."""
        if self.hang_up_after is not None and len(self.received) >= self.hang_up_after:
            return "421 Service not available"
        self.received.append(envelope.original_content or envelope.content)
        return "250 OK"


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextmanager
def listening(world: World) -> Iterator[World]:
    """Inside the block that world listens at its port."""
    world.port = world.port or free_port()
    controller = Controller(world, hostname=HOST, port=world.port)
    controller.start()
    try:
        yield world
    finally:
        controller.stop()


@contextmanager
def mail_goes_to(app: Flask, world: World, **more: Any) -> Iterator[None]:
    """Inside the block letters leave for that world."""
    with app.app_context():
        before = settings()
    world.port = world.port or free_port()
    url = f"smtp://{HOST}:{world.port}"
    app.extensions["settings"] = replace(before, mail_url=url, **more)
    try:
        yield
    finally:
        app.extensions["settings"] = before
