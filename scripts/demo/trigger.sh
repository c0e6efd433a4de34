# SPDX-License-Identifier: Apache-2.0
# 4. The trigger is crossed; the developer stops itself; the council calls and confirms.

question_open() { # question_open KIND: its id, if one is open
    status_json | jq -er --arg k "$1" '.questions[] | select(.kind == $k and .status == "open") | .id' | head -1
}

vote_as() { # vote_as PARTY QUESTION CHOICE REASON
    standstill vote "$2" "$3" --reason "$4" --agreement "$HERE/agreement.yaml" \
        --key "$HERE/keys/$1.pem" --node "$NODE" >/dev/null || fail "$1 could not vote"
    say "$1 votes $3 on $2: $4"
}

play_trigger() {
    phase "4. From a crossed trigger to an order"
    step "A new measurement of the fictional model: its lower bound is above eight hours."
    start_gates_with_job
    horizon_of_fiction 1010 560 1900
    await 10 "the trigger to be crossed" trigger_is crossed model:fiction-1
    show_trigger
    say "A crossed trigger opens a question. It is never an order:"
    await 10 "a question" question_open determination
    await 10 "the brake to read notified" brake_is notified

    step "The model's developer does not wait: it pauses itself, without anybody's vote."
    printf '{"model": "fiction-1", "reason": "horizon-50 above the agreed line"}\n' >"$HERE/self-pause.json"
    declare_as developer-b self-pause "$HERE/self-pause.json"

    step "It is heard, and has no vote."
    local question
    obtain 10 "a question" question_open determination
    question=$REPLY
    printf '{"question": "%s", "position": "%s"}\n' "$question" \
        "We have stopped. We ask for a joint re-evaluation within thirty days." >"$HERE/hearing.json"
    declare_as developer-b hearing "$HERE/hearing.json"
    printf '{"question": "%s", "choice": "no", "reason": "our own model"}\n' "$question" >"$HERE/no-vote.json"
    show_status 77 standstill sign vote "$HERE/no-vote.json" --agreement "$HERE/agreement.yaml" \
        --key "$HERE/keys/developer-b.pem"

    step "The council calls a provisional pause: 3 of 7, from two jurisdictions."
    vote_as councillor-1 "$question" yes "the lower bound is above the line"
    vote_as councillor-4 "$question" yes "reproduced by our institute"
    await 10 "two votes of three not to call" brake_is notified
    DECIDED_AT=$(date +%s%3N)
    vote_as councillor-6 "$question" yes "agreed"
    await_gates 'called\|paused'
    say "Both gates had it $GATES_AFTER ms after the deciding vote was cast."
    TIMES+=("$GATES_AFTER ms from the deciding vote to the last gate, when the pause was called")
    await 10 "the call" eval 'brake_is called || brake_is paused'
}

play_order() {
    local question letter
    step "The order is provisional until the higher quorum confirms it: 5 of 7."
    obtain 10 "the confirmation question" question_open confirmation
    question=$REPLY
    vote_as councillor-1 "$question" yes "confirmed on the evidence"
    vote_as councillor-2 "$question" yes "confirmed"
    vote_as councillor-3 "$question" no "I would have waited for a reproduction"
    vote_as councillor-4 "$question" yes "confirmed"
    vote_as councillor-6 "$question" yes "confirmed"
    vote_as councillor-7 "$question" yes "confirmed"
    await 30 "the grace to end" brake_is paused
    await 20 "both gates to hold the order" gates_have paused
    say "Both gates have it by server-sent events, signed by three of four monitors:"
    for letter in b c; do gate_orders "$letter" | grep paused | tail -1 | sed "s/^/     developer-$letter: /"; done
    show standstill status --node "$NODE" --policy "$HERE/policy"
}
