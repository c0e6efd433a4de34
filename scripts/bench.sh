#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Times what people wait for, with hyperfine, side by side in one run: machines differ and are shared,
# so compare the ratios and not the figures. Needs a record left by the demonstration.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v hyperfine >/dev/null || {
    echo "error: hyperfine is not installed" >&2
    echo "hint: sudo apt-get install -y hyperfine" >&2
    exit 69
}
standstill=$(swift build -c release --show-bin-path)/standstill
record=.demo/record.bundle
[ -f "$record" ] || ONCE=1 scripts/demo.sh >/dev/null

commands=(
    -n "agreement check" "$standstill agreement check Examples/frontier-pause/agreement.yaml"
    -n "read an Inspect log" "$standstill read inspect Examples/inspect/fiction-1.eval"
    -n "doubling time" "$standstill estimate trend Examples/metr/headline.csv --since 2023-01-01"
    -n "verify a record of one pause" "$standstill verify bundle $record"
)
runs=../shared/data/metr/runs_slim_2025-01-28.csv
if [ -f "$runs" ]; then
    commands+=(-n "horizon with 1,000 draws" "$standstill read metr $runs --agent o1 --bootstrap 1000")
else
    echo "left out: the bootstrap, since ../shared/data is not here"
fi
hyperfine --warmup 2 --shell=none "${commands[@]}"
