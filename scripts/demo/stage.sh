# SPDX-License-Identifier: Apache-2.0
# How steps of the demo are printed, started, awaited and checked.

if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'; else bold='' dim='' off=''; fi
STARTED=$SECONDS
PHASES=()
TIMES=()

say() { printf '   %s\n' "$*"; }
look() { printf '   %slook at:%s %s\n' "$bold" "$off" "$*"; }

phase() { # phase TITLE
    PHASES+=("$SECONDS $1")
    printf '\n%s%s%s\n' "$bold" "$1" "$off"
}

step() { printf '\n %s•%s %s\n' "$bold" "$off" "$*"; }

# Shows a command as a person would type it, runs it, and indents what it prints.
show() {
    printf '   %s$ %s%s\n' "$dim" "$(short "$*")" "$off"
    "$@" 2>&1 | sed 's/^/     /' || fail "did not end well: $*"
}

# Shows a command that has to end with the given exit status.
show_status() { # show_status STATUS COMMAND…
    local expected=$1 status=0
    shift
    printf '   %s$ %s%s\n' "$dim" "$(short "$*")" "$off"
    "$@" >"$HERE/out" 2>&1 || status=$?
    sed 's/^/     /' "$HERE/out"
    [[ $status == "$expected" ]] || fail "expected exit status $expected, got $status: $*"
}

short() { sed -e 's/^offline //' -e "s|$HERE/||g" -e "s|$BIN/||g" <<<"$*"; }

fail() {
    printf '\n%sFAILED:%s %s\n' "$bold" "$off" "$*" >&2
    for log in "$HERE"/*.log; do
        [[ -s $log ]] && { echo "--- last lines of $(basename "$log")"; tail -5 "$log"; } >&2
    done
    exit 1
}

# Waits until a command succeeds; gives up after so many seconds.
await() { # await SECONDS WHAT COMMAND…
    local limit=$(($1 * 10)) what=$2 tries=0
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((++tries < limit)) || fail "waited $((limit / 10)) s for: $what"
        sleep 0.1
    done
}

# Waits likewise, and keeps what the command printed in REPLY. What is verified can be a moment
# older at the next look, since it goes by what the monitors have vouched for.
obtain() { # obtain SECONDS WHAT COMMAND…
    local limit=$(($1 * 10)) what=$2 tries=0
    shift 2
    until REPLY=$("$@" 2>/dev/null); do
        ((++tries < limit)) || fail "waited $((limit / 10)) s for: $what"
        sleep 0.1
    done
}

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000)) # below the range that outgoing connections use
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# Starts a program in the background, its output in NAME.out and NAME.log.
start() { # start NAME COMMAND…
    local name=$1
    shift
    "$@" >>"$HERE/$name.out" 2>>"$HERE/$name.log" &
    PID_OF[$name]=$!
    PIDS+=("$!")
}

stop() { # stop NAME
    kill -TERM "${PID_OF[$1]}" 2>/dev/null || true
    wait "${PID_OF[$1]}" 2>/dev/null || true
}

stop_everything() {
    local status=$?
    trap - EXIT
    for pid in "${PIDS[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${PIDS[@]}"; do wait "$pid" 2>/dev/null || true; done
    exit "$status"
}

# Exit 2 says that the witnesses' newest word is a little old; the state is there all the same.
status_json() { standstill status --node "$NODE" --policy "$HERE/policy" --json 2>/dev/null || (($? == 2)); }
brake_is() { [[ $(status_json | jq -r .brake.state) == "$1" ]]; }
trigger_is() { # trigger_is VERDICT SUBJECT
    status_json | jq -e --arg v "$1" --arg s "$2" \
        '.triggers[] | select(.trigger == "research-automation" and .subject == $s and .verdict == $v)'
}

# Signs a predicate with a party's key, hands it to the node and keeps the receipt.
declare_as() { # declare_as PARTY KIND PREDICATE.json
    local party=$1 kind=$2 predicate=$3 name
    STATEMENTS=$((STATEMENTS + 1))
    name=$HERE/statements/$(printf '%03d' "$STATEMENTS")-$party-$kind
    standstill sign "$kind" "$predicate" --agreement "$HERE/agreement.yaml" \
        --key "$HERE/keys/$party.pem" >"$name.json" || fail "$party could not sign its $kind"
    standstill submit "$name.json" --node "$NODE" --receipt "$name.tlog-proof" --json >"$name.answer" ||
        fail "$party could not submit its $kind"
}
STATEMENTS=0

summary() {
    phase "How long it took"
    local index line next seconds
    for index in "${!PHASES[@]}"; do
        ((index + 1 < ${#PHASES[@]})) || break
        line=${PHASES[$index]}
        next=${PHASES[$((index + 1))]}
        seconds=$((${next%% *} - ${line%% *}))
        printf '   %4d s  %s\n' "$seconds" "${line#* }"
    done
    printf '   %4d s  in all\n' $((SECONDS - STARTED))
    for line in "${TIMES[@]}"; do printf '   %6s %s\n' "${line%% *}" "${line#* }"; done
}
