# The verbs of this project: demo, test, lint, fuzz, bench, load, smoke, package, strip. Each sets up what it needs.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint fuzz bench load smoke package strip clean

demo: $(VENV)/.demo
	@exec $(BIN)/python -m infra.local.demo

test: $(VENV)/.dev
	@infra/local/services.sh
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cfn-lint infra/template.yaml

# Odd and broken pictures through the engine and the door, each in a process with limits; then mutations for MINUTES.
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

# Floods and a mixed load on this machine, for some minutes; prints what was held.
load: $(VENV)/.dev
	$(BIN)/python -m tests.load $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(DURATION),--seconds $(DURATION))

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(PHOTOS),--photos "$(PHOTOS)")

smoke: $(VENV)/.dev
	@$(BIN)/python -m tests.smoke "$(or $(STACK),local)"

# What Lambda@Edge runs: two zips in var/packages. POLICY is baked into them; PYTHON313 compiles their bytecode.
package: $(VENV)/.dev
	@$(BIN)/python -m infra.package $(if $(POLICY),--policy "$(POLICY)") $(if $(PYTHON313),--python "$(PYTHON313)")

# The image at the top of the README: downloads a photograph with apt, measures it, draws it with Chromium.
strip: $(VENV)/.dev
	@$(BIN)/python -m tests.strip

clean:
	rm -rf $(VENV) var

$(VENV)/.demo: requirements.txt constraints.txt
	@PYTHON=$(PYTHON) infra/local/setup.sh requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt constraints.txt
	@PYTHON=$(PYTHON) infra/local/setup.sh requirements-dev.txt
	@touch $@ $(VENV)/.demo
