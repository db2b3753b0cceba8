"""What stands beside the contract: the mandated configuration is certified, and nothing with it."""

from fixtures.kit import CONTAINER, MUST, SHOULD, clause, expect_finding

SOURCE = "deployment rules 1 and 2: what they do not have is not mandated"


@clause(
    "DEPLOY-020", "Nothing beside the contract changes answers or speed", level=MUST, scope=CONTAINER, source=SOURCE
)
def test_known(audit):
    """The container MUST NOT have an argument, a variable, a mount or a Docker option that the contract and the image do not have
    and that is known to change answers or speed.
    """
    expect_finding(audit["beyond:known"])


@clause("DEPLOY-021", "Nothing else stands beside the contract", level=SHOULD, scope=CONTAINER, source=SOURCE)
def test_other(audit):
    """The container SHOULD have nothing else that the contract and the image do not have."""
    expect_finding(audit["beyond:other"])


@clause(
    "LOG-006", "The server logged nothing that changes answers or speed", level=MUST, scope=CONTAINER, source=SOURCE
)
def test_logged_known(audit):
    """Among the arguments that the server logged as not its defaults, there MUST be none beside the contract that is known to
    change answers or speed: a file of arguments or an entrypoint of one's own can bring some that the command does not show.
    """
    expect_finding(audit["logged-beyond:known"])


@clause("LOG-007", "The server logged nothing else beside the contract", level=SHOULD, scope=CONTAINER, source=SOURCE)
def test_logged_other(audit):
    """Among the arguments that the server logged as not its defaults, there SHOULD be no other beside the contract."""
    expect_finding(audit["logged-beyond:other"])
