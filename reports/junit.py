"""What the JUnit report says of the run besides its tests."""

from fixtures.core.record import RunRecord
from reports.visible import visible


def junit_properties(record: RunRecord) -> list[tuple[str, str]]:
    """Properties of the test suite: the verdict, what was checked, and how it was found."""
    deployment = record.deployment
    pairs: list[tuple[str, object]] = [
        ("verdict", record.verdict),
        ("kind", record.kind),
        ("standin", record.standin),
        ("target", record.target.name),
        ("run", record.id),
        ("image", deployment.image),
        ("image_digest", deployment.digest),
        ("vllm_version", deployment.vllm_version),
        ("ready_seconds", deployment.ready_seconds),
        ("gpu", record.host.gpu),
        ("driver", record.host.driver),
    ]
    pairs += [(f"output_tokens_per_s_at_{m.concurrency}", m.output_tokens_per_s) for m in record.measurements]
    return [(name, visible(str(value))) for name, value in pairs if value is not None]
