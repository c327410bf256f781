pm.execution.setNextRequest(null);
pm.test("there is a job profile for the export", () => {
    pm.expect(pm.response.code, `step 1 was refused: ${pm.response.text()}`).to.equal(200);
    const profiles = pm.response.json().jobProfiles;
    const wanted = pm.environment.get("jobProfile");
    // The default profile for instances has had several names and always this id.
    const usual = "6f7f3cd7-9f24-42eb-ae91-91af1cd54d0a";
    const chosen = !wanted && profiles.length === 1
        ? profiles[0]
        : profiles.find(({ id, name }) => id === (wanted || usual) || name === wanted);
    const names = profiles.map(({ name }) => name).join(", ");
    pm.expect(chosen, `no job profile ${wanted || usual}; set jobProfile to one of: ${names}`).to.be.an("object");
    pm.environment.set("jobProfileId", chosen.id);
    pm.execution.setNextRequest("2 Announce the file");
});
