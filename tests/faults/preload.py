"""Imports every module of the specification, so that each forked run finds them there."""

from fixtures.plugin.specification import all_clauses

all_clauses()
