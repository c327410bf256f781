# Everything is a target; `make` alone lists them.

GO        ?= go
RELEASE   ?= guide
SCENARIO  ?= ok
ADDR      ?= 127.0.0.1:9130
LABELS    ?=
TOOL       = $(GO) tool -modfile=tools.mod
GINKGO     = $(TOOL) ginkgo -p --randomize-all --fail-on-pending --fail-on-empty $(if $(CI),--no-color --succinct)
PLATFORMS  = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: bin/fauxkapi ## the six steps against a fake of its own; the file is saved under demo/
	@bin/fauxkapi demo --output demo

.PHONY: serve
serve: bin/fauxkapi ## a fake for curl and Postman; RELEASE=sunflower SCENARIO=fail ADDR=127.0.0.1:9130
	@bin/fauxkapi serve --addr $(ADDR) --release $(RELEASE) --scenario $(SCENARIO)

.PHONY: test
test: ## all tests, on virtual time
	$(GO) test ./...

.PHONY: soak
soak: ## the client through 1,000 random mixes of faults
	$(GO) test ./client -run TestSoak -soak 1000

.PHONY: mutants
mutants: ## verify against each planted defect in every release; UPDATE=1 rewrites docs/mutants.md
	$(GO) test ./contracttests/verify -run 'TestMutants|TestHonestVariants' -mutants $(if $(UPDATE),-update)

.PHONY: contract
contract: ## the contract suite: every release on the fake, or one server with OKAPI_URL
	$(GINKGO) $(if $(LABELS),--label-filter '$(LABELS)') ./contracttests

.PHONY: generate
generate: ## make again what is made from the documents and from the code
	$(GO) generate ./openapi/... && $(GO) generate ./...

.PHONY: lint
lint: ## formatting, vet and staticcheck
	@bad=$$($(TOOL) gofumpt -l .) && test -z "$$bad" || { $(TOOL) gofumpt -d .; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

.PHONY: bench
bench: ## benchmarks, with their ratios; docs/benchmarks.md says what each is for
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...
	@echo "all defects in all releases:"
	$(GO) test -count 1 ./contracttests/verify -run TestMutants -mutants

.PHONY: dist
dist: ## binaries for Linux, macOS and Windows under dist/
	@for p in $(PLATFORMS); do \
		os=$${p%/*}; arch=$${p#*/}; suffix=; [ $$os = windows ] && suffix=.exe; \
		echo "dist/fauxkapi-$$os-$$arch$$suffix"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w' -o dist/fauxkapi-$$os-$$arch$$suffix ./cmd/fauxkapi || exit 1; \
	done

.PHONY: fresh
fresh: ## fail if anything that is generated is stale
	@set -e; before=$$(.ci/tree); $(GO) generate ./openapi/...; $(GO) generate ./...; after=$$(.ci/tree); \
	[ "$$before" = "$$after" ] || { echo "generated files were stale; they are new now: look at git diff and commit them"; exit 1; }
	$(GO) mod tidy -diff

.PHONY: race
race: ## tests under the race detector, in random order; not the long ones, whose work is another process or one goroutine
	CGO_ENABLED=1 $(GO) test -race -shuffle on -skip 'TestMutants|TestHonestVariants|AfterAKill|PassesItsRehearsal|TestREADME|TestScenariosPage' ./...
	$(GO) -C openapi/internal/derive test ./...

bin/fauxkapi: FORCE
	@test -e $@ || echo "building $@, which takes a minute the first time" >&2
	@$(GO) build -o $@ ./cmd/fauxkapi

.PHONY: FORCE
FORCE:

.PHONY: peers
peers: bin/fauxkapi ## foreign programs against the fake: yaz-marcdump, newman, Chromium, the suite and verify across a network, exports in rehearsal
	.ci/yaz.sh
	.ci/remote.sh
	.ci/verify.sh
	.ci/newman.sh
	.ci/page.sh
	.ci/rehearse.sh
	.ci/recipes.sh

.PHONY: check
check: fresh lint race mutants contract dist ## all that must hold before a commit
	@echo "check: all is well"
