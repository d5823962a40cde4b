"""Asking experts, offering, accepting, saying what came of it. Nothing here commits."""

from forum.asks.actions.asking import close, close_settled, listen, open_ask, say_outcome
from forum.asks.actions.offering import (
    answer_invitation,
    decide,
    expert_or_refuse,
    invite,
    offer,
    withdraw,
)

__all__ = [
    "answer_invitation",
    "close",
    "close_settled",
    "decide",
    "expert_or_refuse",
    "invite",
    "listen",
    "offer",
    "open_ask",
    "say_outcome",
    "withdraw",
]
