# Corridor. `make run` and `make test` need Go and Node.js and nothing else.
SHELL       := /bin/bash
LISTEN      ?= localhost:8080
DATA        ?= ./data
SEED        ?= 1
RUNS        ?= 200
BIN         := bin/corridor
GO_SOURCES  := $(shell find cmd ent internal seeds web -name '*.go' -not -path '*/node_modules/*' 2>/dev/null)
WEB_SOURCES := $(shell find web/ts web/css web/page web/component web/locale -type f 2>/dev/null) web/package.json

.DEFAULT_GOAL := help
.PHONY: help run build web generate fmt check fresh test test-deps bench sim clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and run the market with a live demo (LISTEN=127.0.0.1:8090 for another address)
	./$(BIN) serve --demo --listen "$(LISTEN)" --data "$(DATA)"

build: web $(BIN) ## build the one binary with its scripts

$(BIN): $(GO_SOURCES) go.mod go.sum web/dist/.built
	go build -trimpath -o $@ ./cmd/corridor

web: web/dist/.built

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

generate: ## write the generated code anew (ent, templ)
	go generate ./ent
	go tool templ generate -path web -log-level error

fmt: ## format everything
	gofmt -w cmd ent/schema internal seeds web
	go tool templ fmt -log-level error web

check: web ## format, vet, staticcheck, tsc, generated code is fresh
	@out=$$(gofmt -l cmd ent/schema internal seeds web); test -z "$$out" || { echo "not formatted (make fmt):"; echo "$$out"; exit 1; }
	go vet ./...
	go tool staticcheck ./cmd/... ./ent/schema/... ./internal/... ./seeds/... ./web/...
	cd web && npm run --silent check
	$(MAKE) --no-print-directory fresh

fresh:
	@before=$$(git status --porcelain -- ent web | sort; git diff -- ent web | sha256sum); \
	$(MAKE) --no-print-directory generate; \
	after=$$(git status --porcelain -- ent web | sort; git diff -- ent web | sha256sum); \
	test "$$before" = "$$after" || { echo "generated code is stale: run make generate and commit"; git status --porcelain -- ent web; exit 1; }

# These walk through every page, form and upload, one request after another: the race detector finds nothing in them and makes
# minutes of seconds. They run without it, and everything else with it.
WALKS := ^(TestHostileTextInEveryField|TestHostileFilesAtEveryDoor|TestHostileUploads|TestNoLinkLeadsNowhere|TestPagesTellNobodysSecrets|TestPapersLeakNowhere|TestPendingBidsLeakNowhere|TestNeedsAreSeenByWhomTheyMay)$$

# SQLite is C that was made into Go: a detector of races between goroutines has nothing to look for in it, and costs most of the
# time that the tests take. This package alone: others instantiate generic code of sync, and the linker would give all the program
# a copy that the detector does not see into.
RACE := -race -gcflags='modernc.org/sqlite/lib=-race=false'

test: web test-deps ## install what the tests need and run them all, with the race detector
	cd web && npm test --silent
	CGO_ENABLED=1 go test $(RACE) -timeout 25m -skip '$(WALKS)' ./...
	go test -timeout 25m -run '$(WALKS)' ./internal/site

test-deps:
	@.ci/deps

bench: build ## measure, with the baselines in the same run
	./$(BIN) bench bids
	./$(BIN) bench room
	./$(BIN) bench watch
	./$(BIN) bench search
	./$(BIN) bench pages
	./$(BIN) bench import

sim: ## run the seeded simulator at length: make sim SEED=7 RUNS=1000
	go test ./internal/sim -run TestSim -timeout 0 -sim.seed $(SEED) -sim.runs $(RUNS)

clean: ## remove what was built (the data stays)
	rm -rf bin web/node_modules
	find web/dist -mindepth 1 ! -name .keep -delete
