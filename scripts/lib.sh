# What the scripts share. Standard output is the answer, standard error is progress.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 2
}

is_root() { [ "$(id -u)" -eq 0 ]; }

has() { command -v "$1" >/dev/null 2>&1; }

# Debian's packages, one run at a time. `check` is a command that works once they are there.
install_debian() {
    local check=$1
    shift
    has apt-get || die "please install $*: this machine has no apt-get"
    is_root || die "please install $* (as root: apt-get install -y $*), then run this again"
    say "installing $*"
    (
        flock 8
        "$check" && exit 0
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >&2
    ) 8>"${TMPDIR:-/tmp}/souk-apt.lock" </dev/null
}

has_build_tools() { has cc && has make; }

# Rust is the one thing that is not installed here: it belongs to whoever works on this machine.
need_build_tools() {
    [ -x "${HOME:-}/.cargo/bin/cargo" ] && ! has cargo && PATH="$HOME/.cargo/bin:$PATH"
    has cargo || die "cargo is missing: install Rust from https://rustup.rs (the version is in rust-toolchain.toml), then run this again"
    has_build_tools || install_debian has_build_tools build-essential
}
