#!/usr/bin/env node
// Exports MARC records from FOLIO, in the six steps of Data Export. Needs Node 18 or later and nothing else.
//
// From the environment: OKAPI_URL, OKAPI_TENANT, OKAPI_USERNAME, OKAPI_PASSWORD; CSV, the list, one instance UUID a line,
// with a name that ends in .csv; OUT, where the file goes; JOB_PROFILE, a name or id (else the default one for
// instances); POLL_INTERVAL and TIMEOUT, in seconds (else 5 and 3600).
//
// Exit codes: 0 the file is whole; 3 it is there, and some records are missing in it; 4 the job failed; 5 it has not
// ended in time; 6 login or permission refused; 1 anything else. Only with 0 and 3 is there a new file at OUT.
import { createReadStream, rmSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const env = process.env;
const interval = Number(env.POLL_INTERVAL || 5) * 1000;
const timeout = Number(env.TIMEOUT || 3600) * 1000;
const patience = Math.min(60_000, timeout); // with a server that is silent
const part = env.OUT + ".part";
let token, renewed, job;

const say = (text) => console.error(`${new Date().toISOString()} ${job ? `job ${job}: ` : ""}${text}`);
const why = (trouble) => trouble.cause?.message ?? trouble.message;

function stop(code, text) {
  say(text);
  rmSync(part, { force: true });
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(1, `ended by ${signal}`));

// send throws when nobody knows whether the request was carried out: no answer, half of one, or a gateway's excuse.
async function send(method, path, body) {
  const kind = body instanceof Uint8Array ? "application/octet-stream" : "application/json";
  const answer = await fetch(env.OKAPI_URL.replace(/\/$/, "") + path, {
    method,
    headers: { "X-Okapi-Tenant": env.OKAPI_TENANT, "Content-Type": kind, ...(token && { "X-Okapi-Token": token }) },
    body: body instanceof Uint8Array ? body : JSON.stringify(body),
    redirect: "manual", // it would take the token to another server
    signal: AbortSignal.timeout(patience),
  });
  if ([408, 429].includes(answer.status) || answer.status >= 500) throw new Error(`the server answered ${answer.status}`);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function logIn() {
  token = undefined; // an old one would spoil the login
  renewed = performance.now();
  const user = { username: env.OKAPI_USERNAME, password: env.OKAPI_PASSWORD };
  let answer = await send("POST", "/authn/login-with-expiry", user);
  if (answer.status === 404) answer = await send("POST", "/authn/login", user); // a FOLIO of before 2023
  // Not tried again: the fifth refusal locks the account.
  if (answer.status !== 201) stop(6, `the login was refused (${answer.status}): check user, password, tenant and URL`);
  const cookie = /folioAccessToken=([^;]+)/.exec(answer.headers.get("set-cookie"));
  token = cookie?.[1] ?? answer.headers.get("x-okapi-token") ?? parse(answer.text).okapiToken;
}

async function folio(method, path, body, { once = false } = {}) {
  let { status, text } = await send(method, path, body);
  if (status === 401 && !once) {
    await logIn(); // the token had expired
    ({ status, text } = await send(method, path, body));
  }
  const said = `${method} ${path} was refused (${status}): ${text.replaceAll(token, "…").slice(0, 200)}`;
  if (status >= 300) stop([401, 403].includes(status) ? 6 : 1, said);
  return text && parse(text);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("an answer that is not JSON");
  }
}

async function wait(deadline, what) {
  const left = deadline - performance.now();
  if (left <= 0) stop(5, `${what} after ${timeout / 1000} s; it may still end: look before you start another`);
  await sleep(Math.min(interval, left));
}

// download saves what a link leads to, and returns how long it says that is. However long it takes, the store may not
// fall silent.
async function download(link) {
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(new Error("the store has fallen silent")), patience);
  try {
    const answer = await fetch(link, { headers: { "Accept-Encoding": "identity" }, signal: silence.signal });
    if (answer.status !== 200) throw new Error(`the store answered ${answer.status}`);
    await writeFile(part, heard(answer.body, watch));
    return answer.headers.get("content-length");
  } finally {
    clearTimeout(watch);
  }
}

async function* heard(body, watch) {
  for await (const chunk of body) {
    watch.refresh();
    yield chunk;
  }
}

