#!/bin/sh
# Makes public/fonts/ from Inter (https://rsms.me/inter, SIL Open Font License, public/fonts/OFL.txt): the weights and
# glyphs that Russian and English pages need, so that a page stays light. Other letters fall back to system fonts.
#
#   pip install fonttools brotli
#   npm pack @fontsource-variable/inter@5.3.0 && tar xzf fontsource-variable-inter-5.3.0.tgz
#   scripts/make-fonts.sh package/files
#
# The ranges are those of the font faces in public/app.css, without what Inter has for neither language.
set -eu
from=$1
to=$(dirname "$0")/../public/fonts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

latin='U+0020-007E,U+00A0-00A1,U+00A3,U+00A7,U+00A9,U+00AB,U+00AD,U+00B0-00B1,U+00B7,U+00BB,U+00BF-00FF,U+0131'
latin="$latin,U+0152-0153,U+2009,U+2010-2015,U+2018-201A,U+201C-201E,U+2022,U+2026,U+202F,U+2030,U+2039-203A,U+20AC"
latin="$latin,U+2122,U+2190-2193,U+2212,U+2215"
cyrillic='U+0301,U+0401-045F,U+0490-0491,U+2116'

make() {
  # Nothing on the site is thinner than 400.
  fonttools varLib.instancer -q "$from/inter-$1-wght-normal.woff2" wght=400:900 -o "$work/$1.ttf"
  pyftsubset "$work/$1.ttf" --unicodes="$2" --layout-features=kern,tnum,ccmp,mark,locl --no-hinting \
    --flavor=woff2 --output-file="$to/inter-$1.woff2"
}
make latin "$latin"
make cyrillic "$cyrillic"
