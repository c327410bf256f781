pm.execution.setNextRequest(null);
pm.test("there is a link to the file", () => {
    pm.expect(pm.response.code, `step 6 was refused: ${pm.response.text()}`).to.equal(200);
    const { fileId, link } = pm.response.json();
    pm.expect(fileId).to.equal(pm.environment.get("fileId"));
    pm.expect(link, "the answer has no link").to.match(/^https?:/);
    pm.environment.set("link", link);
    pm.execution.setNextRequest("Download the file");
});
