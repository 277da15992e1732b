#!/bin/sh
# Install Cuefit for this user, or below another folder; nothing outside it is touched.
#
#   ./install.sh [FOLDER]              FOLDER is ~/.local unless named
#   ./install.sh --uninstall [FOLDER]  your index, settings and music stay
set -eu

uninstall=false
if [ "${1:-}" = --uninstall ]; then
    uninstall=true
    shift
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${1:-${HOME:?}/.local}
program=$prefix/lib/cuefit
id=org.cuefit.Cuefit

rm -rf -- "$program"
rm -f -- "$prefix/bin/cuefit" "$prefix/bin/cuefit-desktop" "$prefix/share/applications/$id.desktop" \
    "$prefix/share/metainfo/$id.metainfo.xml" "$prefix"/share/icons/hicolor/*/apps/$id.*
if $uninstall; then
    echo "Cuefit is removed from $prefix."
    exit
fi

mkdir -p -- "$prefix/bin" "$prefix/lib"
cp -R -- "$here/Cuefit" "$program"
cp -R -- "$here/share" "$prefix/"
# The entry names the executable in full: not every desktop has ~/.local/bin on its path.
escaped=$(printf %s "$program/cuefit-desktop" | sed 's/[\\"`$]/\\&/g; s/[\\&|]/\\&/g; s/%/%%/g')
sed "s|^Exec=.*|Exec=\"$escaped\"|" "$here/share/applications/$id.desktop" >"$prefix/share/applications/$id.desktop"
for name in cuefit cuefit-desktop; do
    ln -s -- "../lib/cuefit/$name" "$prefix/bin/$name"
done
echo "Cuefit is installed: start it from the menu, or run $prefix/bin/cuefit --help"
