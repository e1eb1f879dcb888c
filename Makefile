# One entry point for people and for continuous integration; `make` alone lists the targets.

PYTHON ?= python3.11
# The demo data of `make build`.
STORES ?= 20000
SEED ?= 7
# How many random sequences `make test-equivalence` plays.
SEQUENCES ?= 200
# Target of `make debug`: duckdb or snowflake.
TARGET ?= duckdb
# The DuckDB file; dbt and the scripts read the same variable.
export STORE_MATCHING_DATABASE ?= stores.duckdb
# The lake: Iceberg tables and OPS, a folder or s3://bucket/prefix.
export STORE_MATCHING_LAKE ?= lake

define NO_TERRAFORM
there is no terraform on the PATH; 1.9 or newer is wanted
  what to do: install it (its makers have packages for Debian, Fedora and macOS, and a single file for other systems),
  then run make test-terraform
endef
export NO_TERRAFORM

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# One target after the other, but for `lint-and-test-dbt`.
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

BIN := .venv/bin
DEMO := data/demo
DEMO_MADE := $(DEMO)/.made-$(STORES)-$(SEED)
GENERATOR := scripts/generate_stores.py $(shell find store_matching/generator -name "*.py" -o -name "*.csv" -o -name "*.toml")
# `make test` never touches the database, the profile or the demo data of `make build`.
SCRATCH := target/make_test
TEST_STORES := 2000
DBT_TEST := STORE_MATCHING_DATABASE=$(SCRATCH)/stores.duckdb STORE_MATCHING_LAKE=$(SCRATCH)/lake $(BIN)/dbt
DBT_TEST_OPTIONS := --target duckdb --profiles-dir $(SCRATCH) --target-path $(SCRATCH)/dbt --log-path $(SCRATCH)/logs

.PHONY: help build test test-airflow test-equivalence test-sequences test-long test-terraform lint format debug docs bench match releases sentinel demo-lost-batch demo-healing lock clean reset test-snowflake
.PHONY: load-demo lint-and-test-dbt lint-python lint-sql lint-project test-dbt test-python test-pytest scratch

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z-]*:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: .venv/installed profiles.yml load-demo ## Set up, load demo stores into the lake, run dbt build, publish, print a summary
	@code=0; $(BIN)/dbt build --target duckdb --profiles-dir . || code=$$?; \
	$(BIN)/python scripts/print_build_summary.py --database $(STORE_MATCHING_DATABASE) --extracts $(DEMO); \
	exit $$code

test: lint-and-test-dbt test-pytest test-airflow ## Run the tests: linters, dbt build with its tests, pytest, the emulator of Snowflake, the DAGs; not test-terraform, test-long
	@echo "all tests passed"

lint-and-test-dbt: .venv/installed
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line SIDE_BY_SIDE=1 lint test-dbt

lint: lint-python lint-workflows lint-secrets lint-sql lint-project ## Check Python, workflows, secrets, SQL (both dialects), conventions

format: .venv/installed scratch ## Mend the style of Python and SQL where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	DBT_PROFILES_DIR=$(SCRATCH) STORE_MATCHING_DATABASE=$(SCRATCH)/lint.duckdb STORE_MATCHING_LAKE=none \
	    $(BIN)/python scripts/lint_sql.py --fix

debug: .venv/installed ## Check a connection and say what to mend: TARGET=duckdb or snowflake
	@$(BIN)/python scripts/debug_connection.py --target $(TARGET)

docs: .venv/installed profiles.yml ## Write the dbt documentation to target/static_index.html
	$(BIN)/dbt docs generate --static --target duckdb --profiles-dir .
	@echo "open target/static_index.html in a browser"

bench: .venv/installed ## Run a benchmark: BENCH=speed (default), healing, sentinel, scale, …
	$(BIN)/python benchmarks/run.py $(BENCH)

match: .venv/installed ## Match two extract files: GI=one.csv TH=two.csv OUT=folder
	@for name in GI TH OUT; do \
	    case $$name in GI) value='$(GI)';; TH) value='$(TH)';; OUT) value='$(OUT)';; esac; \
	    if [ -z "$$value" ]; then \
	        echo "$$name is missing; for example:  make match GI=gi.csv TH=th.csv OUT=matches" >&2; exit 2; \
	    fi; \
	done
	$(BIN)/python scripts/match_files.py --gi '$(GI)' --th '$(TH)' --out '$(OUT)'

sentinel: .venv/installed ## Compare the files in storage with Iceberg metadata, once; tell what is missing
	@$(BIN)/python scripts/sentinel.py scan

demo-lost-batch: .venv/installed ## Play the story of the lost batch with two real writers (4 minutes)
	@$(BIN)/python demos/lost_batch.py

demo-healing: .venv/installed ## Play the story of stores that failed and are healed (4 minutes)
	@$(BIN)/python demos/healing.py

lock: .venv/installed ## Resolve pyproject.toml and the files of requirements/ that end in .in again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --no-annotate --no-header \
	    --upgrade --output-file requirements/dev.txt
	$(BIN)/uv pip compile requirements/airflow.in --python-version 3.11 --no-annotate --no-header \
	    --upgrade --output-file requirements/airflow.txt
	$(BIN)/uv pip compile requirements/terraform.in --python-version 3.11 --no-annotate --no-header \
	    --upgrade --output-file requirements/terraform.txt
	$(BIN)/uv pip compile requirements/workflows.in --python-version 3.11 --no-annotate --no-header \
	    --upgrade --output-file requirements/workflows.txt
	$(BIN)/uv pip compile requirements/snowflake_emulator.in --python-version 3.11 --no-annotate --no-header \
	    --upgrade --output-file requirements/snowflake_emulator.txt

