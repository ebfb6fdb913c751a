#!/bin/sh
# Brings the Debian packages that a list of needs lacks: scripts/system_packages.sh run|test
# As root, or with sudo that asks nothing; anybody else is told what to install.
set -eu

RUN="python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
# LibreOffice without its windows opens what we write: documents are compared, workbooks recalculated.
TEST="$RUN gettext poppler-utils zbar-tools libreoffice-writer-nogui libreoffice-calc-nogui"
# A browser for the tests: Chromium without its window does half the work of the whole; either will do.
SHELL_OF_CHROMIUM=chromium-headless-shell

case "${1:-}" in
    run) wanted=$RUN ;;
    test) wanted=$TEST ;;
    *) echo "usage: $0 run|test" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system. Please install what corresponds to: $wanted" >&2
    exit 0
fi

missing=""
for package in $wanted; do
    case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)" in
        *" installed") ;;
        *) missing="$missing $package" ;;
    esac
done
browser=""
if [ "$1" = test ] && ! command -v $SHELL_OF_CHROMIUM >/dev/null && ! command -v chromium >/dev/null; then
    browser=$SHELL_OF_CHROMIUM
fi
[ -n "$missing$browser" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "These system packages are missing, and this account may not install them:" >&2
    echo "    sudo apt-get install --no-install-recommends$missing $browser" >&2
    exit 1
fi

echo "Installing system packages:$missing $browser"
$as_root apt-get -qq update
install() {
    # shellcheck disable=SC2086 # lists of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$@" >/dev/null
}
# shellcheck disable=SC2086 # a list of words
[ -z "$missing" ] || install $missing
[ -z "$browser" ] || install "$browser" || install chromium
