# Two commands do everything on a fresh Debian machine with Go and Node: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO ?= go
GOFILES = $(shell find . -name '*.go' -not -path './.*' -not -path '*/node_modules/*')

.PHONY: help build demo demo-recording test check fmt-check vet staticcheck unit exact bench s1-app s2 minimize vite webpack setup-browser setup-git clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

build: ## build ./restep
	$(GO) build -trimpath -o restep ./cmd/restep

demo: setup-browser build ## replay the recorded bug of the bundled shop, then its mended build
	./restep demo

demo-recording: setup-browser ## record the demo's playback anew: a script is the customer
	go test -count=1 -run '^TestRecording$$' ./cmd/restep/demo -update
	go test -count=1 -run '^TestDapDemo$$' ./cmd/restep -update

test: check setup-browser setup-git s1-app unit ## everything that has to pass: format, vet, staticcheck, all tests

check: fmt-check vet staticcheck

fmt-check:
	@bad=$$(gofmt -l $(GOFILES)); \
	if [ -n "$$bad" ]; then echo "not formatted; run gofmt -w on:"; echo "$$bad"; exit 1; fi

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

unit: # -count=1: the tests read the whole tree and drive a browser, which the test cache does not see
	$(GO) test -count=1 -timeout 60m ./...

exact: setup-browser ## an hour or so: walks through recorded apps, where every position must look as it did first, and many runs of all recordings
	RESTEP_EXACT=2100 $(GO) test -count=1 -timeout 4h -v -run '^TestExact|^TestRecorded.*Replay' ./cmd/restep

bench: setup-browser ## speed beside other players, in one table; its npm packages go to .cache/bench
	@mkdir -p .cache/bench
	@cp cmd/bench/peers/* .cache/bench/
	@cmp -s .cache/bench/package-lock.json .cache/bench/installed || { \
		npm ci --prefix .cache/bench --ignore-scripts --no-audit --no-fund && \
		cp .cache/bench/package-lock.json .cache/bench/installed || \
		echo "The other players could not be installed: the table will not have them."; }
	$(GO) build -trimpath -o .cache/bench/bench ./cmd/bench
	.cache/bench/bench $(BENCH)

s1-app: # the app of a test of cmd/restep, which is skipped where it cannot be had
	@.ci/npm-packages cmd/restep/testdata/s1/app s1

s2: setup-browser ## replay a session of a react-admin app, which is built from npm for it; takes minutes
	@.ci/npm-packages cmd/restep/testdata/s2/app s2
	cp -r cmd/restep/testdata/s2/app/. .cache/s2/
	.cache/s2/node_modules/.bin/vite build .cache/s2 --logLevel error
	RESTEP_S2=$(CURDIR)/.cache/s2/dist $(GO) test -count=1 -timeout 5m -v -run '^TestReactAdmin' ./cmd/restep

minimize: setup-browser ## minimize the demo's session among 200 more actions; takes minutes
	RESTEP_PADDING=200 $(GO) test -count=1 -timeout 15m -v -run '^TestMinimizeDemo$$' ./cmd/restep

vite: setup-browser ## hot replay on a Vite development server, which comes from npm with the packages of the benchmark
	@.ci/npm-packages cmd/bench/peers bench
	RESTEP_VITE=$(CURDIR)/.cache/bench/node_modules/vite $(GO) test -count=1 -timeout 5m -v -run '^TestVite' ./cmd/restep

webpack: setup-browser ## hot replay on webpack-dev-server, which comes from npm
	@.ci/npm-packages cmd/restep/testdata/webpack webpack
	RESTEP_WEBPACK=$(CURDIR)/.cache/webpack/node_modules $(GO) test -count=1 -timeout 5m -v -run '^TestWebpack' ./cmd/restep

setup-browser: ## find Chromium, or install the distribution's package where that is allowed
	@.ci/setup-browser

setup-git: # for a test of git bisect
	@.ci/setup-git

clean: ## remove what the targets made
	rm -rf restep restep-demo .cache
