# What the workflows in .github/workflows call; every target works by hand too, see docs/ci.md.
# Values that come from outside reach a recipe through the shell's environment ("$$NAME"), never through make, which
# would expand what they hold.
.PHONY: match-quality lint-workflows lint-secrets check-drift terraform-plan terraform-apply terraform-drift snowflake-slim snowflake-drop-slim deploy enqueue-triggers heal
.PHONY: docs-site fetch-state comment-match-quality comment-terraform

# match-quality: what to compare with, and on which lists.
BASE ?= origin/main
LABELS ?=
QUALITY_STORES ?= 3000
# terraform-*: a folder of terraform/environments; APPROVED is the digest that terraform-plan printed.
ENVIRONMENT ?= dev
APPROVED ?=
# snowflake-slim: the number of the pull request.
PULL_REQUEST ?=
# heal: targeted (of one batch, when named) or full.
MODE ?= targeted
TRIGGER_BATCH ?=
export BASE LABELS QUALITY_STORES ENVIRONMENT APPROVED PULL_REQUEST MODE TRIGGER_BATCH TARGET

SIGNED_IN := $(BIN)/python scripts/signed_in.py
# The package is named and put on its stage in two commands: signing in prints a line that hides the token in GitHub's
# log, and that line must stay on stdout and not get into the name. To heal as well: a healing may run a commit whose
# deployment has not come yet; what is on the stage already is left.
PUT_PACKAGE = if [ "$$TARGET" = snowflake ]; then \
	    SNOWFLAKE_PACKAGE=$$($(BIN)/python scripts/deploy_package.py --dry-run) || exit; export SNOWFLAKE_PACKAGE; \
	    $(SIGNED_IN) $(BIN)/python scripts/deploy_package.py || exit; fi
# The production database; those of pull requests are its clones.
export SNOWFLAKE_DATABASE ?= STORE_MATCHING
STATE := target/state
WORKFLOWS := .github/workflows

match-quality: .venv/installed ## Match labelled lists with this folder and with BASE=origin/main; fail when it got worse (3 minutes)
	@$(BIN)/python scripts/check_match_quality.py --base "$$BASE" --stores "$$QUALITY_STORES" $${LABELS:+--labels "$$LABELS"}

lint-workflows: .venv-workflows/installed ## Check the workflows: known weaknesses, schema, time limits; and their conventions
	.venv-workflows/bin/check-jsonschema --builtin-schema github-workflows $(WORKFLOWS)/*.yml
	.venv-workflows/bin/check-jsonschema --builtin-schema github-workflows-require-timeout $(WORKFLOWS)/*.yml
	.venv-workflows/bin/zizmor --offline --quiet --persona pedantic $(WORKFLOWS)

lint-secrets: .venv/installed ## Look for keys, tokens and passwords in every file that git tracks
	@$(BIN)/python scripts/find_secrets.py

check-drift: .venv/installed ## Fail when the active release matches so much worse than before that a full refresh is due
	@$(BIN)/python scripts/check_matching_health.py --fail-if-critical

terraform-plan: .venv/installed ## Plan ENVIRONMENT=dev, test or prod of terraform/; prints the digest that terraform-apply wants
	@$(SIGNED_IN) $(BIN)/python scripts/run_terraform.py plan --environment "$$ENVIRONMENT"

terraform-apply: .venv/installed ## Apply the plan of ENVIRONMENT=… whose digest is APPROVED=…, or nothing
	@$(SIGNED_IN) $(BIN)/python scripts/run_terraform.py apply --environment "$$ENVIRONMENT" --approved "$$APPROVED"

terraform-drift: .venv/installed ## Fail when the account of ENVIRONMENT=… is not what terraform/ says
	@$(SIGNED_IN) $(BIN)/python scripts/run_terraform.py drift --environment "$$ENVIRONMENT"

snowflake-slim: .venv/installed profiles.yml ## Build what changed since target/state in a clone of production, PULL_REQUEST=12
	@$(SIGNED_IN) $(BIN)/python scripts/slim_build.py build --pull-request "$$PULL_REQUEST" --state $(STATE)

snowflake-drop-slim: .venv/installed profiles.yml ## Drop the clone of PULL_REQUEST=12
	@$(SIGNED_IN) $(BIN)/python scripts/slim_build.py drop --pull-request "$$PULL_REQUEST"

deploy: .venv/installed profiles.yml ## Bring this version to TARGET=duckdb or snowflake: build, test, publish a release
	@$(PUT_PACKAGE); $(SIGNED_IN) $(BIN)/dbt build --target "$$TARGET"

enqueue-triggers: .venv/installed profiles.yml ## Make triggers of what the active release leaves unmatched, for heal; TARGET=duckdb or snowflake
	@$(SIGNED_IN) $(BIN)/dbt run-operation enqueue_reprocess_triggers --target "$$TARGET"

heal: .venv/installed profiles.yml ## Match again: MODE=targeted (TRIGGER_BATCH=… for one batch) or full; TARGET=duckdb or snowflake
	@$(PUT_PACKAGE); $(SIGNED_IN) $(BIN)/python scripts/heal.py --target "$$TARGET" --mode "$$MODE" --trigger-batch "$$TRIGGER_BATCH"

docs-site: .venv/installed scratch
	@rm -rf target/docs_site && mkdir -p target/docs_site
	$(DBT_TEST) docs generate --static --empty-catalog $(DBT_TEST_OPTIONS)
	cp $(SCRATCH)/dbt/static_index.html target/docs_site/index.html

fetch-state: .venv/installed
	@$(BIN)/python scripts/fetch_state.py --out $(STATE)

comment-match-quality: .venv/installed
	@$(BIN)/python scripts/comment_on_pull_request.py --pull-request "$$PULL_REQUEST" --subject match-quality \
	    --file target/match_quality/comment.md

comment-terraform: .venv/installed
	@$(BIN)/python scripts/comment_on_pull_request.py --pull-request "$$PULL_REQUEST" --subject "terraform-$$ENVIRONMENT" \
	    --file "target/terraform/$$ENVIRONMENT/comment.md"

.venv-workflows/installed: requirements/workflows.txt scripts/set_up_environment.sh
	@scripts/set_up_environment.sh $(PYTHON) .venv-workflows requirements/workflows.txt
