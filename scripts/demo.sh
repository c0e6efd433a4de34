#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The story of one pause, played by separate processes with the public command line:
#
#   scripts/demo.sh          plays it and leaves the node up until Ctrl-C
#   ONCE=1 scripts/demo.sh   plays it and ends by itself; any step that fails makes it fail
#
# A node on embedded SQLite, four monitors, two gates and four emulated sites run beside it. Everything they write goes
# to .demo/. The agreement is Examples/frontier-pause/agreement.yaml with its durations shortened
# by demo-durations.tsv and nothing else changed; no program knows that this is a demo.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

BIN=${BIN:-$(swift build -c release --show-bin-path)}
EXAMPLE=Examples/frontier-pause
HERE=$PWD/.demo
PATH=$BIN:$PATH
# What `status` remembers of a log: each play is another log under the same agreement.
export XDG_STATE_HOME=$HERE/reader
MONITORS=(monitor-1 monitor-2 monitor-3 monitor-4)
PIDS=()
declare -A PID_OF

source scripts/demo/stage.sh      # how steps are printed, started, awaited and checked
source scripts/demo/agreement.sh  # 1. the agreement enters into force
source scripts/demo/sites.sh      # 2. sites report; 6. how rivals know that everyone stopped
source scripts/demo/evidence.sh   # 3. evidence becomes signed measurements
source scripts/demo/trigger.sh    # 4. the trigger, the vote, the order
source scripts/demo/gates.sh      # 5. what gates do
source scripts/demo/wayout.sh     # 7. the way out
source scripts/demo/checking.sh   # 8. a stranger checks it all

trap stop_everything EXIT
trap 'fail "${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR
trap 'exit 130' INT TERM

prepare
play_agreement
start_sites
play_evidence
play_silence_while_running
play_trigger
play_order
play_gates
play_silence_while_paused
play_stop
play_second_cause
play_stages
play_frontier
stop_sites
play_checking
summary

if [[ -z ${ONCE:-} ]]; then
    say "The node stays up at $NODE until Ctrl-C. Try: standstill status --node $NODE"
    wait "${PID_OF[node]}"
fi
