#!/bin/sh
# Makes a key for everybody, and the agreement that names them, in the current folder.
set -eu
grep -v '^#' "$SCRIPTS/scene/agreement.template" > agreement.yaml
: > prose.md
for name in $(grep -o 'KEY([a-z0-9-]*)' agreement.yaml | sed 's/KEY(\(.*\))/\1/' | sort -u); do
    key=$(standstill key new "$name" --out "$name.pem" | sed -n 's/^key: //p')
    sed "s|KEY($name)|$key|g" agreement.yaml > agreement.next
    mv agreement.next agreement.yaml
done
