#!/usr/bin/env bash
# Exports MARC records from FOLIO, in the six steps of Data Export. Needs bash, curl, jq and unzip.
#
# From the environment: OKAPI_URL, OKAPI_TENANT, OKAPI_USERNAME, OKAPI_PASSWORD; CSV, the list, one instance UUID a line,
# with a name that ends in .csv; OUT, where the file goes; JOB_PROFILE, a name or id (else the default one for
# instances); POLL_INTERVAL and TIMEOUT, in seconds (else 5 and 3600).
#
# Exit codes: 0 the file is whole; 3 it is there, and some records are missing in it; 4 the job failed; 5 it has not
# ended in time; 6 login or permission refused; 1 anything else. Only with 0 and 3 is there a new file at OUT.
set -euo pipefail
api=${OKAPI_URL%/}/data-export interval=${POLL_INTERVAL:-5} timeout=${TIMEOUT:-3600} part=$OUT.part job='' token=''
timeout=${timeout%.*} # whole seconds
work=$(mktemp -d) # for answers, and for the token, which is shown on no command line
trap 'rm -rf "$work" "$part"' EXIT

say() { echo "$(date -u +%FT%TZ) ${job:+job $job: }$*" >&2; }
stop() { say "$2"; exit "$1"; }
failed() { stop 1 "could not $doing (${status:-})"; }
answer() { jq -er "$1" "$work/answer" 2> /dev/null; }
for tool in curl jq unzip; do command -v $tool > /dev/null || stop 1 "please install $tool"; done

# send ARGUMENTS OF CURL: status is 000 if no answer came, or half of one. No redirect is followed, as it would take the
# token to another server.
patiently() { curl -sS --globoff --connect-timeout 20 --speed-limit 1 --speed-time $((timeout < 60 ? timeout : 60)) -w '%{http_code}' "$@"; }
send() {
  : > "$work/answer"
  status=$(patiently -o "$work/answer" -D "$work/head" -H "X-Okapi-Tenant: $OKAPI_TENANT" "$@") || status=000
}
unclear() { [[ $status =~ ^(000|408|429|5..)$ ]]; } # nobody knows whether the request was carried out

log_in() {
  for way in login-with-expiry login; do # FOLIO of before 2023 has only the second
    send -H "Content-Type: application/json" "${OKAPI_URL%/}/authn/$way" \
      --data-binary @<(jq -n '{username: env.OKAPI_USERNAME, password: env.OKAPI_PASSWORD}')
    [ "$status" = 404 ] || break
  done
  unclear && return 1
  # Not tried again: the fifth refusal locks the account.
  [ "$status" = 201 ] || stop 6 "the login was refused ($status): check user, password, tenant and URL"
  token=$(tr -d '\r' < "$work/head" | sed -n 's/^[Ss]et-[Cc]ookie: folioAccessToken=\([^;]*\).*/\1/p; s/^[Xx]-[Oo]kapi-[Tt]oken: //p' | tail -n 1)
  [ -n "$token" ] || token=$(answer .okapiToken) || return 1
  echo "X-Okapi-Token: $token" > "$work/token"
  renewed=$SECONDS
}

# understood: 1 if the answer is unclear; one that refuses is the end.
understood() {
  unclear && return 1
  [[ $status == 2* ]] && return
  local said code=1
  said=$(head -c 5000 "$work/answer" | LC_ALL=C tr -cd '[:print:]')
  said=${said//"$token"/…}
  [[ $status == 40[13] ]] && code=6
  stop $code "could not $doing, because it was refused ($status): ${said:0:200}"
}

folio() {
  send -H "@$work/token" "$@"
  if [ "$status" = 401 ]; then log_in && send -H "@$work/token" "$@"; fi # the token had expired
  understood
}

pause() {
  [ $SECONDS -lt $deadline ] || stop 5 "$1 after $timeout s; it may still end: look before you start another"
  sleep "$interval"
}

doing="log in"
log_in || failed

# 1 The job profile.
doing="find the job profile ${JOB_PROFILE:-for instances}"
folio -G "$api/job-profiles" -d limit=1000 || failed
# shellcheck disable=SC2016 # $wanted is one of jq
profile=$(answer '(env.JOB_PROFILE // "") as $wanted | first(.jobProfiles[] | select(
  if $wanted == "" then .name == "Default instances export job profile" or .name == "Default job profile"
  else .name == $wanted or .id == $wanted end) | .id)') || failed

