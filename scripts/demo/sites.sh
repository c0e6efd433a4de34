# SPDX-License-Identifier: Apache-2.0
# 2 and 6. The stop: sites, telemetry, inspections; who is stopped, who is unverified, and why.

# Whose site is where. developer-e declares none.
declare -A SITE_OF=([a]=west-1 [b]=north-1 [c]=south-1 [d]=south-2)
AUDITOR=auditor-1

party_is() { # party_is PARTY STATE
    status_json | jq -e --arg p "$1" --arg s "$2" '.parties[] | select(.name == $p and .state == $s)'
}

# A statement with fields below public: its openings travel sealed to their readers.
declare_sealed_as() { # declare_sealed_as PARTY KIND PREDICATE.json
    local party=$1 kind=$2 predicate=$3 name
    STATEMENTS=$((STATEMENTS + 1))
    name=$HERE/statements/$(printf '%03d' "$STATEMENTS")-$party-$kind
    standstill sign "$kind" "$predicate" --agreement "$HERE/agreement.yaml" \
        --key "$HERE/keys/$party.pem" --out "$name.json" >/dev/null || fail "$party could not sign its $kind"
    standstill submit "$name.json" --node "$NODE" --agreement "$HERE/agreement.yaml" \
        --key "$HERE/keys/$party.pem" --receipt "$name.tlog-proof" --json >"$name.answer" ||
        fail "$party could not submit its $kind"
    ENTRY=$(jq -r .index <"$name.answer")
}

start_sites() {
    phase "2. Sites report before anybody asks them to stop"
    step "Each developer declares its sites; how many devices stand there is for auditors alone."
    local letter
    for letter in a b c d; do
        printf '{"site": "%s", "emulated": true, "devices": 8}\n' "${SITE_OF[$letter]}" >"$HERE/site-$letter.json"
        declare_sealed_as "developer-$letter" site "$HERE/site-$letter.json"
    done
    say "What the log holds of one of them (developer-e declares none):"
    standstill show "$HERE"/statements/*-developer-a-site.json | sed 's/^/     /' | tail -n 12

    step "Clusters of 8 accelerators, emulated and labelled so, are read as Prometheus text."
    for letter in a b c d; do
        local port
        port=$(free_port)
        METRICS_OF[$letter]=http://127.0.0.1:$port/metrics
        touch "$HERE/busy-$letter"
        start "cluster-$letter" standstill-node emulate-cluster --devices 8 --listen "127.0.0.1:$port" \
            --seed "$letter" --busy "$HERE/busy-$letter"
    done
    for letter in a b c d; do
        await 20 "the emulated cluster of developer-$letter" curl -fsS "${METRICS_OF[$letter]}"
        start_site "$letter"
    done
    await 30 "telemetry from four sites" eval '(($(telemetry_count) >= 4))'
    say "Every 4 s each site commits to its raw samples and signs what they add up to, sealed to auditors."
}
declare -A METRICS_OF

start_site() { # start_site LETTER
    start "site-$1" standstill site run --agreement "$HERE/agreement.yaml" --party "developer-$1" \
        --key "$HERE/keys/developer-$1.pem" --node "$NODE" --site "${SITE_OF[$1]}" \
        --metrics "${METRICS_OF[$1]}" --store "$HERE/site-$1" --every "500 ms" --emulated
}

telemetry_count() { status_json | jq '[.sites[] | select(.telemetry != [])] | length'; }

play_stop() {
    phase "6. How rivals know that everyone stopped"
    step "Under the pause each developer saves its jobs and declares the stop of each site."
    local letter
    for letter in a b c d; do rm -f "$HERE/busy-$letter"; done
    sleep 1 # an exporter reads its devices from time to time
    for letter in a b c d; do
        printf '{"site": "%s", "since": "%s", "jobs": "saved and held: run 17, run 18"}\n' \
            "${SITE_OF[$letter]}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$HERE/stop-$letter.json"
        declare_sealed_as "developer-$letter" stop "$HERE/stop-$letter.json"
    done
    STOPPED_AT=$(date +%s)000
    await 10 "the declarations" eval '(($(status_json | jq "[.sites[] | select(.stop)] | length") == 4))'
    say "A declaration alone shows nothing:"
    status_json | jq -r '.parties[] | select(.name == "developer-a") | "     \(.name) is \(.state): \(.reason)"'
    await 40 "telemetry since the stop" covered_since_stop

    step "developer-d changes samples on its disk after it committed to them. Nobody can tell yet."
    forge_samples d
    step "An auditor draws samples, after the commitment; the sites open them, sealed to it."
    for letter in a b c d; do draw_at "$letter"; done
    for letter in a b c d; do answer_at "$letter"; done
    step "What was sealed for it waits in the mailbox, which is not the log. It opens what it is given:"
    collect_mail >"$HERE/collected.out" || fail "$(tail -3 "$HERE/collected.out")"
    tail -n 4 "$HERE/collected.out" | sed -E 's/ written to .*//; s/^/     /'
    say "and $(($(wc -l <"$HERE/collected.out") - 4)) more, each compared with what the log committed to"
    step "It checks every opened sample against the root, and the sums against each other."
    inspect a 0
    inspect b 0
    inspect c 0
    inspect d 1
    step "So far as is shown:"
    for letter in a b c; do
        await 20 "developer-$letter to be stopped" party_is "developer-$letter" stopped
    done
    for letter in d e; do
        await 40 "developer-$letter to be unverified" party_is "developer-$letter" unverified
    done
    developers
    step "developer-b's site falls silent. It was stopped; at its deadline it is unverified."
    stop site-b
    await 40 "developer-b to be unverified" party_is developer-b unverified
    developers | grep developer-b
    show_status 1 standstill due --party developer-b --node "$NODE" --agreement "$HERE/agreement.yaml"
    start_site b
    step "Whoever holds openings derives the findings again that rest on them."
    # Exit 2 says that the newest entries are not vouched for yet; sites go on reporting.
    standstill bundle --node "$NODE" --out "$HERE/audited.bundle" >/dev/null || (($? == 2)) || fail "no bundle"
    collect_mail >/dev/null || fail "no mail"
    standstill verify bundle "$HERE/audited.bundle" --agreement-id "$AGREEMENT_ID" \
        --as "$HERE/keys/$AUDITOR.sealing.pem" --openings "$HERE/openings" >"$HERE/as-auditor.out" || (($? == 2)) ||
        fail "$(cat "$HERE/as-auditor.out")"
    grep -iE 'finding|opening|opened|answer' "$HERE/as-auditor.out" | tail -n 8 | sed 's/^/     /'
}

