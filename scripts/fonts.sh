#!/bin/sh
# Brings free fonts for official documents into .venv/share/fonts/minping: FandolFang 仿宋, FandolKai 楷体, FandolHei 黑体,
# FandolSong 宋体, which have the characters of GB 2312, and UKai for names with rarer ones. They come out of two Debian
# packages (49 and 8 MB, of which 44 MB are kept), the first of which would take 268 MB installed. Needs no root.
# Where it cannot, it says so; documents are then set in Noto, which has every character but is no 仿宋 nor 楷体.
set -eu

fonts=.venv/share/fonts/minping
# Not Fandol's bold ones: they call themselves regular, and would be taken for the regular ones.
fandol="FandolFang-Regular.otf FandolKai-Regular.otf FandolHei-Regular.otf FandolSong-Regular.otf"
ukai="ukai.ttc"

missing_of() {
    for font in "$@"; do
        [ -s "$fonts/$font" ] || printf '%s ' "$font"
    done
}
# shellcheck disable=SC2086 # lists of words
missing=$(missing_of $fandol $ukai)
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "This is not a Debian system. For 仿宋 and 楷体 in documents put these into $fonts: $missing" >&2
    exit 0
fi

folder=$(mktemp -d -t minping-fonts-XXXXXX)
trap 'rm -rf "$folder"' EXIT

fetch() { (cd "$folder" && apt-get -qq download "$1" >log 2>&1); }

renew_lists() {
    # An image fresh from the shelf has no lists of packages yet.
    if [ "$(id -u)" = 0 ]; then
        apt-get -qq update
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n apt-get -qq update
    fi >/dev/null 2>&1 || true
}

# bring PACKAGE FOLDER-IN-IT FONT…: unpacks the fonts and their licence.
bring() {
    package=$1 inside=$2
    shift 2
    [ -n "$(missing_of "$@")" ] || return 0
    echo "Fetching fonts for documents: $package"
    if ! fetch "$package"; then
        renew_lists
        fetch "$package" || return 1
    fi
    mkdir -p "$folder/$package" "$fonts"
    dpkg-deb --fsys-tarfile "$folder/$package"_*.deb | tar -x -C "$folder/$package" --wildcards "$inside" '*/doc/*' || return 1
    for font in "$@"; do
        found=$(find "$folder/$package" -name "$font" | head -n 1)
        [ -n "$found" ] || return 1
        # Moved into place when it is whole, so that a run broken off leaves no half font.
        cp "$found" "$fonts/.part" && mv "$fonts/.part" "$fonts/$font" || return 1
    done
    find "$folder/$package" \( -path '*fandol/COPYING*' -o -path "*/doc/$package/copyright" \) \
        -exec sh -c 'cp "$3" "$1/$2-$(basename "$3")"' - "$fonts" "$package" {} \;
}

# shellcheck disable=SC2086 # lists of words
bring texlive-lang-chinese '*/opentype/public/fandol/*' $fandol || true
bring fonts-arphic-ukai '*/arphic/*' $ukai || true

if command -v fc-cache >/dev/null && [ -d "$fonts" ]; then
    fc-cache "$fonts" || true
fi
# shellcheck disable=SC2086 # lists of words
missing=$(missing_of $fandol $ukai)
if [ -n "$missing" ]; then
    echo "Fonts for documents that could not be fetched: $missing" >&2
    sed 's/^/    /' "$folder/log" | tail -n 1 >&2
    echo "Documents are set in Noto instead. To try again: scripts/fonts.sh" >&2
fi
