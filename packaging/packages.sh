# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts beside it: the Debian 12 packages of each need, and how they are brought.

packages_build=(g++ cmake ninja-build ccache lld pkg-config python3 python3-pip unzip ca-certificates
    libsentencepiece-dev libonig-dev nlohmann-json3-dev libcli11-dev libfmt-dev libssl-dev libicu-dev libexpat1-dev
    liblzma-dev libmd4c-dev libcurl4-openssl-dev poppler-utils) # the last one is run: pdftotext reads PDF
packages_gui=(qt6-base-dev qt6-svg-dev libqcustomplot-dev fonts-noto-core fonts-noto-mono fonts-sil-charis)
packages_tests=(libgtest-dev libgmock-dev xvfb xauth)
packages_interop=(python3-venv)
packages_checks=(git clang clang-format clang-tidy libclang-rt-14-dev libomp-14-dev "${packages_interop[@]}")

say() { printf '%s\n' "$*" >&2; }

# Installs those that are missing, saying so first; does nothing where all are there.
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "Fettle is built on Debian 12; here there is no apt-get. Install what corresponds to: ${missing[*]}"
        return 1
    fi
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { say "Run as root, or install: ${missing[*]}"; return 1; }
        sudo=(sudo)
    fi
    require_disk 6 /usr
    say "Installing Debian packages: ${missing[*]}"
    if ! "${sudo[@]}" apt-get update -qq >&2; then
        say "The package archive does not answer. Fettle needs a network once, to fetch: ${missing[*]}"
        return 1
    fi
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# require_disk GB FOLDER…: fails, before anything starts, where one of the folders has less room.
# A build that stands already needs no more.
require_disk() {
    local gigabytes=$1 folder free; shift
    [ -e "${XDG_CACHE_HOME:-$HOME/.cache}/fettle/deps" ] && [ -e "${build_dir:-}/build.ninja" ] && return 0
    for folder in "$@"; do
        while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
        free=$(df --output=avail -B1000000000 "$folder" | tail -n 1 | tr -d ' ')
        if [ "$free" -lt "$gigabytes" ]; then
            say "Too little room: $free GB free in $folder, $gigabytes GB needed. Nothing was started."
            return 4
        fi
    done
}
