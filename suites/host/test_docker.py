"""Docker, the image, and room for the container."""

from fixtures.kit import BOOT, HOST, MUST, clause, expect_finding

SOURCE = "deployment rules 3 and 6"


@clause("HOST-005", "Docker answers", level=MUST, scope=HOST, source=SOURCE)
def test_docker(preflight):
    """The Docker engine MUST answer this user."""
    expect_finding(preflight.finding("docker"))


@clause("HOST-006", "The image has been pulled", level=MUST, scope=BOOT, needs=["HOST-005"], source=SOURCE)
def test_image(preflight):
    """The image MUST be on the host before the start: the suite never pulls."""
    expect_finding(preflight.finding("image"))


@clause("HOST-007", "The image fits the machine", level=MUST, scope=BOOT, needs=["HOST-006"], source=SOURCE)
def test_image_architecture(preflight):
    """The image's architecture MUST be the machine's.

    Why: the wrong variant of a multi-platform image ends in `exec format error`.
    """
    expect_finding(preflight.finding("image-architecture"))


@clause("HOST-008", "The port is free", level=MUST, scope=BOOT, source=SOURCE)
def test_port(preflight):
    """The port to publish MUST be free."""
    expect_finding(preflight.finding("port"))


@clause("HOST-009", "The container's name is free", level=MUST, scope=BOOT, needs=["HOST-005"], source=SOURCE)
def test_name(preflight):
    """Another container MUST NOT hold the container's name."""
    expect_finding(preflight.finding("name"))
