"""Which faults can act between a client and a server."""

from fixtures.standin.points.fault import Fault

_INSIDE = ("conversation", "messages", "tokens", "reply", "log")


def acts_outside(fault: Fault) -> bool:
    """Whether a fault acts on requests and answers alone, and not on what the model says or how it is rendered."""
    return all(getattr(fault, point) is None for point in _INSIDE)
