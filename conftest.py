"""Nothing but the plugins of the suite; each before those that import it."""

pytest_plugins = (
    "fixtures.plugin.running",
    "fixtures.plugin.monitor",
    "fixtures.plugin.session",
    "fixtures.plugin.measuring",
    "fixtures.plugin.artefacts",
    "fixtures.plugin.main",
)
