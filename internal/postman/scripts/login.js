if (pm.response.code === 404) {
    // Before Poppy there is only the old login, which is the next request.
    pm.execution.setNextRequest("Log in, before Poppy");
} else {
    pm.execution.setNextRequest(null);
    pm.test("the login gives a token", () => {
        pm.expect(pm.response.code, `the login was refused: ${pm.response.text()}`).to.equal(201);
        pm.expect(token, "neither cookie nor header nor body has a token").to.be.a("string");
        pm.execution.setNextRequest("Collect ids");
    });
}
