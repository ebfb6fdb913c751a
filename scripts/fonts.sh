#!/bin/sh
# Brings free fonts for official documents into .venv/share/fonts/minping: FandolFang 仿宋, FandolKai 楷体, FandolHei 黑体,
# FandolSong 宋体, out of a Debian package that with its dependencies would take 268 MB. Needs no root.
# Where it cannot, it says so and the documents are set in Noto, which has every character and no 仿宋 nor 楷体.
set -eu

fonts=.venv/share/fonts/minping
package=texlive-lang-chinese
wanted="FandolFang-Regular FandolKai-Regular FandolHei-Regular FandolHei-Bold FandolSong-Regular FandolSong-Bold"

missing=""
for font in $wanted; do
    [ -s "$fonts/$font.otf" ] || missing="$missing $font"
done
[ -n "$missing" ] || exit 0

go_on() {
    echo "$1 Documents are set in Noto for now; these fonts are missing:$missing. Try again with scripts/fonts.sh." >&2
    exit 0
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    go_on "This is not a Debian system: put the Fandol fonts (CTAN, fonts/fandol) into $fonts yourself."
fi

folder=$(mktemp -d -t minping-fonts-XXXXXX)
trap 'rm -rf "$folder"' EXIT
echo "Fetching fonts for official documents (49 MB, once)"
fetch() { (cd "$folder" && apt-get -qq download "$package" >fetched 2>&1); }
if ! fetch; then
    # An image fresh from the shelf has no lists of packages yet; renewing them takes root.
    if [ "$(id -u)" = 0 ]; then
        apt-get -qq update >/dev/null 2>&1 || true
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n apt-get -qq update >/dev/null 2>&1 || true
    fi
    fetch || go_on "The package $package could not be fetched ($(tail -n 1 "$folder/fetched"))."
fi

mkdir -p "$folder/unpacked"
for archive in "$folder"/"$package"_*.deb; do
    dpkg-deb --fsys-tarfile "$archive" 2>/dev/null | tar -x -C "$folder/unpacked" --wildcards '*/fandol/*' \
        || go_on "The package $package could not be unpacked."
done

mkdir -p "$fonts"
find "$folder/unpacked" -name 'COPYING*' -exec cp {} "$fonts/" \;
find "$folder/unpacked" -name README -exec cp {} "$fonts/" \;
for font in $missing; do
    # Moved into place when it is whole, so that a run broken off leaves no half font.
    found=$(find "$folder/unpacked" -name "$font.otf" | head -n 1)
    [ -n "$found" ] || go_on "The package $package has no $font any more."
    cp "$found" "$fonts/.$font.part"
    mv "$fonts/.$font.part" "$fonts/$font.otf"
done
if command -v fc-cache >/dev/null; then
    fc-cache "$fonts" || true
fi
