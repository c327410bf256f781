#!/usr/bin/env python3
"""Exports MARC records from FOLIO, in the six steps of Data Export. Needs Python 3.8 or later and nothing else.

From the environment: OKAPI_URL, OKAPI_TENANT, OKAPI_USERNAME, OKAPI_PASSWORD; CSV, the list, one instance UUID a line,
with a name that ends in .csv; OUT, where the file goes; JOB_PROFILE, a name or id (else the default one for
instances); POLL_INTERVAL and TIMEOUT, in seconds (else 5 and 3600).

Exit codes: 0 the file is whole; 3 it is there, and some records are missing in it; 4 the job failed; 5 it has not
ended in time; 6 login or permission refused; 1 anything else. Only with 0 and 3 is there a new file at OUT.
"""
import http.client, json, logging, os, re, shutil, signal, socket, sys, time, urllib.request, zipfile
from urllib.parse import quote

env, token, renewed = os.environ, None, 0.0
interval, timeout = float(env.get("POLL_INTERVAL") or 5), float(env.get("TIMEOUT") or 3600)
# After these nobody knows what became of a request: no answer, half of one, or one that makes no sense.
UNCLEAR = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, zipfile.BadZipFile)
socket.setdefaulttimeout(min(60, timeout))
logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")


def stop(code, text):
    logging.error(text)
    sys.exit(code)


def ended(number, _):
    stop(1, f"ended by {signal.Signals(number).name}")


class AsItIs(urllib.request.HTTPErrorProcessor):  # follows no redirect: it would take the token to another server
    def http_response(self, request, response):
        return response
    https_response = http_response


def send(method, path, body=None):
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    headers = {"X-Okapi-Tenant": env["OKAPI_TENANT"], "Accept": "application/json", "Content-Type": kind}
    headers.update({"X-Okapi-Token": token} if token else {})
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(env["OKAPI_URL"].rstrip("/") + path, data, headers, method=method)
    with urllib.request.build_opener(AsItIs).open(request) as answer:
        if answer.status in (408, 429) or answer.status >= 500:  # a gateway's excuse
            raise ConnectionError(f"the server answered {answer.status}")
        return answer.status, answer.headers, answer.read()


def log_in():
    global token, renewed
    token, renewed = None, time.monotonic()  # an old token would spoil the login
    user = {"username": env["OKAPI_USERNAME"], "password": env["OKAPI_PASSWORD"]}
    status, headers, answer = send("POST", "/authn/login-with-expiry", user)
    if status == 404:  # a FOLIO of before 2023
        status, headers, answer = send("POST", "/authn/login", user)
    if status != 201:  # not tried again: the fifth refusal locks the account
        stop(6, f"the login was refused ({status}): check user, password, tenant and URL")
    cookie = re.search("folioAccessToken=([^;]+)", str(headers.get_all("Set-Cookie")))
    token = cookie[1] if cookie else headers["X-Okapi-Token"] or json.loads(answer)["okapiToken"]


def folio(method, path, body=None, once=False):
    status, _, answer = send(method, path, body)
    if status == 401 and not once:  # the token has expired
        log_in()
        status, _, answer = send(method, path, body)
    if status >= 300:
        said = answer.decode(errors="replace").replace(token, "…")[:200]
        stop(6 if status in (401, 403) else 1, f"{method} {path} was refused ({status}): {said}")
    return json.loads(answer) if answer else None


def wait(deadline, otherwise):
    left = deadline - time.monotonic()
    if left <= 0:
        stop(5, otherwise)
    time.sleep(min(interval, left))


def count(file):  # MARC records: each ends with the byte 1D
    records, last = 0, b"\x1d"
    for chunk in iter(lambda: file.read(1 << 20), b""):
        records, last = records + chunk.count(b"\x1d"), chunk[-1:]
    if last != b"\x1d":
        raise ValueError("the file ends in the middle of a record")
    return records


