# SPDX-License-Identifier: Apache-2.0
# 5. Gates: what is refused, what goes on, what is saved and held; and silence.

gate() { # gate LETTER: the options of that developer's gate
    local name
    printf '%s\n' --agreement "$HERE/agreement.yaml" --party "developer-$1" --store "$HERE/gate-$1" --node "$NODE"
    for name in "${MONITORS[@]}"; do printf '%s\n' --monitor "${URL_OF[$name]}"; done
}

# The orders that a gate has followed.
gate_orders() { grep '^order' "$HERE/gate-$1.out"; }

gates_have() { # gates_have STATE
    local letter
    for letter in b c; do gate_orders "$letter" | tail -n 1 | grep -q "$1" || return 1; done
}

start_gates_with_job() {
    say "Two gates follow the orders; at developer-c's a covered training job is running."
    mapfile -t options < <(gate b)
    start gate-b standstill gate run "${options[@]}" --site north-1
    mapfile -t options < <(gate c)
    start gate-c standstill gate run "${options[@]}" --site south-1 \
        --job "$EXAMPLE/jobs/covered-training.json" -- bash scripts/demo/training-job.sh "$HERE/training.txt"
    await 20 "both gates to hold an order" gates_have running
    await 20 "the training job to run" grep -q step "$HERE/training.txt"
}

check_job() { # check_job STATUS LETTER JOB
    mapfile -t options < <(gate "$2")
    show_status "$1" standstill gate check "$EXAMPLE/jobs/$3.json" "${options[@]}"
}

play_gates() {
    phase "5. What the gates do"
    step "New covered training is refused, with reason, clause and entry."
    check_job 1 c covered-training
    step "Serving a model that was released before goes on: products are not switched off."
    check_job 0 c serving-released
    step "A job labelled inference on the covered model, for an internal tenant, is refused: labels are claims."
    check_job 1 b disguised-inference
    step "Work below the threshold is admitted."
    check_job 0 c below-threshold
    step "The covered job that was running was told to save, and is held at the end of its lease."
    await 30 "the job to save" grep -q saved "$HERE/training.txt"
    await 30 "the job to be held" grep -q '^job .* held' "$HERE/gate-c.out"
    grep -E '^job .* (saving|held)' "$HERE/gate-c.out" | tail -2 | sed 's/^/     /'
    local before after
    before=$(wc -l <"$HERE/training.txt")
    sleep 2
    after=$(wc -l <"$HERE/training.txt")
    [[ $before == "$after" ]] || fail "the held job went on working"
    say "It has written nothing since: $(tail -1 "$HERE/training.txt")"
}

play_silence_while_running() {
    step "While nothing is paused, the node falls silent: an alarm, and the grace is kept."
    local before after
    before=$(entries)
    kill -KILL "${PID_OF[node]}"
    wait "${PID_OF[node]}" 2>/dev/null || true
    await 30 "the monitors to sign without the node" monitors_see_silence
    mapfile -t options < <(gate c)
    show standstill gate check "$EXAMPLE/jobs/covered-training.json" "${options[@]}"
    start_node
    await 30 "the node's orders again" eval '! monitors_see_silence'
    after=$(entries)
    [[ $after -ge $before ]] || fail "$before entries before kill -9, and $after after"
    say "Killed with kill -9 and started again: $before entries before, $after after."
}

play_silence_while_paused() {
    step "The node is stopped during the pause: monitors go on ticking, and the pause holds."
    stop node
    await 30 "the monitors to sign without the node" monitors_see_silence
    check_job 1 c covered-training
    start_node
    await 30 "the node's orders again" eval '! monitors_see_silence'
}

entries() { curl -fsS "$NODE/checkpoint" | sed -n 2p; }

# Whether as many monitors as an order needs sign without the node.
monitors_see_silence() {
    local name count=0
    for name in "${MONITORS[@]}"; do
        if curl -fsS "${URL_OF[$name]}/api/v1/order" | grep -q node-silent-since; then count=$((count + 1)); fi
    done
    ((count >= 3))
}
