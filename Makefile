# Every command of the project; `make help` says what each is for.
SHELL := /bin/sh
PYTHON := .venv/bin/python
INSTALL := sh devtools/install.sh
# Fast PostgreSQL and broker, erased afterwards.
SERVERS := $(PYTHON) -m devtools.servers run --temporary --
TEMPLATES := find templates -name '*.html' -print0 | xargs -0
LOCK := $(PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-strip-extras pyproject.toml
# Where a secret might be left: fingerprints, and addresses given as examples, look like one.
TRACKED := git ls-files -z -- ':!requirements*.txt' ':!devtools/vendor' ':!*/migrations/*' ':!docs/production.md' \
	':!docker/env.example' ':!deploy/new_env.sh'
APPS := accounts structures trajectories trainings community efc_platform
# Such settings as production has, none of them a secret.
AS_IN_PRODUCTION := APP_MODE=production SECRET_KEY=made-for-make-check-only-0123456789-abcdefghijklmnopqrstuvwxyz \
	JOURNAL_KEYS=check:Y2hlY2stb25seS1qb3VybmFsLWtleS0zMi1ieXRlcyE= EMAIL_URL=smtp://mail.example:587 \
	ALLOWED_HOSTS=trajectoires.example SITE_URL=https://trajectoires.example \
	DEFAULT_FROM_EMAIL=bonjour@trajectoires.example

.DEFAULT_GOAL := help
.PHONY: help demo dev test check fix bench bench-restore load try-scale cost drills supply lock css screenshots clean

help: ## Cette liste
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

demo: ## La démonstration, prête à l’emploi (PORT=8000, HTTPS=1, RESET=1, DEMO_PASSWORD=…, VAR_DIR=…)
	@$(INSTALL)
	@$(PYTHON) -m devtools.demo

dev: ## Les mêmes serveurs pour développer : rechargement à chaque modification (PORT=8000, VAR_DIR=…)
	@$(INSTALL) tests
	@$(PYTHON) -m devtools.demo --development

test: ## Toutes les vérifications, puis tous les tests (CHROMIUM=… pour un autre navigateur)
	@$(INSTALL) tests
	@code=0; $(MAKE) --no-print-directory check || { code=1; echo 'Une vérification a échoué ; les tests suivent.'; }; \
	$(SERVERS) $(PYTHON) -m pytest -n logical --maxprocesses 4 --dist loadgroup -m "not drill" --durations=40 --durations-min=5 || code=1; exit $$code

check: ## Format, style, types, couches, migrations et réglages de production
	@$(INSTALL) tests
	$(PYTHON) -m ruff format --check --quiet
	$(PYTHON) -m ruff check --quiet
	APP_MODE=test $(PYTHON) -m mypy
	.venv/bin/lint-imports
	@# Marking a text as safe is looked for by ruff, and each place was read.
	.venv/bin/bandit --quiet --recursive --severity-level medium --skip B308,B703 $(APPS)
	@$(TRACKED) | xargs -0 .venv/bin/detect-secrets-hook --disable-plugin KeywordDetector
	@$(TEMPLATES) .venv/bin/djade --check --target-version 5.2
	@$(AS_IN_PRODUCTION) $(SERVERS) sh -c '$(PYTHON) manage.py makemigrations --check --dry-run \
		&& $(PYTHON) manage.py check --deploy --fail-level WARNING'

fix: ## Met en forme le code et les gabarits
	@$(INSTALL) tests
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix
	@$(TEMPLATES) .venv/bin/djade --target-version 5.2

bench: ## Mesure les pages et le bilan PDF ; SIZE=L, les pages parmi un million d’interventions (PLANS=fichier)
	@$(INSTALL) tests
	@$(PYTHON) -m $(if $(SIZE),devtools.bench_mass $(SIZE),devtools.bench)

bench-restore: ## Mesure une sauvegarde et sa restauration : 100 000 notes, 2 Go (NOTES=… MEGABYTES=… pour moins)
	@$(INSTALL) tests
	@$(PYTHON) -m devtools.bench_restore

load: ## Cinquante personnes à la fois pendant dix minutes, puis ce que porte un cœur (PEOPLE=50 SECONDS=600 CORE_SECONDS=60)
	@$(INSTALL) tests
	@$(PYTHON) -m devtools.load

try-scale: ## Essaie plusieurs sites, ouvriers et horloges, et une réplique de PostgreSQL qui prend la suite
	@$(INSTALL) tests
	@$(SERVERS) $(PYTHON) -m pytest tests/scale -p no:randomly

cost: ## Ce qu’une installation demande et coûterait (STRUCTURES=1000 YEARS=3 ; prix et usages : devtools/cost.py)
	@$(INSTALL)
	@$(PYTHON) -m devtools.cost

drills: ## Exercices de panne : serveurs tués, réseau coupé, disque plein (DRILL_SECONDS=600, le dernier en entier)
	@$(INSTALL) tests
	@$(SERVERS) $(PYTHON) -m pytest tests/drills tests/journeys -m "drill or fault"

supply: ## Ce dont la plateforme est faite : nomenclature, licences, failles connues (VAR_DIR=…)
	@$(INSTALL) tests
	@$(PYTHON) -m devtools.supply

lock: ## Refait les fichiers de verrouillage à partir de pyproject.toml
	@$(INSTALL) tests
	$(LOCK) -o requirements.txt
	$(LOCK) --group dev -o requirements-dev.txt

css: ## Refait la feuille de style : ce que les pages utilisent de Bootstrap
	@$(INSTALL) tests
	@$(PYTHON) devtools/cut_bootstrap.py

screenshots: ## Refait les captures d’écran de la documentation
	@$(INSTALL) tests
	@$(PYTHON) devtools/screenshots.py

clean: ## Efface l’environnement et les caches ; les données de var/ restent
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
