# The commands of this project. Each one installs what it needs first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint mutate fuzz bench load smoke package cost deploy lock strip screenshots clean

demo: $(VENV)/.demo
	@exec $(BIN)/python -m infra.local.demo

# Four processes for two cores, since many tests wait for servers; the files that take longest first.
# Keeping bytecode, whatever the environment says: tests start hundreds of processes that import the same modules.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev
	@infra/local/services.sh
	$(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cfn-lint infra/*.yaml
	$(BIN)/hadolint Dockerfile
	DATA_DIR=var/lint $(BIN)/python manage.py makemigrations --check --dry-run imagehub

# Changes the code of the contract, purges and links, and checks that a test fails for each change: docs/mutation.md.
mutate: $(VENV)/.dev
	$(BIN)/python -m tests.mutation $(if $(ONLY),--only "$(ONLY)") $(if $(JOBS),--jobs $(JOBS))

# Runs damaged images and odd URLs through the engine and the handlers, each in a process with limits; then random
# mutations of them for MINUTES.
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

# Floods and mixed load on this machine, for some minutes; prints which promises held.
load: $(VENV)/.dev
	$(BIN)/python -m tests.load $(if $(REQUESTS),--requests $(REQUESTS)) $(if $(DURATION),--seconds $(DURATION))

# Compares the engine with sharp, libvips and others; writes docs/benchmarks.md, where parts that ONLY leaves out keep
# their figures. QUICK=1 measures less and writes var/bench/benchmarks.md.
bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(PHOTOS),--photos "$(PHOTOS)")

# Asks a deployed stack, or the local CloudFront, how it behaves: make smoke STACK=name.
smoke: $(VENV)/.dev
	@$(BIN)/python -m tests.smoke "$(or $(STACK),local)"

# Builds the zips for AWS Lambda in var/packages, with the policy file POLICY; PYTHON313 compiles their bytecode.
package: $(VENV)/.dev
	@$(BIN)/python -m infra.package $(if $(POLICY),--policy "$(POLICY)") $(if $(PYTHON313),--python "$(PYTHON313)")

# Prices a month on AWS beside other ways to serve images: make cost ARGS="--requests 50M --hits 98%".
cost: $(VENV)/.dev
	@$(BIN)/python -m infra.cost $(ARGS)

# Creates or updates the stack: make deploy STACK=imagehub PARAMETERS="CodeBucket=example-code BucketName=example-images".
# For other commands and exit codes: python -m infra.deploy --help, docs/operations.md.
deploy: $(VENV)/.dev
	@$(BIN)/python -m infra.deploy deploy --stack "$(or $(STACK),imagehub)" $(if $(POLICY),--policy "$(POLICY)") $(PARAMETERS)

# Pins packages after a change of a requirements file; UPGRADE=1 or UPGRADE=name for newer versions.
lock: $(VENV)/.dev
	@infra/local/lock.sh

# The image at the top of the README: downloads a photograph with apt, measures it, draws it with Chromium.
strip: $(VENV)/.dev
	@$(BIN)/python -m tests.strip

# The README's screenshots of the gallery and the admin.
screenshots: $(VENV)/.dev
	@$(BIN)/python -m tests.strip.screenshots

clean:
	rm -rf $(VENV) var

$(VENV)/.demo: requirements.lock requirements-demo.lock
	@PYTHON=$(PYTHON) infra/local/setup.sh requirements.lock
	@PYTHON=$(PYTHON) infra/local/setup.sh requirements-demo.lock || \
		echo "OpenCV could not be installed, so this demo does not look for faces. All else works." >&2
	@touch $@

$(VENV)/.dev: requirements.txt requirements-demo.txt requirements-dev.txt constraints.txt
	@PYTHON=$(PYTHON) infra/local/setup.sh requirements-dev.txt
	@touch $@ $(VENV)/.demo
