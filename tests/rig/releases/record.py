"""Record what releases answer: python -m tests.rig.releases.record [VERSION …]  (all that are measured, if none is named)."""

import sys

from fixtures.knowledge.releases import measured_releases
from tests.rig.record.__main__ import main as record
from tests.rig.releases.serving import build, serving


def main(versions: list[str]) -> int:
    """Record each release from a server of its own; 1 if a request of any got no answer."""
    failed = 0
    for version in versions or map(str, measured_releases()):
        build(version)
        with serving(version) as url:
            failed |= record(["--base-url", url, "--config", f"vllm-{version}-mandated"])
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
