# The commands of this repository. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help goldens setup rehearsal test prove check fix docs lock engine engine-stop cpu-image cpu release clean
PY := .venv/bin/python

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# $(1): a lock file. uv when it is there, venv and pip when not; both verify every hash.
define install
@if command -v uv >/dev/null 2>&1; then \
  [ -x $(PY) ] || uv venv --quiet --python '>=3.11' .venv; \
  uv pip install --quiet --python $(PY) --require-hashes -r $(1); \
else \
  [ -x $(PY) ] && $(PY) -m pip --version >/dev/null 2>&1 || python3 -m venv --clear .venv || { \
    echo 'python3 -m venv failed: sudo apt-get install python3-venv' >&2; exit 1; }; \
  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
fi
@touch $@
endef

.venv/.runtime: requirements.lock
	@echo 'setting up .venv (once; takes a minute)'
	$(call install,requirements.lock)

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo 'adding the development tools to .venv'
	$(call install,requirements-dev.lock)

setup: .venv/.runtime ## make .venv with what the suite needs

rehearsal: setup ## run the whole suite against the embedded stand-in
	@.venv/bin/pytest suites/

test: .venv/.dev ## ring 1, minutes: linters, types and the suite's own tests; what needs Docker is skipped aloud without it
	@$(PY) -m tests.rings $(PARTS)

prove: .venv/.dev ## ring 2, hours: everything, resumable; PARTS="faults alarms engine signals soak releases" for some of it
	@$(PY) -m tests.prove $(PARTS)

check: .venv/.dev ## ruff, mypy --strict, import rules
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet suites fixtures reports tests benchmarks conftest.py
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

fix: .venv/.dev ## let ruff mend and format
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format suites fixtures reports tests benchmarks conftest.py

docs: .venv/.dev ## write docs/CLAUSES.md and docs/FAULTS.md from the clauses and the faults
	@$(PY) -m fixtures.specification.page
	@$(PY) -m tests.faults.table

goldens: .venv/.dev ## write anew what the reports say in tests/unit/reports/goldens, and the picture of the README
	@$(PY) -m tests.unit.reports.goldens

lock: .venv/.dev ## pin all dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet --upgrade --custom-compile-command 'make lock' pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet --upgrade --custom-compile-command 'make lock' --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

engine: ## install and start a Docker engine with the test rig's shims
	@bash tests/rig/engine/start.sh

engine-stop: ## stop the engine that `make engine` started
	@bash tests/rig/engine/stop.sh

cpu-image: ## build the image of target cpu: the real vLLM and the tiny checkpoint
	@bash tests/rig/images/build.sh cpu

cpu: setup ## run the suite against the real vLLM on this CPU (needs `make engine cpu-image`)
	@.venv/bin/pytest suites/ --target cpu

release: ## build the image of a release of vLLM, as in `make release V=0.10.1.1`, and say how to run the suite against it
	@bash tests/rig/images/build.sh release $(or $(V),$(error V is missing: make release V=0.10.1.1))
	@echo '.venv/bin/pytest suites/ --target tests/rig/targets/release.toml --image gb10-rig-vllm-cpu:$(V)'

clean: ## remove what the commands made, but for runs
	rm -rf .venv .cache/cpu .mypy_cache .ruff_cache .pytest_cache
