"""Imports what a run needs, so that each forked one finds it there; imported by the fork server alone."""

import gc
import importlib

from fixtures.knowledge.harmony.render import encoding
from fixtures.knowledge.prompts import prompts
from fixtures.specification.clauses import all_clauses

# What the suite, pytest's plugins, the clients and the stand-in import only when they begin.
_LATER = (
    *("fixtures.plugin.main", "fixtures.given.measurements", "fixtures.plugin.session", "reports.html"),
    *("hypothesis", "_hypothesis_pytestplugin", "pytest_html.plugin", "pytest_html.hooks", "pytest_metadata.plugin"),
    *("pytest_timeout", "_pytest.junitxml", "_pytest.unittest", "anyio.pytest_plugin", "anyio._backends._asyncio"),
    *("httpcore", "h11", "fixtures.standin.process.serve", "fixtures.standin.state", "uvloop", "httptools"),
    *("uvicorn.lifespan.on", "uvicorn.protocols.http.httptools_impl"),
)

all_clauses()
prompts()
encoding()
for name in _LATER:
    importlib.import_module(name)
# What is here stays for ever: a run's own collections need not look at it.
gc.collect()
gc.freeze()