// check throws unless a file is whole. A record of MARC ends with the byte 1D. Node cannot look into a ZIP, into which
// more than 100,000 records go, but sees that its end is there.
async function check(name, length, exported) {
  let [bytes, records, tail] = [0, 0, Buffer.alloc(0)];
  for await (const chunk of createReadStream(part)) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 0x1d) records++;
    tail = Buffer.concat([tail, chunk]).subarray(-22);
  }
  if (length !== null && bytes !== Number(length)) throw new Error(`${bytes} of ${length} bytes came`);
  if (name.endsWith(".zip")) {
    if (tail.toString("latin1", 0, 4) !== "PK\x05\x06") throw new Error("the ZIP has lost its end");
    return "all";
  }
  if (tail.at(-1) !== 0x1d) throw new Error("the file ends in the middle of a record");
  if (records !== (exported ?? records)) throw new Error(`${records} records came, but ${exported} were exported`);
  return records;
}

async function main() {
  await logIn();
  // 1 The job profile.
  const names = env.JOB_PROFILE ? [env.JOB_PROFILE] : ["Default instances export job profile", "Default job profile"];
  const { jobProfiles } = await folio("GET", "/data-export/job-profiles?limit=1000");
  const profile = jobProfiles.find(({ id, name }) => names.includes(id) || names.includes(name));
  if (!profile) stop(1, `no job profile is ${names.join(" or ")}; there are ${jobProfiles.map((p) => p.name).join(", ")}`);

  // 2 Announce the list, 3 upload it. FOLIO of 2022 and 2023 answers before it has stored it.
  const { id } = await folio("POST", "/data-export/file-definitions", { fileName: basename(env.CSV) });
  const definition = `/data-export/file-definitions/${encodeURIComponent(id)}`;
  let upload = await folio("POST", `${definition}/upload`, await readFile(env.CSV));
  job = upload.jobExecutionId;
  const deadline = performance.now() + timeout;
  while (upload.status === "IN_PROGRESS") {
    await wait(deadline, "its list is not stored");
    upload = await folio("GET", definition);
  }
  if (upload.status !== "COMPLETED") stop(1, `its list is ${upload.status}`);

  // 4 Start the export, by one request and never a second, which might start it twice: if the answer is lost, the job
  // tells. As this request is not repeated after a refusal either, its token should be fresh.
  if (performance.now() - renewed > 60_000) await logIn();
  await folio("POST", "/data-export/export", { fileDefinitionId: id, jobProfileId: profile.id }, { once: true })
    .catch((trouble) => say(`no clear answer (${why(trouble)}); looking whether it was started`));

  // 5 Look at the job until it has ended. No trouble on the way is a reason to give it up.
  let seen = { status: "NEW" };
  const query = encodeURIComponent(`id=="${job}"`);
  while (!["SUCCESS", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAIL"].includes(seen.status)) {
    await wait(deadline, `it is ${seen.status}`);
    try {
      const { jobExecutions } = await folio("GET", `/data-export/job-executions?query=${query}`);
      if (!jobExecutions[0]?.status) throw new Error("the server does not know it");
      seen = jobExecutions[0];
    } catch (trouble) {
      say(`no clear answer (${why(trouble)}); looking again`);
    }
  }
  const { status, progress } = seen;
  if (status === "FAIL") stop(4, `it failed: ${JSON.stringify(progress)}`);

  // 6 The file, by the id that it has now, through a link that is signed and takes no token. What does not come whole, or
  // not at all because the link has expired, is fetched again by a new link.
  const file = seen.exportedFiles?.at(-1);
  if (!file?.fileId) stop(1, `it is ${status}, and has no file`);
  let records;
  for (let attempt = 1; records === undefined; attempt++) {
    try {
      const { link } = await folio("GET", `/data-export/job-executions/${job}/download/${encodeURIComponent(file.fileId)}`);
      if (!/^https?:/.test(link)) throw new Error("the link leads to no web server");
      records = await check(file.fileName, await download(link), progress?.exported);
    } catch (trouble) {
      say(why(trouble));
      if (attempt === 3) stop(1, `it is ${status}, but there is no file of it that is whole`);
      await sleep(interval);
    }
  }
  await rename(part, env.OUT);
  if (status === "COMPLETED_WITH_ERRORS" || progress?.failed > 0) {
    stop(3, `it is ${status}: ${records} records are in ${env.OUT}, ${progress?.failed} failed`);
  }
  say(`it is ${status}: ${records} records are in ${env.OUT}`);
}

await main().catch((trouble) => stop(1, `not done: ${why(trouble)}`));
