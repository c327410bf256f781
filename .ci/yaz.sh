#!/usr/bin/env bash
# A foreign reader of MARC, yaz-marcdump, reads every byte that the fake exports,
# without a complaint: 1 record, the sample of 25, the 100 named instances and
# 20,000 others, in each release; the members of the ZIP that one job makes of
# 100,500 records, and the one file that the client makes of two jobs.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/serve.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"; kill_server' EXIT
export OKAPI_TENANT=diku OKAPI_USERNAME=diku_admin OKAPI_PASSWORD=admin

# read_whole FILE RECORDS
read_whole() {
  local said records
  said=$(yaz-marcdump -n "$1" 2>&1) || said="exit code $?: $said"
  [ -z "$said" ] || { echo "yaz-marcdump on $1: $said" | head -n 5; return 1; }
  records=$(yaz-marcdump -o line "$1" | grep -c '^001 ')
  [ "$records" = "$2" ] || { echo "$1 has $records records, want $2"; return 1; }
}

uuids() { # N ids that look random, the same each time
  awk -v n="$1" 'function draw(m) { x = (x * 16807) % 2147483647; return x % m }
    BEGIN { x = 112; for (i = 1; i <= n; i++) printf "%08x-%04x-4%03x-a%03x-%06x%06x\n", i, draw(65536), draw(4096), draw(4096), draw(16777216), draw(16777216) }'
}

for release in guide sunflower trillium; do
  serve 127.0.0.1:0 --release "$release" --set duration=200ms
  export OKAPI_URL=$URL
  head -n 1 examples/test.csv > "$folder/one.csv"
  cp examples/test.csv "$folder/sample.csv"
  bin/fauxkapi ids --query 'cql.allRecords=1' > "$folder/named.csv"
  uuids 20000 > "$folder/many.csv"
  for list in one sample named many; do
    bin/fauxkapi export --input "$folder/$list.csv" --output "$folder/$list.mrc" 2>"$folder/log" || { cat "$folder/log"; exit 1; }
    read_whole "$folder/$list.mrc" "$(wc -l < "$folder/$list.csv")"
    echo "yaz-marcdump: $release $list: $(wc -l < "$folder/$list.csv") records, $(wc -c < "$folder/$list.mrc") bytes"
  done
  if [ "$release" = trillium ]; then
    uuids 100500 > "$folder/zip.csv"
    bin/fauxkapi export --batch 0 --input "$folder/zip.csv" --output "$folder/zip.zip" 2>"$folder/log" || { cat "$folder/log"; exit 1; }
    unzip -q "$folder/zip.zip" -d "$folder/members"
    read_whole "$folder/members/zip-5-1.mrc" 100000
    read_whole "$folder/members/zip-5-2.mrc" 500
    echo "yaz-marcdump: $release ZIP of 2 members"
    bin/fauxkapi export --input "$folder/zip.csv" --output "$folder/joined.mrc" 2>"$folder/log" || { cat "$folder/log"; exit 1; }
    read_whole "$folder/joined.mrc" 100500
    echo "yaz-marcdump: $release 2 jobs, joined to one file"
  fi
  stop_serving
done
