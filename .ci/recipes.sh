#!/usr/bin/env bash
# The recipes of examples/ in rehearsal: each passes every cell of the scenarios
# that matter most, and of those in .ci/recipes, in which the gateway answers
# wrongly. It finds the job profile by itself there, and is told it in one cell
# more. Needs bin/fauxkapi; on Debian it installs what else they need.
#
# Most of the time they wait, so many run at once. A job that never ends is given
# up after ten seconds, with pauses that leave the machine to the others; where all
# ends well there are short pauses, and no hurry on a busy machine.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in python3:python3 node:nodejs jq:jq curl:curl unzip:unzip; do
  command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

mapfile -t core < <(grep -l '^labels: .*core' scenarios/*.yaml)
endless=$(grep -l 'outcome: timeout' "${core[@]}" | paste -sd,)
ending=$(grep -L 'outcome: timeout' "${core[@]}" .ci/recipes/*.yaml | paste -sd,)

rehearse() {
  echo "rehearse -- $*"
  bin/fauxkapi rehearse --parallel 16 --timeout 10s --poll-interval 2s --scenarios "$endless" -- env -u JOB_PROFILE "$@"
  bin/fauxkapi rehearse --limit 2m --timeout 100s --poll-interval 200ms --scenarios "$ending" -- env -u JOB_PROFILE "$@"
  bin/fauxkapi rehearse --poll-interval 200ms --scenarios ok --release trillium -- "$@" | tail -n 1
}
rehearse examples/export.sh
rehearse python3 examples/export.py
rehearse node examples/export.mjs