def export(out, part):
    log_in()
    # 1 The job profile.
    names = [env["JOB_PROFILE"]] if env.get("JOB_PROFILE") else ["Default instances export job profile", "Default job profile"]
    profiles = folio("GET", "/data-export/job-profiles?limit=1000")["jobProfiles"]
    profile = next((p["id"] for p in profiles if p["id"] in names or p["name"] in names), None)
    if not profile:
        stop(1, f"no job profile is {' or '.join(names)}; there are {', '.join(p['name'] for p in profiles)}")
    # 2 Announce the list, 3 upload it. FOLIO of 2022 and 2023 answers before it has stored it.
    definition = folio("POST", "/data-export/file-definitions", {"fileName": os.path.basename(env["CSV"])})
    path = "/data-export/file-definitions/" + quote(definition["id"])
    with open(env["CSV"], "rb") as ids:
        upload = folio("POST", path + "/upload", ids.read())
    job, deadline = upload["jobExecutionId"], time.monotonic() + timeout
    while upload["status"] == "IN_PROGRESS":
        wait(deadline, f"job {job}: its list was not stored within {timeout:g} s")
        upload = folio("GET", path)
    if upload["status"] != "COMPLETED":
        stop(1, f"job {job}: its list is {upload['status']}")
    # 4 Start the export, by one request and never a second, which might start it twice: if the answer is lost, the job
    # tells. As this request is not repeated after a refusal either, its token should be fresh.
    if time.monotonic() - renewed > 60:
        log_in()
    try:
        folio("POST", "/data-export/export", {"fileDefinitionId": definition["id"], "jobProfileId": profile}, once=True)
    except UNCLEAR as trouble:
        logging.warning(f"job {job}: no clear answer ({trouble}); looking whether it was started")
    # 5 Look at the job until it has ended. No trouble on the way is a reason to give it up.
    status, query = "NEW", quote(f'id=="{job}"')
    while status not in ("SUCCESS", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAIL"):
        wait(deadline, f"job {job} is {status} after {timeout:g} s; it may still end: look before you start another")
        try:
            [seen] = folio("GET", f"/data-export/job-executions?query={query}")["jobExecutions"]
            status, progress = seen["status"], seen.get("progress") or {}
        except UNCLEAR as trouble:
            logging.warning(f"job {job}: no clear answer ({trouble}); looking again")
    if status == "FAIL":
        stop(4, f"job {job} failed, with {progress.get('exported', 0)} of {progress.get('total', 0)} exported")
    # 6 The file, by the id that it has now. Its link is signed and takes no token. What does not come whole, or not at
    # all because the link has expired, is fetched again by a new link.
    for _ in range(3):
        try:
            file = seen["exportedFiles"][-1]
            link = folio("GET", f"/data-export/job-executions/{quote(job)}/download/{quote(file['fileId'])}")["link"]
            if not link.startswith(("http://", "https://")):
                raise ValueError("the link leads to no web server")
            with urllib.request.urlopen(link) as answer, open(part, "wb") as saved:
                shutil.copyfileobj(answer, saved)
            with open(part, "rb") as saved:  # a ZIP of several files, if there are more than 100,000 records
                members = zipfile.ZipFile(saved) if file["fileName"].endswith(".zip") else None
                records = sum(map(count, map(members.open, members.namelist()) if members else [saved]))
            if records != progress.get("exported", records):
                raise ValueError(f"{records} records came, but {progress['exported']} were exported")
            break
        except UNCLEAR as trouble:
            logging.warning(f"job {job}: no file: {type(trouble).__name__}: {trouble}")
            time.sleep(interval)
    else:
        stop(1, f"job {job} is {status}, but there is no file of it that is whole")
    os.replace(part, out)
    failed = progress.get("failed")
    if status == "COMPLETED_WITH_ERRORS" or isinstance(failed, int) and failed > 0:
        stop(3, f"job {job} is {status}: {records} records are in {out}, {failed} failed")
    logging.info(f"job {job} is {status}: {records} records are in {out}")


for name in {"SIGTERM", "SIGHUP"} & set(dir(signal)):  # which would leave the file half done
    signal.signal(getattr(signal, name), ended)
try:
    export(env["OUT"], env["OUT"] + ".part")
except UNCLEAR as trouble:
    stop(1, f"not done: {type(trouble).__name__}: {trouble}")
finally:
    if os.path.exists(env["OUT"] + ".part"):
        os.remove(env["OUT"] + ".part")
