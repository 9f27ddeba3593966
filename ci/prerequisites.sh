# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by ./dmadiff and ./test: what has to be on the machine, and building once.
# Says everything on stderr: stdout belongs to the command.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() {
    printf '%s\n' "$*" >&2
}

# Any libgit2 will do; its package's name has the version in it.
libgit2_package() {
    local found
    found=$(apt-cache search --names-only '^libgit2-1\.[0-9]+(t64)?$' 2>/dev/null |
        cut -d' ' -f1 | sort -V | head -n 1)
    printf '%s\n' "${found:-libgit2-1.5}"
}

has_libgit2() {
    local libraries
    libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null)
    [[ $libraries == *libgit2.so* ]]
}

# has_kernel 6.12: imported before, or ready to be.
has_kernel() {
    local cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}
    [ -e "/usr/src/linux-source-$1.tar.xz" ] ||
        [ -e "$cache/dmadiff/kernels.git/refs/heads/debian/$1" ]
}

# missing_packages THING...: the packages that provide those which are not there.
missing_packages() {
    local thing
    for thing in "$@"; do
        case $thing in
        libgit2) has_libgit2 || libgit2_package ;;
        libc-headers) [ -e /usr/include/stdio.h ] || echo libc6-dev ;;
        kernel-*) has_kernel "${thing#kernel-}" || echo "linux-source-${thing#kernel-}" ;;
        xz) command -v xz >/dev/null || echo xz-utils ;;
        nm | addr2line) command -v "$thing" >/dev/null || echo binutils ;;
        bwrap) command -v bwrap >/dev/null || echo bubblewrap ;;
        flock) command -v flock >/dev/null || echo util-linux ;;
        *) command -v "$thing" >/dev/null || echo "$thing" ;;
        esac
    done | sort -u | tr '\n' ' '
}

# require THING...: installs what is missing, or says what to install.
require() {
    local packages log
    packages=$(missing_packages "$@")
    if [ -n "$packages" ]; then
        if ! command -v apt-get >/dev/null; then
            say "not installed, by the names of their Debian packages: $packages"
            exit 2
        fi
        if [ "$(id -u)" != 0 ]; then
            say "not installed: $packages"
            say "as root, run: apt-get install --no-install-recommends $packages"
            exit 2
        fi
        say "installing: $packages"
        log=$(mktemp)
        run_quietly "$log" apt-get update
        # With the lists there, the name of libgit2's package may be another.
        packages=$(missing_packages "$@")
        say "  apt-get install -y --no-install-recommends $packages"
        # shellcheck disable=SC2086
        run_quietly "$log" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
            --no-install-recommends -o DPkg::Lock::Timeout=600 $packages
        rm -f "$log"
    fi
    if ! command -v dotnet >/dev/null; then
        say "not installed: the .NET SDK 10 (the command dotnet); see https://dot.net"
        exit 2
    fi
}

# run_quietly LOG COMMAND...: shows what it said only when it fails, then stops.
run_quietly() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        say "failed: $*"
        rm -f "$log"
        exit 2
    fi
}

# source_stamp ROOT: changes when any file changes that a build reads.
source_stamp() {
    (
        cd "$1" || exit
        find . \( -name bin -o -name obj -o -name .git -o -name TestResults \) -prune -o \
            -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.sln' \
            -o -path './kernel-harness/*' -o -name .editorconfig \) \
            -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum | cut -c 1-16
    )
}
