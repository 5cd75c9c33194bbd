# A PostgreSQL of a test run's own: a free port, a temporary folder, gone afterwards. Durable as a real one (fsync on), because
# tests of what survives are worth nothing without.
# shellcheck shell=bash

postgres_folder=
postgres_port=

# The newest that is installed.
postgres_programs() {
    local found
    found=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || found=$(command -v initdb) || return 1
    dirname "$found"
}

has_postgres() { postgres_programs >/dev/null; }

# PostgreSQL refuses to run as root.
as_postgres() {
    if is_root; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

start_postgres() {
    has_postgres || install_debian has_postgres postgresql
    local programs
    programs=$(postgres_programs)
    postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/souk-postgres.XXXXXX")
    chmod 755 "$postgres_folder"
    if is_root; then chown postgres: "$postgres_folder"; fi
    if ! as_postgres "$programs/initdb" -D "$postgres_folder/data" -U postgres -A trust -E UTF8 --no-locale >"$postgres_folder/log" 2>&1; then
        cat "$postgres_folder/log" >&2
        die "no database could be made in $postgres_folder"
    fi
    local tries
    for tries in 1 2 3 4 5 6 7 8; do
        postgres_port=$((20000 + RANDOM % 30000))
        as_postgres "$programs/postgres" -D "$postgres_folder/data" -p "$postgres_port" \
            -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=600 -c fsync=on \
            >>"$postgres_folder/log" 2>&1 </dev/null &
        if postgres_answers $!; then return 0; fi
        say "port $postgres_port: PostgreSQL did not start (try $tries)"
    done
    cat "$postgres_folder/log" >&2
    die "PostgreSQL does not start"
}

# Reads its own word for it in its own folder: whatever else listens on that port is not believed.
postgres_answers() {
    local starting=$1 waited
    for waited in $(seq 300); do
        if grep -qs '^ready' "$postgres_folder/data/postmaster.pid"; then return 0; fi
        kill -0 "$starting" 2>/dev/null || return 1
        sleep 0.1
    done
    say "waited $((waited / 10)) s"
    return 1
}

stop_postgres() {
    [ -n "$postgres_folder" ] || return 0
    local pid
    pid=$(head -n 1 "$postgres_folder/data/postmaster.pid" 2>/dev/null || true)
    if [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null; then
        while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    fi
    rm -rf "$postgres_folder"
}
