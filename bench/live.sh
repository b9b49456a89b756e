#!/usr/bin/env bash
# Captures a blast of 200 000 frames a second of 200 bytes for five seconds over a pair of interfaces in a network namespace
# of its own, and says whether counters and file agree that none was lost; then replays 10 000 frames of two seconds at
# their own times and says by how much these were missed. Needs the right to make such a namespace.
#   bench/live.sh [PROGRAM]
set -euo pipefail
program=$(realpath "${1:-build/release/layerlab}")
if [ "${LAYERLAB_INSIDE:-}" != yes ]; then exec env LAYERLAB_INSIDE=yes unshare -n "$0" "$program"; fi
ip link add va type veth peer name vb
for i in va vb; do ip link set "$i" addrgenmode none; ip link set "$i" up; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 - "$dir/in.pcap" <<'P'
import struct, sys
with open(sys.argv[1], 'wb') as out:
    out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for i in range(10000):
        frame = (b'\xff' * 6 + bytes([2, 0, 0, 0, 0, 1, 0x88, 0xb5]) + struct.pack('>I', i)).ljust(200, b'\0')
        out.write(struct.pack('<IIII', 1700000000 + i // 5000, i % 5000 * 200, len(frame), len(frame)) + frame)
P
"$program" capture -i vb -w "$dir/out.pcapng" 2>"$dir/err" &
capture=$!
until grep -q capturing "$dir/err"; do sleep 0.05; done
"$program" replay "$dir/in.pcap" -i va --pps 200000 --loop 100
kill -INT "$capture"
wait "$capture"
cat "$dir/err"
echo "$("$program" dissect "$dir/out.pcapng" | wc -l) frames in the file of $(stat -c %s "$dir/out.pcapng") bytes"
"$program" replay "$dir/in.pcap" -i va
