// Comes back to this request until the job has ended, at most maxPolls times and pollDelay milliseconds apart.
pm.execution.setNextRequest(null);
const polls = Number(pm.environment.get("polls") || 0) + 1;
pm.environment.set("polls", polls);

let job;
pm.test("the job is found", () => {
    pm.expect(pm.response.code, `step 5 was refused: ${pm.response.text()}`).to.equal(200);
    const answer = pm.response.json();
    // The guide prints the job alone; every real server answers a list.
    job = answer.jobExecutions ? answer.jobExecutions[0] : answer;
    pm.expect(job, `no job has the id ${pm.environment.get("jobExecutionId")}; was it deleted?`).to.be.an("object");
});

if (job) {
    const { exported = 0, failed = 0, total = 0 } = job.progress || {};
    const counts = `${exported} of ${total} exported, ${failed} failed`;
    const state = `${job.status}, ${counts}`;
    if (["SUCCESS", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAIL"].includes(job.status)) {
        pm.test(`the job has ended: ${state}`, () => {
            if (job.status === "FAIL") {
                const hint = Number(total) === 0 ? "; nothing was uploaded: is test.csv in Postman's working directory?" : "";
                pm.expect.fail(`the job failed: ${counts}; there is no file to download${hint}`);
            }
            // Since mod-data-export 5.0 the file has another id at the end than before.
            pm.environment.set("fileId", job.exportedFiles[0].fileId);
            pm.environment.set("exported", exported);
            pm.execution.setNextRequest("6 Get the download link");
        });
    } else if (polls < Number(pm.environment.get("maxPolls"))) {
        console.log(state);
        pm.execution.setNextRequest(pm.info.requestName);
        setTimeout(() => {}, Number(pm.environment.get("pollDelay")));
    } else {
        pm.test("the job ends in time", () => {
            pm.expect.fail(`after ${polls} polls the job has not ended: ${state}; it may be stuck, or maxPolls is too low`);
        });
    }
}
