#!/usr/bin/env bash
# Programs in rehearsal, as users start it: our own export passes every cell of
# every scenario, with the pauses and limits that are the default.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The flags are those that the rehearsal asks a program to honour.
cat > "$folder/export.sh" <<'SCRIPT'
#!/bin/sh
exec bin/fauxkapi export --input "$CSV" --output "$OUT" --batch 0 --profile "$JOB_PROFILE" --timeout "${TIMEOUT}s" --poll-interval "${POLL_INTERVAL}s"
SCRIPT
chmod +x "$folder/export.sh"
bin/fauxkapi rehearse --scenarios all --junit "$folder/report.xml" -- "$folder/export.sh" | tail -n 1
