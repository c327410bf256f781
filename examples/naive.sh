#!/usr/bin/env bash
# The six steps as the guide tells them, taken literally: the warning example of
# `fauxkapi rehearse`. It waits for SUCCESS, for as long as it takes, and
# believes what it gets. Do not use it.
set -u

folio() { curl -s -H "X-Okapi-Tenant: $OKAPI_TENANT" -H "X-Okapi-Token: $OKAPI_TOKEN" "$@"; }

definition=$(folio -H "Content-Type: application/json" -d '{"fileName": "test.csv"}' \
  "$OKAPI_URL/data-export/file-definitions" | jq -r .id)

job=$(folio -H "Content-Type: application/octet-stream" --data-binary "@$CSV" \
  "$OKAPI_URL/data-export/file-definitions/$definition/upload" | jq -r .jobExecutionId)

folio -H "Content-Type: application/json" \
  -d "{\"fileDefinitionId\": \"$definition\", \"jobProfileId\": \"$JOB_PROFILE\"}" "$OKAPI_URL/data-export/export"

status=
while [ "$status" != SUCCESS ]; do
  sleep "$POLL_INTERVAL"
  state=$(folio -G "$OKAPI_URL/data-export/job-executions" --data-urlencode "query=id==\"$job\"")
  status=$(jq -r '.jobExecutions[0].status' <<< "$state")
done

file=$(jq -r '.jobExecutions[0].exportedFiles[0].fileId' <<< "$state")
link=$(folio "$OKAPI_URL/data-export/job-executions/$job/download/$file" | jq -r .link)
curl -s -o "$OUT" "$link"
