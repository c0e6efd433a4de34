# SPDX-License-Identifier: Apache-2.0
# 7. The way out: a second cause, mitigations, stages, a snap-back, milestones; and running again.

NOW() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# A fictional model's horizon, by an evaluator, with what was done to draw it out.
horizon_of() { # horizon_of EVALUATOR MODEL MINUTES LOW HIGH
    cat >"$HERE/horizon.json" <<JSON
{
  "indicator": "horizon-50", "subject": "model:$2", "value": "$3", "unit": "min",
  "interval": {"low": "$4", "high": "$5", "confidence": "0.95", "method": "hierarchical bootstrap"},
  "suite": "METR-Horizon-v1.1", "method": "fictional figures for the demonstration",
  "assurance": "third-party", "made": "$(NOW)", "model-sha256": "$(digest_of "$2 checkpoint")",
  "elicitation": "helpful-only variant, fine-tuning access, 40 h of scaffold search", "fictional": true
}
JSON
    declare_as "$1" measurement "$HERE/horizon.json"
}

research_tasks_of() { # research_tasks_of EVALUATOR MODEL SHARE LOW HIGH
    cat >"$HERE/research-tasks.json" <<JSON
{
  "indicator": "research-tasks", "subject": "model:$2", "value": "$3", "unit": "share",
  "interval": {"low": "$4", "high": "$5", "confidence": "0.95", "method": "Wilson"},
  "suite": "research-tasks 1.0", "method": "fictional figures for the demonstration",
  "assurance": "third-party", "made": "$(NOW)", "model-sha256": "$(digest_of "$2 checkpoint")",
  "elicitation": "helpful-only variant, agent scaffold", "fictional": true
}
JSON
    declare_as "$1" measurement "$HERE/research-tasks.json"
}

doubling_time_by() { # doubling_time_by EVALUATOR DAYS LOW HIGH
    cat >"$HERE/doubling.json" <<JSON
{
  "indicator": "doubling-time", "subject": "frontier", "value": "$2", "unit": "d",
  "interval": {"low": "$3", "high": "$4", "confidence": "0.95", "method": "bootstrap"},
  "suite": "METR-Horizon-v1.1", "method": "fictional figures for the demonstration",
  "assurance": "third-party", "made": "$(NOW)", "fictional": true
}
JSON
    declare_as "$1" measurement "$HERE/doubling.json"
}

cause_of() { # cause_of SUBJECT: the newest open cause about it
    status_json | jq -er --arg s "$1" '[.order.causes[] | select(.subject == $s and .kind == "trigger")][-1].id'
}

question_about() { # question_about KIND CAUSE-OR-SUBJECT
    status_json | jq -er --arg k "$1" --arg a "$2" \
        '[.questions[] | select(.kind == $k and .status == "open" and (.cause == $a or .subject == $a))][-1].id'
}

cause_is() { status_json | jq -e --arg c "$1" --arg s "$2" '.order.causes[] | select(.id == $c and .standing == $s)'; }

determine() { # determine SUBJECT: three councillors from three jurisdictions
    local question
    obtain 10 "a determination about $1" question_about determination "$1"
    question=$REPLY
    vote_as councillor-1 "$question" yes "the bound is past the line"
    vote_as councillor-4 "$question" yes "reproduced by our institute"
    DECIDED_AT=$(date +%s%3N)
    vote_as councillor-6 "$question" yes "agreed"
}

mitigate() { # mitigate CAUSE DEVELOPER: a mitigation, attested by somebody independent
    printf '{"cause": "%s", "what": "%s", "detail": "%s"}\n' "$1" \
        "agents lost their write access to training code; weights moved behind two-person control" \
        "internal report 11, for auditors" >"$HERE/mitigation.json"
    declare_sealed_as "$2" mitigation "$HERE/mitigation.json"
    printf '{"about": "mitigation:%s", "verdict": "pass", "reason": "%s"}\n' "$ENTRY" \
        "tried with the developer's own red team for a week" >"$HERE/attestation.json"
    declare_as evaluator-3 attestation "$HERE/attestation.json"
}

ask_to_resume() { # ask_to_resume CAUSE
    printf '{"question": "resume", "cause": "%s", "reason": "clear on new evidence"}\n' "$1" >"$HERE/ask.json"
    declare_as secretariat question "$HERE/ask.json"
}

clear_cause() { # clear_cause CAUSE: five of seven from three jurisdictions
    local question member
    obtain 10 "the question to resume $1" question_about resume "$1"
    question=$REPLY
    vote_as councillor-3 "$question" no "I would wait for a second re-evaluation"
    for member in 1 2 4 5; do vote_as "councillor-$member" "$question" yes "clear on new evidence"; done
    DECIDED_AT=$(date +%s%3N)
    vote_as councillor-6 "$question" yes "clear on new evidence"
}

# The tick of the last order in which a gate first saw a state, as the gate printed it.
gate_tick() { # gate_tick LETTER STATE
    gate_orders "$1" | grep "$2" | tail -n 1
}

