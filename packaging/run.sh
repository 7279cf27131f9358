#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches what is missing, builds, and opens the workbench. Without a display it trains the bundled demo in the terminal
# and says where its run folder is. Takes the options of build.sh; what follows "--" goes to the program.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
[ "${1:-}" != -- ] || shift

programs=$("$here/build.sh" "${options[@]}" | tail -n 1)
if [ -x "$programs/fettle" ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$programs/fettle" "$@"
fi
echo "No display: training the bundled demo here, a story-teller that goes to sea." >&2
exec "$programs/fettle-cli" train "$here/../resources/demos/ships-log.json" "$@"
