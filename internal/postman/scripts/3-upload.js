pm.execution.setNextRequest(null);
pm.test("the file is uploaded", () => {
    pm.expect(pm.response.code, `step 3 was refused: ${pm.response.text()}`).to.equal(200);
    const definition = pm.response.json();
    // mod-data-export 4.4 to 4.8 answers before it has stored the file.
    pm.expect(definition.status).to.be.oneOf(["COMPLETED", "IN_PROGRESS"]);
    pm.expect(definition.jobExecutionId, "the answer names no job").to.be.a("string");
    pm.environment.set("jobExecutionId", definition.jobExecutionId);
    pm.execution.setNextRequest("4 Start the export");
});
