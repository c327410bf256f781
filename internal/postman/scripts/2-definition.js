pm.execution.setNextRequest(null);
pm.test("the file is announced", () => {
    pm.expect(pm.response.code, `step 2 was refused: ${pm.response.text()}`).to.equal(201);
    const definition = pm.response.json();
    pm.expect(definition.status).to.equal("NEW");
    pm.environment.set("fileDefinitionId", definition.id);
    pm.execution.setNextRequest("3 Upload the file");
});
