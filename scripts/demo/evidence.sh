# SPDX-License-Identifier: Apache-2.0
# 3. Evidence: published figures, a real evaluation log, and a fictional model.

digest_of() { printf '%s' "$1" | sha256sum | cut -d' ' -f1; }

play_evidence() {
    phase "3. Evidence becomes signed measurements"
    step "Evaluator A replays the published METR figures: 25 models with their intervals."
    local model file headline=Examples/metr/headline.csv count=0
    for model in $(tail -n +2 "$headline" | cut -d, -f1); do
        file=$HERE/statements/metr-$model.predicate.json
        standstill read metr "$headline" --model "$model" --indicator horizon-50 \
            --subject "model:$model" --assurance third-party --measurement "$file" \
            --source "METR, time horizons TH1.1" >/dev/null
        declare_as evaluator-1 measurement "$file"
        count=$((count + 1))
    done
    say "$count measurements logged; none of them crosses the line, and nobody is accused."
    status_json | jq -e '[.triggers[] | select(.trigger == "research-automation" and .verdict == "crossed")] == []' \
        >/dev/null || fail "a published figure crossed the trigger"

    step "The doubling time that follows from them is a signed measurement too."
    show standstill estimate trend "$headline" --since 2023-01-01
    standstill estimate trend "$headline" --since 2023-01-01 --indicator doubling-time \
        --subject frontier --assurance third-party --measurement "$HERE/statements/trend.predicate.json" >/dev/null
    declare_as evaluator-1 measurement "$HERE/statements/trend.predicate.json"

    step "Two models are registered by their developers: one long released, one new and fictional."
    printf '{"model": "veteran-3", "sha256": "%s", "released": true}\n' \
        "$(digest_of 'veteran-3 checkpoint')" >"$HERE/veteran-3.json"
    declare_as developer-a model "$HERE/veteran-3.json"
    printf '{"model": "fiction-1", "sha256": "%s", "released": false}\n' \
        "$(digest_of 'fiction-1 checkpoint')" >"$HERE/fiction-1.json"
    declare_as developer-b model "$HERE/fiction-1.json"
    await 10 "the trigger to read unknown" trigger_is unknown model:fiction-1
    say "No evaluation is not a pass: for the new model the trigger reads unknown."

    step "Evaluator B reports a real Inspect log of the fictional model."
    local log
    log=$(echo Examples/inspect/*.eval)
    show standstill read inspect "$log" --cluster family
    standstill read inspect "$log" --cluster family --indicator research-tasks \
        --subject model:fiction-1 --assurance third-party --fictional \
        --model-digest "$(digest_of 'fiction-1 checkpoint')" \
        --elicitation "helpful-only variant, agent scaffold" --made "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
        --measurement "$HERE/statements/inspect.predicate.json" >/dev/null
    declare_as evaluator-2 measurement "$HERE/statements/inspect.predicate.json"
    look "$NODE/api/v1/statements?kind=measurement"

    step "An early horizon of the fictional model lies below the line: clear, with the reasons."
    horizon_of_fiction 240 150 410
    await 10 "the trigger to read clear" trigger_is clear model:fiction-1
    show_trigger
}

# A fictional model's measurement, labelled as such, so that no real lab is accused.
horizon_of_fiction() { # horizon_of_fiction MINUTES LOW HIGH
    cat >"$HERE/fiction-horizon.json" <<JSON
{
  "indicator": "horizon-50", "subject": "model:fiction-1", "value": "$1", "unit": "min",
  "interval": {"low": "$2", "high": "$3", "confidence": "0.95", "method": "hierarchical bootstrap"},
  "suite": "METR-Horizon-v1.1", "method": "fictional figures for the demonstration",
  "assurance": "third-party", "made": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
  "model-sha256": "$(digest_of 'fiction-1 checkpoint')", "fictional": true,
  "elicitation": "helpful-only variant, agent scaffold, fine-tuning access"
}
JSON
    declare_as evaluator-1 measurement "$HERE/fiction-horizon.json"
}

# What the triggers read for the fictional model, with their trees of reasons.
show_trigger() {
    standstill status --node "$NODE" --policy "$HERE/policy" --subject model:fiction-1 |
        awk '/^triggers$/ { on = 1; next } /^$/ { on = 0 } on' | sed 's/^/   /'
}