releases: .venv/installed profiles.yml ## List the releases; dbt run-operation rollback_release goes back to one
	@$(BIN)/dbt --quiet run-operation list_releases --target duckdb --profiles-dir .

clean: ## Remove dbt's output, caches and the demo extracts; keeps the database, the lake and .venv
	rm -rf target logs $(DEMO) .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv*/*' -prune -exec rm -rf {} +

reset: clean ## Like clean, and remove the database, the lake (everything that was loaded) and the environments too
	case "$(STORE_MATCHING_LAKE)" in s3://*) ;; *) rm -rf "$(STORE_MATCHING_LAKE)";; esac
	rm -rf "$(STORE_MATCHING_DATABASE)" "$(STORE_MATCHING_DATABASE).wal" .venv .venv-airflow .venv-terraform .venv-workflows .venv-snowflake

.venv/installed: requirements/dev.txt scripts/set_up_environment.sh
	@scripts/set_up_environment.sh $(PYTHON)

.venv-terraform/installed: requirements/terraform.txt scripts/set_up_environment.sh
	@scripts/set_up_environment.sh $(PYTHON) .venv-terraform requirements/terraform.txt

.venv-airflow/installed: requirements/airflow.txt scripts/set_up_environment.sh
	@scripts/set_up_environment.sh $(PYTHON) .venv-airflow requirements/airflow.txt

.venv-snowflake/installed: requirements/snowflake_emulator.txt scripts/set_up_environment.sh
	@scripts/set_up_environment.sh $(PYTHON) .venv-snowflake requirements/snowflake_emulator.txt

profiles.yml:
	@cp profiles.example.yml profiles.yml
	@echo "wrote profiles.yml from profiles.example.yml"

$(DEMO_MADE): $(GENERATOR) | .venv/installed
	@rm -rf $(DEMO)
	$(BIN)/python scripts/generate_stores.py --stores $(STORES) --seed $(SEED) --out $(DEMO)
	@touch $@

load-demo: .venv/installed $(DEMO_MADE)
	$(BIN)/python scripts/load_demo_batches.py --extracts $(DEMO)

lint-python: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-sql: .venv/installed scratch
	@echo "checking the SQL of both engines (a minute or two)"
	@$(BIN)/python scripts/check_snowflake_sql.py > $(SCRATCH)/snowflake.log 2>&1 & snowflake=$$!; code=0; \
	DBT_PROFILES_DIR=$(SCRATCH) STORE_MATCHING_DATABASE=$(SCRATCH)/lint.duckdb STORE_MATCHING_LAKE=none \
	    $(BIN)/python scripts/lint_sql.py || code=$$?; \
	wait $$snowflake || code=$$?; cat $(SCRATCH)/snowflake.log; exit $$code

lint-project: .venv/installed scratch
	$(DBT_TEST) parse --no-partial-parse $(DBT_TEST_OPTIONS) --target-path $(SCRATCH)/parsed --log-path $(SCRATCH)/parsed
	$(BIN)/python scripts/check_project.py --manifest $(SCRATCH)/parsed/manifest.json

test-dbt: .venv/installed scratch
	$(BIN)/python scripts/generate_stores.py --stores $(TEST_STORES) --seed $(SEED) --out $(SCRATCH)/demo
	STORE_MATCHING_LAKE=$(SCRATCH)/lake $(BIN)/python scripts/load_demo_batches.py --extracts $(SCRATCH)/demo
	$(DBT_TEST) build $(DBT_TEST_OPTIONS)

test-sequences: ## Compare 20 random sequences of runs with full refreshes, as pull requests do (5 minutes)
	@$(MAKE) --no-print-directory test-equivalence SEQUENCES=20

test-equivalence: .venv/installed ## Compare random sequences of runs with full refreshes: SEQUENCES=200 (an hour and a half)
	EQUIVALENCE_SEQUENCES=$(SEQUENCES) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -k equals_a_full_refresh tests/python/healing

# test-python and test-snowflake by one pytest: both cores have work to its end.
test-pytest: .venv/installed .venv-snowflake/installed
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not long" tests/python tests/snowflake

test-python: .venv/installed
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not long"

test-long: .venv/installed .venv-airflow/installed .venv-snowflake/installed ## Run the exhaustive tests that make test leaves out, and 20 sequences of runs (half an hour)
	EQUIVALENCE_SEQUENCES=20 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m long
	@$(MAKE) --no-print-directory test-sequences
	timeout -s KILL 10m .venv-airflow/bin/python -m pytest -n 2 --dist worksteal -m long tests/airflow
	timeout -s KILL 20m $(BIN)/python -m pytest -m long tests/snowflake

test-airflow: .venv/installed .venv-airflow/installed ## Run every DAG whole on DuckDB (2 minutes; test-long plays more of its failures)
	timeout -s KILL 10m .venv-airflow/bin/python -m pytest -n 2 --dist loadgroup -m "not long" tests/airflow

test-terraform: .venv/installed .venv-terraform/installed ## Check terraform/ offline: style, plans, rights matrix, contracts (1 minute; needs terraform)
	@command -v terraform >/dev/null || { echo "$$NO_TERRAFORM" >&2; exit 2; }
	timeout -s KILL 10m $(BIN)/python -m pytest -n 2 --dist worksteal tests/terraform

test-snowflake: .venv/installed .venv-snowflake/installed ## Build the project on an emulator of Snowflake, and compare with DuckDB (4 minutes; test-long also runs verify_snowflake.py)
	timeout -s KILL 10m $(BIN)/python -m pytest -n 2 --dist loadfile -m "not long" tests/snowflake

scratch:
	@rm -rf $(SCRATCH) && mkdir -p $(SCRATCH) && cp profiles.example.yml $(SCRATCH)/profiles.yml

include $(wildcard make/*.mk)
