# Standstill: how to work on it.
#
#   make demo     set up, build, and run the demonstration (ONCE=1: run it once and stop)
#   make test     set up, build, and run every test (FILTER=Brake: only tests whose name matches)
#   make check    what a change must pass: format lint and all tests
#   make format   rewrite the sources in the house format
#   make soak     run simulated worlds for MINUTES (5) from SEED on (drawn from the commit), side by side
#                 (SEED=4711 COUNT=1: that one world again)
#   make bench    time what people wait for (scripts/bench.sh)
#   make man      write the manual pages into .build/share/man/man1 (man -l PAGE shows one)
#   make completions  write completions for bash, zsh and fish into share/
#   make build    only set up and build
#   make clean    remove what the build made
#
# Nothing else is needed on Debian 12 or a current Ubuntu than Swift 6.3 and git: `make demo` and
# `make test` look for the system packages themselves (scripts/setup.sh), install what is missing
# when they run as root, and otherwise print the one command that does. The first build compiles
# all dependencies: about a quarter of an hour on two cores. Later ones take seconds.
#
# There is one build configuration, FLAGS below, for the demonstration, the tests and continuous
# integration (.ci/run): a second one would compile every dependency a second time. The same holds
# for `swift test` without --skip-build, which adds a flag of its own. So, by hand:
#
#   swift build -c release -Xswiftc -enable-testing --build-tests
#   swift test  -c release -Xswiftc -enable-testing --skip-build --filter BrakeTests
#
# The programs are then .build/release/standstill and .build/release/standstill-node.
#
# Where things are: ARCHITECTURE.md. How to add an indicator, a statement kind, a store:
# CONTRIBUTING.md. What the tests read from beside the project: ../shared/data; tests that need it
# say so and are skipped where it is absent, unless CI is set.

SHELL := /bin/bash
FLAGS := -c release -Xswiftc -enable-testing
FILTER ?=
ONCE ?=
# Another seed for every commit, and the same for each: what one machine finds, another finds again.
SEED ?= $(shell git rev-parse HEAD 2>/dev/null | head -c 8 | sed 's/^/0x/' | xargs printf '%d000' 2>/dev/null || echo 1)
MINUTES ?= 5
COUNT ?=
# Rooms whose tests wait for sockets, child processes and clocks. They run after the others and one by
# one: side by side with tests that compute on every core, their time limits would measure the machine.
OUTWARD := ^(Client|Gates|Interop|Server|Storage|Transcripts)Tests\.

.PHONY: demo test check format soak bench build programs clean setup lint man completions

demo: programs
	ONCE=$(ONCE) scripts/demo.sh

test:
	@scripts/setup.sh tests
	swift build $(FLAGS) --build-tests
ifdef FILTER
	swift test $(FLAGS) --skip-build --filter '$(FILTER)'
else
	swift test $(FLAGS) --skip-build --skip '$(OUTWARD)'
	swift test $(FLAGS) --skip-build --no-parallel --filter '$(OUTWARD)'
endif

check: lint test

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

soak: setup
	swift build $(FLAGS) --build-tests
	SOAK_MINUTES='$(MINUTES)' SOAK_SEED='$(SEED)' SOAK_COUNT='$(COUNT)' \
		swift test $(FLAGS) --skip-build --filter 'SimulationTests.SoakTests'

bench: programs
	scripts/bench.sh

programs: setup
	swift build $(FLAGS) --product standstill
	swift build $(FLAGS) --product standstill-node

man: programs
	scripts/man.py .build/release/standstill .build/share/man/man1
	scripts/man.py .build/release/standstill-node .build/share/man/man1

completions: programs
	scripts/completions.sh .build/release share

build: setup
	swift build $(FLAGS) --build-tests

setup:
	@scripts/setup.sh

clean:
	swift package clean
	rm -rf .build-interop .demo
