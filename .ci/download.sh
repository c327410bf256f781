#!/usr/bin/env bash
# What a download by fauxkapi costs beside curl of the same file: 1,000,000
# records from a fake on this machine, by turns, the median of each and their
# ratio; and how much memory each, and the whole export with its list, has resident
# at most. Only fauxkapi checks what it gets, and has it on the disk at the end.
# The goals: at most 1.1 times as long, under 64 MB. Needs GNU time, curl and jq.
#
# fauxkapi goes on with a job that has ended, so that little but the download is
# left of an export. It is that of the million ids, put in the place of one that
# was for a single id: reading a long list is no part of a download.
#
# To be read on a quiet machine: where a third process works on two cores, who
# checks is slower than who does not. The load average before tells.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/serve.sh
rounds=${ROUNDS:-7} records=${RECORDS:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"; kill_server' EXIT
for tool in curl jq; do command -v $tool >/dev/null || { echo "please install $tool"; exit 1; }; done
/usr/bin/time --version >/dev/null 2>&1 || { echo "please install GNU time as /usr/bin/time"; exit 1; }
export OKAPI_TENANT=diku OKAPI_USERNAME=diku_admin OKAPI_PASSWORD=admin

uuids() { # N ids, of which no two are equal
  awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%08x-7aa1-4dd2-8ee3-%012x\n", (i * 40503) % 4294967296, i }'
}

# measure NAME COMMAND…: adds the seconds that it takes, and the most KB that it has
# resident, to a file. What was written before is on the disk when it begins.
measure() {
  sync -f "$folder"
  /usr/bin/time -a -o "$folder/$1.cost" -f '%e %M' "${@:2}" 2>"$folder/log" || { cat "$folder/log"; exit 1; }
}

median() { cut -d ' ' -f 1 "$folder/$1.cost" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
most() { cut -d ' ' -f 2 "$folder/$1.cost" | sort -n | awk 'END { printf "%.0f MB", $1 / 1024 }'; }

echo "load average before: $(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo unknown)"
serve 127.0.0.1:0 --release guide --set duration=500ms
export OKAPI_URL=$URL
uuids "$records" >"$folder/list.csv"
uuids 1 >"$folder/one.csv"
export_one=(bin/fauxkapi export --quiet --input "$folder/one.csv" --output "$folder/one.mrc" --poll-interval 1ms)

# The whole export, in one job and in batches.
measure whole bin/fauxkapi export --quiet --batch 0 --json --input "$folder/list.csv" --output "$folder/whole.mrc" >"$folder/result"
measure batches bin/fauxkapi export --quiet --input "$folder/list.csv" --output "$folder/batches.mrc"
cmp "$folder/whole.mrc" "$folder/batches.mrc"
rm "$folder/batches.mrc"
echo "export of $records ids: $(most whole) resident in one job, $(most batches) in batches"

# The download.
job=$(jq -r .jobExecutionId "$folder/result") file=$(jq -r '.files[0].fileId' "$folder/result")
"${export_one[@]}" --timeout 1ms 2>/dev/null && { echo "the small job has ended too early"; exit 1; }
jq -c --arg job "$job" '.batches[0].jobExecutionId = $job' "$folder/one.mrc.state.json" >"$folder/state.json"
curl -fsS -D "$folder/head" -o /dev/null -H "X-Okapi-Tenant: $OKAPI_TENANT" -H 'Content-Type: application/json' \
  --data '{"username":"diku_admin","password":"admin"}' "$URL/authn/login"
link=$(tr -d '\r' <"$folder/head" | sed -n 's/^x-okapi-token:/X-Okapi-Token:/Ip' |
  curl -fsS -H @- -H "X-Okapi-Tenant: $OKAPI_TENANT" -H 'Accept: application/json' "$URL/data-export/job-executions/$job/download/$file" | jq -r .link)
for _ in $(seq "$rounds"); do
  rm -f "$folder/curl.mrc" "$folder/one.mrc"
  measure curl curl -fsS -o "$folder/curl.mrc" "$link"
  cp "$folder/state.json" "$folder/one.mrc.state.json"
  measure fauxkapi "${export_one[@]}" --resume
done
cmp "$folder/whole.mrc" "$folder/curl.mrc"
cmp "$folder/whole.mrc" "$folder/one.mrc"
stop_serving
ours=$(median fauxkapi) theirs=$(median curl)
echo "download of $records records: fauxkapi $ours s, $(most fauxkapi) resident; curl $theirs s, $(most curl); ratio $(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')"