developers() {
    status_json | jq -r '.parties[] | select(.name | startswith("developer")) | "     \(.name): \(.state) – \(.reason)"'
}

collect_mail() {
    standstill mail collect --party "$AUDITOR" --key "$HERE/keys/$AUDITOR.pem" \
        --sealing-key "$HERE/keys/$AUDITOR.sealing.pem" --node "$NODE" \
        --agreement "$HERE/agreement.yaml" --out "$HERE/openings"
}

stop_sites() {
    local letter
    for letter in a b c d; do
        stop "site-$letter"
        stop "cluster-$letter"
    done
}

# Whether each site's telemetry goes on to a period that lies wholly after the stop.
covered_since_stop() {
    status_json | jq -e --argjson t "$((STOPPED_AT + 9000))" \
        '[.sites[] | select((.covered.to // 0) > $t)] | length == 4'
}

# Makes every second committed sample look idle, as somebody would who worked on.
forge_samples() { # forge_samples LETTER
    sed -i '2~2s/"power":[0-9]*/"power":55000/' "$HERE/site-$1"/period-*.jsonl
}

draw_at() { # draw_at LETTER
    local answer
    answer=$(standstill audit draw --party "developer-$1" --site "${SITE_OF[$1]}" --count 20 --latest 2 \
        --agreement "$HERE/agreement.yaml" --key "$HERE/keys/$AUDITOR.pem" --node "$NODE" --json) ||
        fail "$AUDITOR could not draw at developer-$1's site"
    DRAW_OF[$1]=$(jq -r .index <<<"$answer")
    say "$AUDITOR draws 20 samples of each of two periods at ${SITE_OF[$1]} (entry ${DRAW_OF[$1]})"
}
declare -A DRAW_OF

answer_at() { # answer_at LETTER
    standstill site answer "${DRAW_OF[$1]}" --agreement "$HERE/agreement.yaml" --party "developer-$1" \
        --key "$HERE/keys/developer-$1.pem" --node "$NODE" --site "${SITE_OF[$1]}" \
        --store "$HERE/site-$1" >"$HERE/answer-$1.out" 2>&1 || fail "$(cat "$HERE/answer-$1.out")"
}

inspect() { # inspect LETTER STATUS
    show_status "$2" standstill audit check --draw "${DRAW_OF[$1]}" --openings "$HERE/openings" \
        --finding "$HERE/finding-$1.json" --agreement "$HERE/agreement.yaml" --node "$NODE"
    declare_sealed_as "$AUDITOR" finding "$HERE/finding-$1.json"
}
