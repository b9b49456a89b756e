#!/usr/bin/env bash
# The window from end to end: under Xvfb, with keys and the mouse of xdotool. Exit status 77: what it needs is missing.
# usage: under_x.sh LAYERLAB FILE.lab
set -euo pipefail
for tool in Xvfb xdotool import convert; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool here"; exit 77; }
done
program=$1 file=$2
dir=$(mktemp -d)
x= viewer=
clean() {
    [ -z "$viewer" ] || kill "$viewer" 2>/dev/null || true
    [ -z "$x" ] || kill "$x" 2>/dev/null || true
    rm -rf "$dir"
}
trap clean EXIT

mkfifo "$dir/display"
Xvfb -displayfd 3 -screen 0 1440x900x24 +extension GLX >"$dir/x.log" 2>&1 3>"$dir/display" &
x=$!
read -r number <"$dir/display"
export DISPLAY=:$number
LIBGL_ALWAYS_SOFTWARE=1 "$program" view "$file" >"$dir/viewer.log" 2>&1 &
viewer=$!

window=
for _ in $(seq 200); do
    kill -0 "$viewer" 2>/dev/null || { cat "$dir/viewer.log"; exit 1; }
    window=$(xdotool search --name '^LayerLab' 2>/dev/null | head -n 1) && [ -n "$window" ] && break
    sleep 0.2
done
[ -n "$window" ] || { echo "no window"; exit 1; }

failed=0
look() { import -window root "$dir/$1.png"; }
key() { xdotool keydown "$1"; sleep 0.3; xdotool keyup "$1"; sleep 0.3; }
brightness() { convert "$dir/$1.png" -crop 1x1+1400+880 -colorspace Gray -format '%[fx:int(100*mean)]' info:; }
expect() { if "${@:2}"; then echo "ok: $1"; else echo "FAILED: $1"; failed=1; fi; }
differ() { ! cmp -s "$dir/$1.png" "$dir/$2.png"; }
is_dark() { [ "$(brightness "$1")" -lt 30 ]; }
is_light() { [ "$(brightness "$1")" -gt 70 ]; }

for _ in $(seq 50); do  # until something is drawn
    look start
    [ "$(convert "$dir/start.png" -unique-colors -format %w info:)" -gt 50 ] && break
    sleep 0.2
done
expect "the window begins in the dark theme" is_dark start
key period; key period; look stepped
expect "steps change the picture" differ start stepped
key d; look light
expect "d changes the theme" is_light light
xdotool mousemove 300 600; sleep 0.2
xdotool mousedown 1; sleep 0.3; xdotool mouseup 1; sleep 0.4; look clicked
expect "a click in the list selects a row" differ light clicked
key slash; xdotool type --delay 120 'arp'; sleep 0.4; look filtered
expect "a filter changes the list" differ clicked filtered
key Escape
xdotool keydown ctrl; sleep 0.1; xdotool keydown q; sleep 0.4; xdotool keyup q; xdotool keyup ctrl
status=0
for _ in $(seq 50); do kill -0 "$viewer" 2>/dev/null || break; sleep 0.1; done
expect "Ctrl-Q closes the window" bash -c "! kill -0 $viewer 2>/dev/null"
wait "$viewer" || status=$?
viewer=
expect "it ends with status 0" [ "$status" -eq 0 ]
exit "$failed"
