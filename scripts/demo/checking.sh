# SPDX-License-Identifier: Apache-2.0
# 8. Checking: a stranger derives the same bytes, offline.

# Runs a command without any network where the kernel lets us, and says which.
offline() {
    if unshare --net true 2>/dev/null; then unshare --net "$@"; else "$@"; fi
}

# Whether the verified state is over as many entries as the log has.
all_vouched() { [[ $(status_json | jq .size) == "$(entries)" ]]; }

play_checking() {
    phase "8. A stranger checks it, offline"
    await 20 "the monitors to vouch for every entry" all_vouched
    step "Everything in one file."
    show standstill bundle --node "$NODE" --out "$HERE/record.bundle"
    mkdir -p "$HERE/elsewhere"
    cp "$HERE/record.bundle" "$HERE/elsewhere/"
    step "Elsewhere, without a network, the same state and orders come out, byte for byte."
    show_status 0 offline standstill verify bundle "$HERE/elsewhere/record.bundle" --agreement-id "$AGREEMENT_ID"
    step "Who has no agreement id of their own learns only that it is self-consistent."
    show_status 0 offline standstill verify bundle "$HERE/elsewhere/record.bundle"
    step "One flipped bit is found, and named."
    flip_bit "$HERE/elsewhere/record.bundle" "$HERE/elsewhere/flipped.bundle"
    show_status 1 offline standstill verify bundle "$HERE/elsewhere/flipped.bundle" --agreement-id "$AGREEMENT_ID"
    step "A receipt proves that one statement was logged, with the monitors' cosignatures."
    local self_pause
    self_pause=$(ls "$HERE"/statements/*-self-pause.json)
    show standstill receipt "$(jq -r .index <"${self_pause%.json}.answer")" --node "$NODE" \
        --out "$HERE/elsewhere/self-pause.tlog-proof"
    show_status 0 offline standstill verify receipt "$HERE/elsewhere/self-pause.tlog-proof" \
        --entry "$self_pause" --policy "$HERE/policy"
}

# Flips the lowest bit of the byte in the middle of the file.
flip_bit() { # flip_bit FILE COPY
    local size middle byte
    size=$(wc -c <"$1")
    middle=$((size / 2))
    cp "$1" "$2"
    byte=$(od -An -tu1 -j "$middle" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "$(printf '\\x%02x' $((byte ^ 1)))" | dd of="$2" bs=1 seek="$middle" conv=notrunc status=none
}
