"""Nothing but the plugins of the suite."""

pytest_plugins = (
    "fixtures.plugin.main",
    "fixtures.plugin.running",
    "fixtures.plugin.artefacts",
    "fixtures.plugin.session",
    "fixtures.plugin.measuring",
)