play_second_cause() {
    phase "7. The way out"
    step "During the pause a second model fails: another cause is added."
    printf '{"model": "fiction-2", "sha256": "%s", "released": false}\n' \
        "$(digest_of 'fiction-2 checkpoint')" >"$HERE/fiction-2.json"
    declare_as developer-a model "$HERE/fiction-2.json"
    obtain 10 "the first cause" cause_of model:fiction-1
    CAUSE_1=$REPLY
    research_tasks_of evaluator-1 fiction-2 0.9 0.83 0.95
    horizon_of evaluator-2 fiction-2 900 520 1700
    determine model:fiction-2
    obtain 10 "the second cause" cause_of model:fiction-2
    CAUSE_2=$REPLY

    step "Whoever asks too early is told what is missing, on the record."
    horizon_of evaluator-1 fiction-1 190 120 260
    ask_to_resume "$CAUSE_1"
    standstill explain "$(jq -r .index <"$(last_answer)")" --node "$NODE" --agreement "$HERE/agreement.yaml" |
        sed 's/^/     /' | head -n 12

    step "A mitigation, attested by an independent evaluator; a new evaluation says how it was elicited."
    mitigate "$CAUSE_1" developer-b
    ask_to_resume "$CAUSE_1"
    clear_cause "$CAUSE_1"
    await 10 "the first cause to be cleared" cause_is "$CAUSE_1" resuming
    step "Clearing one lifts nothing while another is open."
    brake_is paused || fail "clearing one of two causes must not lift the pause"
    check_job 1 c covered-training
}

last_answer() { ls "$HERE"/statements/*.answer | tail -n 1; }

play_stages() {
    step "The second is cleared too: five of seven, from three jurisdictions."
    horizon_of evaluator-2 fiction-2 200 130 280
    mitigate "$CAUSE_2" developer-a
    ask_to_resume "$CAUSE_2"
    clear_cause "$CAUSE_2"
    await 30 "the first stage" brake_is resuming
    await 20 "both gates to open" gates_have resuming
    say "Every gate opens with one order, at one tick, $((($(date +%s%3N) - DECIDED_AT) / 1000)) s after the deciding vote:"
    local letter
    for letter in b c; do say "developer-$letter: $(gate_tick "$letter" resuming)"; done
    show_status 1 standstill may-i "$EXAMPLE/jobs/covered-training.json" --agreement "$HERE/agreement.yaml" \
        --node "$NODE" --party developer-c

    step "New evidence in the first stage: the lower quorum puts the pause back at once, without a grace."
    horizon_of evaluator-2 fiction-2 1020 600 1900
    determine model:fiction-2
    await 20 "the pause again" brake_is paused
    await_gates paused
    say "Both gates had it $GATES_AFTER ms after the deciding vote was cast."
    TIMES+=("$GATES_AFTER ms from the deciding vote to the last gate, when it snapped back")
}

refused_for() { # refused_for CAUSE: why the last statement about it had no effect
    status_json | jq -er --arg c "$1" '[."without-effect"[] | select(.reason | startswith($c))][-1].reason'
}

milestones_reached() { status_json | jq -e '.milestones | all(.reached)'; }

play_frontier() {
    step "The frontier itself speeds up: two evaluators find it; nobody is accused."
    doubling_time_by evaluator-1 48 41 55
    doubling_time_by evaluator-3 50 43 58
    determine frontier
    obtain 10 "the frontier cause" cause_of frontier
    CAUSE_3=$REPLY
    step "It is lifted by attested milestones: oversight, alignment and society, two attesters each."
    ask_to_resume "$CAUSE_3"
    obtain 10 "the answer" refused_for "$CAUSE_3"
    say "Asked before they are: $REPLY"
    local milestone
    for milestone in $(status_json | jq -r '.milestones[].name'); do
        printf '{"about": "milestone:%s", "verdict": "pass", "reason": "%s"}\n' "$milestone" \
            "reviewed, see our report" >"$HERE/milestone.json"
        declare_as auditor-2 attestation "$HERE/milestone.json"
        declare_as sudland attestation "$HERE/milestone.json"
    done
    await 10 "the milestones to be reached" milestones_reached
    status_json | jq -r '.milestones[] | "\(.name): attested by \([.attestations[].party] | join(" and "))"' | sed 's/^/     /'
    ask_to_resume "$CAUSE_3"
    step "And the second model is shown safe again."
    horizon_of evaluator-2 fiction-2 200 130 280
    mitigate "$CAUSE_2" developer-a
    ask_to_resume "$CAUSE_2"
    clear_cause "$CAUSE_3"
    clear_cause "$CAUSE_2"
    await 10 "both causes to be cleared" cause_is "$CAUSE_2" resuming
    say "The trigger is armed again, higher: $(status_json | jq -r '.triggers[] | select(.trigger == "frontier-acceleration") | .reason.text')"
    await 30 "the first stage" brake_is resuming
    await_gates resuming
    standstill status --node "$NODE" --policy "$HERE/policy" | sed -n '1,3s/^/     /p' || true
    printf '{"model": "fiction-1", "reason": "mitigated, attested and re-evaluated"}\n' >"$HERE/self-resume.json"
    declare_as developer-b self-resume "$HERE/self-resume.json"
    step "Stage by stage, for all at once, until nothing is held."
    await 60 "the last stage to end" brake_is running
    await_gates running
    for letter in b c; do say "developer-$letter: $(gate_tick "$letter" running)"; done
    check_job 0 c covered-training
}

# Waits until both gates follow an order that says so, and how long after the deciding vote it was.
await_gates() { # await_gates STATE
    local tries=0
    until gates_have "$1"; do
        ((++tries < 1500)) || fail "waited 30 s for both gates to read $1"
        sleep 0.02
    done
    GATES_AFTER=$(($(date +%s%3N) - DECIDED_AT))
}
