# SPDX-License-Identifier: Apache-2.0
# 1. The agreement: checked, opened for signature, in force when the greatest fixed point says so.

# Copies the example with shortened durations. Each row of the table names a part, a member, the
# real duration and the demo's; a row that does not apply exactly once stops the demo. Elements of a
# list, each on one line, are numbered: resume.stages.1.lasts.
shorten() { # shorten TABLE <agreement >copy
    awk -F'\t' -v table="$1" '
        BEGIN {
            while ((getline row < table) > 0) {
                if (row ~ /^#/ || row == "") continue
                split(row, cell, "\t"); rows++
                path[rows] = cell[1]; real[rows] = cell[2]; demo[rows] = cell[3]; used[rows] = 0
            }
        }
        {
            match($0, /^ */); indent = RLENGTH
            if (match($0, /^ *[a-z0-9.-]+:/)) {
                key = substr($0, indent + 1, RLENGTH - indent - 1)
                while (depth > 0 && at[depth] >= indent) depth--
                depth++; at[depth] = indent; name[depth] = key
            }
            here = ""
            for (level = 1; level <= depth; level++) here = here (level > 1 ? "." : "") name[level]
            if ($0 ~ /^ *- \{/) here = here "." ++element[here]
            for (r = 1; r <= rows; r++) {
                last = path[r]; sub(/.*\./, "", last)
                parent = substr(path[r], 1, length(path[r]) - length(last) - 1)
                if (here != parent && here != path[r]) continue
                old = last ": " real[r]; place = index($0, old)
                if (!place) continue
                $0 = substr($0, 1, place - 1) last ": " demo[r] substr($0, place + length(old))
                used[r]++
            }
            print
        }
        END {
            for (r = 1; r <= rows; r++) if (used[r] != 1) {
                print "demo-durations.tsv: " path[r] " applied " used[r] " times" > "/dev/stderr"
                bad = 1
            }
            exit bad
        }'
}

prepare() {
    rm -rf "$HERE"
    mkdir -p "$HERE"/{keys,statements,gate-b,gate-c,monitors}
    cp "$EXAMPLE"/keys/*.pem "$HERE/keys/"
    chmod 600 "$HERE"/keys/*.pem
    shorten "$EXAMPLE/demo-durations.tsv" <"$EXAMPLE/agreement.yaml" >"$HERE/agreement.yaml" ||
        fail "the table of durations does not fit the agreement"
    cp "$EXAMPLE/agreement.md" "$HERE/"
    local name port
    port=$(free_port)
    NODE=http://127.0.0.1:$port
    NODE_LISTEN=127.0.0.1:$port
    declare -gA URL_OF
    for name in "${MONITORS[@]}"; do URL_OF[$name]=http://127.0.0.1:$(free_port); done
}

start_node() {
    local name monitors=()
    for name in "${MONITORS[@]}"; do monitors+=(--monitor "$name=${URL_OF[$name]}"); done
    start node standstill-node log --agreement "$HERE/agreement.yaml" --store "sqlite:$HERE/log.sqlite" \
        --key "$HERE/keys/node.pem" --listen "$NODE_LISTEN" "${monitors[@]}"
    # It signs nothing before it has heard from its monitors what was signed before: ready comes later.
    await 20 "the node at $NODE" curl -fsS "$NODE/healthz"
}

start_monitor() { # start_monitor NAME
    local name=$1 peer peers=()
    for peer in "${MONITORS[@]}"; do [[ $peer == "$name" ]] || peers+=(--peer "${URL_OF[$peer]}"); done
    start "$name" standstill-node monitor --node "$NODE" --agreement "$HERE/agreement.yaml" \
        --key "$HERE/keys/$name.pem" --store "$HERE/monitors/$name.sqlite" \
        --listen "${URL_OF[$name]#http://}" "${peers[@]}"
}

accede() { # accede PARTY
    declare_as "$1" accession "$EXAMPLE/accessions/$1.json"
    count=$((count + 1))
}

play_agreement() {
    phase "1. One agreement, and when it binds"
    step "The text that all parties sign is checked before anybody signs it."
    show standstill agreement check "$EXAMPLE/agreement.yaml"
    say "The demo's copy differs in these durations and in nothing else:"
    grep -v '^#' "$EXAMPLE/demo-durations.tsv" | awk -F'\t' '{ printf "     %-42s %8s → %s\n", $1, $2, $3 }'
    show standstill agreement check "$HERE/agreement.yaml"
    AGREEMENT_ID=$(standstill agreement id "$HERE/agreement.yaml")
    say "Its id, which every statement, order and receipt will carry: $AGREEMENT_ID"
    standstill agreement policy "$HERE/agreement.yaml" >"$HERE/policy"

    step "A node orders statements; four monitors replay the law and sign what they derive."
    start_node
    local name
    for name in "${MONITORS[@]}"; do start_monitor "$name"; done
    for name in "${MONITORS[@]}"; do await 20 "$name" curl -fsS "${URL_OF[$name]}/healthz"; done
    await 20 "the node, ready" curl -fsS "$NODE/readyz"
    await 30 "an order signed by three of four monitors" curl -fsS "$NODE/api/v1/order"
    look "$NODE and $NODE/api/v1/order"

    step "Parties accede, each on its own condition."
    local party count=0
    for party in developer-a developer-b norland evaluator-1; do accede "$party"; done
    brake_is open-for-signature || fail "in force before enough parties joined"
    say "After $count accessions it is not in force. It waits for:"
    status_json | jq -r '."entry-into-force"."waits-for"[]' | sed 's/^/     /'
    say "And these are not bound, since their own conditions do not hold yet:"
    status_json | jq -r '."entry-into-force".out[] | "\(.party): \(.reason)"' | sed 's/^/     /'
    for party in "$EXAMPLE"/accessions/*.json; do
        party=$(basename "$party" .json)
        case $party in developer-a | developer-b | norland | evaluator-1) ;; *) accede "$party" ;; esac
    done
    await 20 "entry into force" brake_is running
    say "After $count accessions the greatest fixed point satisfies the agreement: it is in force."
    show standstill status --node "$NODE" --policy "$HERE/policy"
}
