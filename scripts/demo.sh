#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The story of one pause, played by separate processes with the public command line:
#
#   scripts/demo.sh          plays it and leaves the node up until Ctrl-C
#   ONCE=1 scripts/demo.sh   plays it and ends by itself; any step that fails makes it fail
#
# A node on embedded SQLite, four monitors and two gates run beside it. Everything they write goes
# to .demo/. The agreement is Examples/frontier-pause/agreement.yaml with its durations shortened
# by demo-durations.tsv and nothing else changed; no program knows that this is a demo.
set -euo pipefail
cd "$(dirname "$0")/.."

BIN=${BIN:-$(swift build -c release --show-bin-path)}
EXAMPLE=Examples/frontier-pause
HERE=$PWD/.demo
PATH=$BIN:$PATH
MONITORS=(monitor-1 monitor-2 monitor-3 monitor-4)
PIDS=()
declare -A PID_OF

source scripts/demo/stage.sh      # how steps are printed, started, awaited and checked
source scripts/demo/agreement.sh  # 1. the agreement enters into force
source scripts/demo/evidence.sh   # 2. evidence becomes signed measurements
source scripts/demo/trigger.sh    # 3. the trigger, the vote, the order
source scripts/demo/gates.sh      # 4. what gates do
source scripts/demo/checking.sh   # 5. a stranger checks it all

trap stop_everything EXIT
trap 'exit 130' INT TERM

prepare
play_agreement
play_evidence
play_silence_while_running
play_trigger
play_order
play_gates
play_silence_while_paused
play_checking
summary

if [[ -z ${ONCE:-} ]]; then
    say "The node stays up at $NODE until Ctrl-C. Try: standstill status --node $NODE"
    wait "${PID_OF[node]}"
fi
