pm.execution.setNextRequest(null);
const exported = Number(pm.environment.get("exported"));
pm.test(`the file is downloaded: ${exported} records`, () => {
    pm.expect(pm.response.code, `the download was refused: ${pm.response.text()}`).to.equal(200);
    if (pm.request.url.getPath().endsWith(".mrc")) {
        // The byte 1D ends a MARC record and stands nowhere else; a large export is a zip archive.
        pm.expect(pm.response.text().split("\x1d").length - 1, "records in the file").to.equal(exported);
    }
});
