pm.execution.setNextRequest(null);
pm.test("the export is started", () => {
    pm.expect(pm.response.code, `step 4 was refused: ${pm.response.text()}`).to.equal(204);
    pm.environment.set("polls", 0);
    pm.execution.setNextRequest("5 Ask until the job has ended");
});
