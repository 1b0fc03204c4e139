# Rejoinder. `make help` lists the targets; `make demo` and `make test` set up all they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHARED ?= ../shared

.DEFAULT_GOAL := help
.PHONY: help demo run test check format bench eval docs train lock clean

help: ## Show the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.ok ## Ask three questions about the first article, then open the console
	@$(BIN)/rejoinder demo

run: $(VENV)/run.ok ## Start the Discord bot (needs DISCORD_TOKEN in .env)
	@$(BIN)/rejoinder run

test: check ## Every check and every test
	@echo "tests"
	@$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/dev.ok ## Formatting, lint, types
	@echo "formatting" && $(BIN)/ruff format --check --quiet .
	@echo "lint" && $(BIN)/ruff check --quiet .
	@echo "types" && $(BIN)/mypy --no-error-summary

format: $(VENV)/dev.ok ## Format the code and mend what lint can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/dev.ok ## Speed and memory, measured and printed
	@$(BIN)/python -m tests.benchmarks

eval: $(VENV)/run.ok ## Every figure of the model card and the README, from $(SHARED)
	@$(BIN)/python -m retrieval.evaluate --shared $(SHARED)

docs: $(VENV)/dev.ok ## Write the README's generated tables and .env.example anew
	@$(BIN)/python -m tests.reference

train: ## Rebuild the two embedded models (needs PyTorch: see retrieval/models/CARD.md)
	@$(PYTHON) -m retrieval.models.train all --data $(SHARED)/data

lock: ## Renew the dependency locks (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.lock
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements/dev.lock

clean: ## Remove the virtual environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/python.ok:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; ok = (3, 11) <= v <= (3, 13); sys.exit(0 if ok else "Rejoinder needs Python 3.11, 3.12 or 3.13; %s is %d.%d. Try: make PYTHON=python3.12 ..." % (sys.executable, *v))'
	@echo "making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.ok: requirements/run.lock pyproject.toml $(VENV)/python.ok
	@echo "installing what the bot needs (locked, about a minute) ..."
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/dev.ok: requirements/dev.lock pyproject.toml $(VENV)/python.ok
	@echo "installing what the checks and tests need (locked, about a minute) ..."
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@$(PIP) install --no-deps --editable .
	@touch $@ $(VENV)/run.ok
