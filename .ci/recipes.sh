#!/usr/bin/env bash
# The recipes of examples/ in rehearsal: each passes every cell of the scenarios
# that matter most, and, with the job profile left for them to find, of those in
# .ci/recipes, in which the gateway answers wrongly. Needs bin/fauxkapi; on Debian
# it installs what else they need.
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

rehearse() {
  echo "rehearse -- $*"
  bin/fauxkapi rehearse -- "$@"
  bin/fauxkapi rehearse --scenarios "$(printf '%s,' .ci/recipes/*.yaml)" -- env -u JOB_PROFILE "$@"
}
rehearse examples/export.sh
rehearse python3 examples/export.py
rehearse node examples/export.mjs