# 2 Announce the list, 3 upload it. FOLIO of 2022 and 2023 answers before it has stored it.
doing="announce and upload the list"
folio -H "Content-Type: application/json" -d "$(basename "$CSV" | jq -R '{fileName: .}')" "$api/file-definitions" || failed
definition=$(answer '.id | strings | @uri') || failed
folio -H "Content-Type: application/octet-stream" --data-binary "@$CSV" "$api/file-definitions/$definition/upload" || failed
job=$(answer '.jobExecutionId | strings | @uri') || failed
deadline=$((SECONDS + timeout))
while [ "$(answer .status)" = IN_PROGRESS ]; do
  pause "its list is not stored"
  folio "$api/file-definitions/$definition" || failed
done
[ "$(answer .status)" = COMPLETED ] || failed

# 4 Start the export, by one request and never a second, which might start it twice: if the answer is lost, the job tells.
# As this request is not repeated after a refusal either, its token should be fresh.
doing="start the export"
[ $((SECONDS - renewed)) -lt 60 ] || log_in || failed
send -H "@$work/token" -H "Content-Type: application/json" "$api/export" \
  -d "$(jq -n --arg d "$definition" --arg p "$profile" '{fileDefinitionId: $d, jobProfileId: $p}')"
understood || say "no clear answer ($status); looking whether it was started"

# 5 Look at the job until it has ended. No trouble on the way is a reason to give it up.
doing="look at the job" state=NEW
until [[ $state =~ ^(SUCCESS|COMPLETED|COMPLETED_WITH_ERRORS|FAIL)$ ]]; do
  pause "it is $state"
  if folio -G "$api/job-executions" --data-urlencode "query=id==\"$job\"" && answer '.jobExecutions[0]' > "$work/job"; then
    state=$(jq -r .status "$work/job")
  else
    say "no clear answer ($status); looking again"
  fi
done
[ "$state" != FAIL ] || stop 4 "it failed: $(jq -c .progress "$work/job")"

# 6 The file, by the id that it has now, through a link that is signed and takes no token. What does not come whole, or
# not at all because the link has expired, is fetched again by a new link.
doing="get the file of a job that is $state"
content() { # of a ZIP, if there are more than 100,000 records
  case $(jq -r '.exportedFiles[-1].fileName' "$work/job") in *.zip) unzip -p "$part" ;; *) cat "$part" ;; esac
}
fetch() {
  rm -f "$part"
  folio "$api/job-executions/$job/download/$file" || return 1
  link=$(answer '.link | select(test("^https?://"))') || return 1
  status=$(patiently -o "$part" "$link") || return 1
  [ "$status" = 200 ] || return 1
  # Each MARC record ends with the byte 1D, which tr calls 035.
  records=$(content | LC_ALL=C tr -cd '\035' | wc -c) || return 1
  [ "$(content | tail -c 1 | LC_ALL=C tr -d '\035' | wc -c)" -eq 0 ] || return 1
  [ "$records" -eq "$(jq --argjson n "$records" '.progress.exported // $n' "$work/job")" ]
}
file=$(jq -er '.exportedFiles[-1].fileId | strings | @uri' "$work/job") || failed
for attempt in 1 2 3; do
  fetch && break
  [ $attempt -lt 3 ] || failed
  sleep "$interval"
done
mv "$part" "$OUT"
if [ "$state" = COMPLETED_WITH_ERRORS ] || jq -e '(.progress.failed | numbers) > 0' "$work/job" > /dev/null; then
  stop 3 "it is $state: $((records)) records are in $OUT, $(jq .progress.failed "$work/job") failed"
fi
say "it is $state: $((records)) records are in $OUT"
