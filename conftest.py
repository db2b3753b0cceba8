"""Nothing but the plugins of the suite; each before those that import it."""

pytest_plugins = (
    "fixtures.plugin.running",
    "fixtures.plugin.heartbeat",
    "fixtures.plugin.session",
    "fixtures.plugin.artefacts",
    "fixtures.plugin.html",
    "fixtures.plugin.main",
)
