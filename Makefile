# One word each: `make serve` runs it, `make test` tests it. `make help` tells the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Compiled once and kept: without it every start would spend two seconds on compiling again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON  ?= python3
WORKERS ?= auto

# How many questions `make isolation` asks, and by which seed.
OPERATIONS ?= 10000
SEED       ?= 1

# How many requests `make fuzz` sends, and how long it searches documents, `make chaos` and `make soak` run.
REQUESTS   ?= 200000
fuzz:  MINUTES ?= 5
chaos: MINUTES ?= 11
soak:  MINUTES ?= 30

# How often `make revocation` takes each right away.
ROUNDS     ?= 200

BIN     := .venv/bin
LOCKED  := --require-hashes --quiet
RUNTIME := .venv/.runtime
DEV     := .venv/.dev
CONSOLE := gateway/console/assets/.stamp
AUDITS  := tests/gateway/audits/node_modules/.installed
SPEAKERS := tests/gateway/sockets/clients/node_modules/.installed
OUTSIDE := tests/gateway/provider/node_modules/.installed
TOOL    := examples/typescript/node_modules/.installed
CLIENTS := .venv/clients
PEERS   := benchmarks/peers/node_modules/.installed
SOURCES := gateway schema resolvers tenancy migrations benchmarks tests
TOOLS   := examples/python
PIN     := $(BIN)/uv pip compile --quiet --universal --generate-hashes $(NEWER)
SUITE   := $(BIN)/pytest -n $(WORKERS) --dist loadfile
LOCKED_BY := $(SUITE) tests/tenancy -m isolation

.PHONY: revision help serve test check install bench bench-quick portfolio export-scale bless locks isolation pins clients wheel console clean chaos crash fuzz soak revocation sockets timing guesses long

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(RUNTIME)  ## run everything on 127.0.0.1:8000: database, demo world, sign-in, API, console
	@$(MAKE) --no-print-directory --question $(CONSOLE) || $(MAKE) --no-print-directory console & exec $(BIN)/gateway serve

test: $(DEV) $(AUDITS) $(SPEAKERS) $(OUTSIDE) $(TOOL)  ## the whole suite, and how much of the code it runs
	$(SUITE) --cov --cov-report=term:skip-covered

check: $(DEV)  ## format, lint, types, and the rules of the house
	$(BIN)/ruff format --check $(SOURCES) $(TOOLS)
	$(BIN)/ruff check $(SOURCES) $(TOOLS)
	$(BIN)/mypy $(SOURCES) $(TOOLS)
	$(BIN)/pytest tests/house

install: $(RUNTIME)  ## the environment in .venv, with the command .venv/bin/gateway
	@:

bench: $(DEV) $(PEERS)  ## measure the API beside its peers, into benchmarks/results/ (20 minutes; needs Node.js for the peers)
	$(BIN)/python -m benchmarks

bench-quick: $(DEV) $(PEERS)  ## the same on 10,000 cases in one short round, printed only
	$(BIN)/python -m benchmarks --quick

portfolio: $(DEV)  ## measure a partner with 5,000 customers: every page, and a day of 1,000,000 rows imported (5 minutes)
	$(BIN)/python -m benchmarks.portfolio --load 1000000

export-scale: $(DEV)  ## measure exports of 1,000,000 rows in every form: seconds, and how much the process grows
	$(BIN)/python -m benchmarks.exports --rows 1000000

bless: $(DEV)  ## take today's answers as the expected ones; read the diff afterwards
	$(BIN)/pytest --bless

locks: $(DEV)  ## prove both locks on rows: green without either one, red without both (T-11, T-12)
	$(LOCKED_BY) --without-lock=boundaries
	$(LOCKED_BY) --without-lock=policies
	@echo "$(LOCKED_BY) --without-lock=both"; seen="$$($(LOCKED_BY) --without-lock=both --tb=line)"; \
	echo "$$seen" | tail -n 1; \
	if echo "$$seen" | grep -q ForeignRows; then echo "red without both locks, as it must be: rows of others were seen"; \
	else echo "without both locks rows of others must be seen"; exit 1; fi

isolation: $(DEV)  ## random questions to twin worlds that differ in hidden rows only, then planted faults (OPERATIONS=10000 SEED=1)
	$(BIN)/python -m tests.twins --operations $(OPERATIONS) --seed $(SEED)

fuzz: $(DEV)  ## the worst document by CPU, and random requests to the whole server (REQUESTS=200000 MINUTES=5 SEED=1)
	$(BIN)/python -m tests.fuzz --requests $(REQUESTS) --minutes $(MINUTES) --seed $(SEED)

chaos: $(DEV)  ## good traffic beside every attack, then a fault a minute, into benchmarks/results/chaos.md (MINUTES=11)
	$(BIN)/python -m tests.chaos --minutes $(MINUTES)

soak: $(DEV)  ## load for long, no fault: whether memory or open files grow (F-19; MINUTES=30)
	$(BIN)/python -m tests.chaos --soak $(MINUTES)

crash: $(DEV)  ## kill the gateway 20 times and PostgreSQL 10 times under load, and count what is lost (10 minutes)
	$(BIN)/python -m tests.crash

