#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a log node can take: appends in process, statements over HTTP with a signature check on each,
# proofs, and how much of the disk it needs. Compare ratios within one run: machines differ and are
# shared.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v wrk >/dev/null || {
    echo "error: wrk is not installed" >&2
    echo "hint: sudo apt-get install -y wrk" >&2
    exit 69
}
count=${COUNT:-100000}
seconds=${SECONDS_EACH:-8}
programs=$(swift build -c release --show-bin-path)
agreement=Examples/frontier-pause/agreement.yaml
folder=$(mktemp -d)
node=
finish() {
    [ -z "$node" ] || kill "$node" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

cp Examples/frontier-pause/keys/{node,evaluator-1,evaluator-2,evaluator-3}.pem "$folder"
chmod 600 "$folder"/*.pem
echo "== $count statements, signed by three evaluators"
"$programs/throughput" statements "$count" "$agreement" "$folder"/evaluator-{1,2,3}.pem >"$folder/statements"
bytes=$(stat -c %s "$folder/statements")
"$programs/throughput" checks "$folder/statements" "$agreement"

echo "== in process, signatures checked before (Tessera's POSIX driver: 410/s, 14,000/s, 32,000/s)"
for writers in 1 64 4096; do
    "$programs/throughput" append "$writers" "$seconds" "$agreement" "$folder/node.pem" \
        "$folder/statements" "sqlite:$folder/append-$writers.db"
done

echo "== over HTTP, every signature checked (Tessera without checks: 5,100/s with 1,024 clients)"
for clients in 1 64 1024; do
    "$programs/standstill-node" log --agreement "$agreement" --key "$folder/node.pem" \
        --store "sqlite:$folder/http-$clients.db" --listen 127.0.0.1:0 ${NODE_OPTIONS:-} \
        >"$folder/node.out" 2>"$folder/node.err" &
    node=$!
    for _ in $(seq 100); do grep -q listening "$folder/node.out" && break; sleep 0.1; done
    url=$(sed -n 's/^listening on //p' "$folder/node.out")
    STATEMENTS="$folder/statements" wrk -t1 -c"$clients" -d"${seconds}s" --timeout 20s --latency \
        -s Benchmarks/throughput/post.lua "$url" >"$folder/wrk.out"
    awk -v clients="$clients" '
        /50%/ { median = $2 } /99%/ { tail = $2 } /Requests\/sec/ { rate = $2 }
        /Non-2xx/ { bad = $NF } /Socket errors/ { bad = bad " " $0 }
        END { printf "%d clients: %d statements/s, median %s, 99 %% within %s%s\n", clients, rate, median, tail, bad ? ", REFUSED OR FAILED: " bad : "" }' \
        "$folder/wrk.out"
    size=$(curl -s "$url/metrics" | awk '$1 == "standstill_log_size" { print $2 }')
    kill "$node" && wait "$node" || true
    node=
    echo "   the log holds $size entries; the store takes $(du -k "$folder/http-$clients.db" | cut -f1) KiB"
done
python3 - "$folder/http-1024.db" <<'P'
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
leaves, of_leaves = base.execute("SELECT count(*), sum(length(leaf)) FROM leaves").fetchone()
pages, page = base.execute("PRAGMA page_count").fetchone()[0], base.execute("PRAGMA page_size").fetchone()[0]
try:
    of = dict(base.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
except sqlite3.OperationalError:
    of = {}
print(f"== on the disk: {leaves} entries of {of_leaves / leaves:.0f} bytes; file {pages * page / of_leaves:.3f} bytes a byte of entry",
      {name: round(size / of_leaves, 3) for name, size in of.items()})
P
echo "== proofs from memory (Tessera: 14,000 warm inclusion proofs/s)"
"$programs/throughput" proofs 1000000
echo "== how the tree grows"
"$programs/throughput" growth
