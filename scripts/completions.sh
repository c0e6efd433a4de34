#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes the completions of both programs for bash, zsh and fish:
#
#     scripts/completions.sh PROGRAMS SHARE     PROGRAMS holds the built programs
#
# Into the places below SHARE where the shells look when SHARE is /usr/local/share. For one session:
#
#     source share/bash-completion/completions/standstill          # bash
#     fpath=(share/zsh/site-functions $fpath); compinit            # zsh
#     source share/fish/vendor_completions.d/standstill.fish       # fish
set -euo pipefail

programs=$1
share=$2

write() { # PROGRAM SHELL FILE
    mkdir -p "$(dirname "$3")"
    "$programs/$1" --generate-completion-script "$2" > "$3.partial"
    mv "$3.partial" "$3"
    printf '%s\n' "$3"
}

for program in standstill standstill-node; do
    write "$program" bash "$share/bash-completion/completions/$program"
    write "$program" zsh "$share/zsh/site-functions/_$program"
    write "$program" fish "$share/fish/vendor_completions.d/$program.fish"
done