revocation: $(DEV)  ## how soon a right that was taken away is gone, form by form, at two servers under load (ROUNDS=200)
	$(BIN)/python -m tests.revoking --rounds $(ROUNDS)

sockets: $(DEV)  ## 1,000 clients that are killed, and 100,000 events in order beside one who does not read (W-10, W-13; 20 minutes)
	SOCKET_CLIENTS=1000 SOCKET_EVENTS=100000 $(BIN)/pytest -s tests/gateway/sockets/test_many.py

timing: $(DEV)  ## whether the clock tells a foreign id from an absent one: 20,000 pairs each in SQL and over HTTP (T-22; 10 minutes)
	TIMING_PAIRS=20000 $(BIN)/pytest -s tests/tenancy/test_timing.py

guesses: $(DEV)  ## 10,000 guessed invitations by one person, 50 at once: after ten the rest is not looked at (A-12; 2 minutes)
	GUESSES=10000 $(BIN)/pytest tests/resolvers/test_people_at_once.py -k guesses

long: $(DEV)  ## random desks for long: every invariant after every step (30 minutes)
	DESKS=200 $(BIN)/pytest tests/resolvers/test_case_machine.py

revision: $(RUNTIME)  ## begin the next migration (NAME=renewals SAYS="Agreements are renewed." TABLES=renewal)
	$(BIN)/python -m migrations.revision $(NAME) "$(SAYS)" $(TABLES)

pins: $(RUNTIME)  ## write the lock files for what pyproject.toml asks; NEWER=--upgrade takes the newest versions
	$(PIN) pyproject.toml -o requirements.lock
	$(PIN) pyproject.toml -o requirements-dev.lock --extra dev -c requirements.lock
	$(PIN) --group build -o requirements-build.lock
	$(PIN) --group clients -o requirements-clients.lock

clients: $(CLIENTS)/.installed  ## write the typed client of examples/python again, from schema.graphql and examples/portfolio.graphql
	$(CLIENTS)/bin/ariadne-codegen --config examples/python/codegen.toml

wheel: $(RUNTIME) console  ## dist/*.whl, console included
	$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python
	@ls dist/*.whl

console: $(CONSOLE)  ## bundle the GraphiQL console
	@:

clean:  ## remove what was made, except data in var/
	rm -rf .venv dist gateway/console/assets console/node_modules console/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- what stands behind it

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No virtual environment could be made." \
	  "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(RUNTIME): requirements.lock requirements-build.lock pyproject.toml | .venv/bin/python
	@echo "installing what the gateway needs into .venv"
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --no-compile --require-hashes -r requirements-build.lock
	@$(call install,-r requirements.lock $(LOCKED))
	@$(call install,--quiet --no-deps --no-build-isolation -e .)
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "installing what its tests need"
	@$(call install,-r requirements-dev.lock $(LOCKED))
	@touch $@

# uv is quick; pip knows package sources that only pip was told about.
install = $(BIN)/uv pip install --python $(BIN)/python $(1) || $(BIN)/python -m pip install $(1)

$(PEERS): benchmarks/peers/package-lock.json
	@if cd benchmarks/peers && npm ci --loglevel error; then touch node_modules/.installed; \
	else echo "warning: no npm; measuring without PostGraphile and Mercurius"; fi

# Apart from everything else: what writes the client needs a graphql-core that the gateway has left behind.
$(CLIENTS)/.installed: requirements-clients.lock | $(RUNTIME)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(CLIENTS)
	@$(BIN)/uv pip install --python $(CLIENTS)/bin/python $(LOCKED) -r $< || \
	  $(BIN)/python -m pip --python $(CLIENTS)/bin/python install $(LOCKED) -r $<
	@touch $@

$(TOOL): examples/typescript/package-lock.json
	@if cd examples/typescript && npm ci --ignore-scripts --loglevel error; then touch node_modules/.installed; \
	else echo "warning: no npm; the example in TypeScript is not tried"; fi

$(AUDITS): tests/gateway/audits/package-lock.json
	@if cd tests/gateway/audits && npm ci --ignore-scripts --loglevel error; then touch node_modules/.installed; \
	else echo "warning: no npm; the audits of GraphQL over HTTP are skipped"; fi

$(SPEAKERS): tests/gateway/sockets/clients/package-lock.json
	@if cd tests/gateway/sockets/clients && npm ci --ignore-scripts --loglevel error; then touch node_modules/.installed; \
	else echo "warning: no npm; the clients of subscriptions are not tried"; fi

$(OUTSIDE): tests/gateway/provider/package-lock.json
	@if cd tests/gateway/provider && npm ci --ignore-scripts --loglevel error; then touch node_modules/.installed; \
	else echo "warning: no npm; the identity provider that we did not write is skipped"; fi

$(CONSOLE): console/package-lock.json console/index.html $(wildcard console/src/* console/src/queries/*/* console/*.ts) gateway/console/build.py | $(RUNTIME)
	@if $(BIN)/python -m gateway.console.build; then mkdir -p $(@D) && touch $@; \
	else echo "warning: no console; everything else works without it"; fi
