#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Looks for everything that the build and the demonstration need, and with the argument `tests` what
# the tests need besides; installs missing system packages when run as root, otherwise prints the
# command that does and fails.
set -euo pipefail

# What each is for: SQLite (GRDB links it), PostgreSQL's client, Zstandard and zlib (members of
# evaluation logs), pkg-config (SwiftPM finds the four with it), venv (the interoperability tests'
# Python), curl and jq (the demonstration looks at the node with them), strace (tests make the disk
# fail with it).
packages=(libsqlite3-dev libpq-dev libzstd-dev zlib1g-dev pkg-config python3-venv curl jq strace)
# The server, of which tests start one of their own (scripts/private-postgres.sh).
if [ "${1:-}" = tests ]; then packages+=(postgresql); fi
# Prometheus's checker of rules, against which triggers are tested; on other systems its owner's affair.
promtool=false
if [ "${1:-}" = tests ] && ! command -v promtool >/dev/null; then promtool=true; fi

fail() {
    printf 'error: %s\n' "$1" >&2
    if [ $# -gt 1 ]; then printf 'hint: %s\n' "$2" >&2; fi
    exit 69
}

command -v git >/dev/null || fail "git is not installed" "sudo apt-get install git"
command -v swift >/dev/null ||
    fail "Swift is not installed" "install Swift 6.3 or newer from https://www.swift.org/install/linux/"

version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
[ -n "$version" ] || fail "swift --version says nothing that can be read"
if [ "$(printf '6.3\n%s\n' "$version" | sort -V | head -n 1)" != "6.3" ]; then
    fail "Swift $version is too old: 6.3 or newer is needed" "https://www.swift.org/install/linux/"
fi

if ! command -v dpkg-query >/dev/null; then
    # Not Debian or Ubuntu: ask for the libraries themselves and leave installing to their owner.
    for library in sqlite3 libpq libzstd zlib; do
        pkg-config --exists "$library" 2>/dev/null ||
            fail "development files of $library were not found" "the Debian packages are: ${packages[*]}"
    done
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
# Newer releases call pkg-config's package pkgconf; any that provides the command will do.
if command -v pkg-config >/dev/null; then
    kept=()
    for package in "${missing[@]+"${missing[@]}"}"; do
        [ "$package" = pkg-config ] || kept+=("$package")
    done
    missing=("${kept[@]+"${kept[@]}"}")
fi

if [ "${#missing[@]}" -eq 0 ] && ! $promtool; then exit 0; fi

if [ "$(id -u)" -ne 0 ]; then
    [ "${#missing[@]}" -gt 0 ] || fail "promtool is missing" "sudo scripts/setup.sh tests"
    fail "missing system packages: ${missing[*]}" \
        "sudo apt-get update && sudo apt-get install -y ${missing[*]}"
fi

apt-get update -qq
if $promtool; then
    # Of its package this one program, since the package starts a server.
    echo "installing promtool"
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    (cd "$folder" && apt-get download -qq -o APT::Sandbox::User=root prometheus >/dev/null)
    dpkg-deb --fsys-tarfile "$folder"/prometheus_*.deb | tar -x -C "$folder" ./usr/bin/promtool
    install -m 755 "$folder/usr/bin/promtool" /usr/local/bin/promtool
fi
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

echo "installing system packages: ${missing[*]}"
if [[ " ${missing[*]} " = *" postgresql "* ]]; then
    # Nobody has asked for a server that runs all the time.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        postgresql-common >/dev/null
    echo 'create_main_cluster = false' >>/etc/postgresql-common/createcluster.conf
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
