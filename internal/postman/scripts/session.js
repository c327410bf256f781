// Keeps the tokens: they come as cookies since Poppy, before in a header, in some releases in the body.
const tokens = {};
pm.response.headers.each(({ key, value }) => {
    const cookie = key.toLowerCase() === "set-cookie" && value.match(/^(folio\w+)=([^;]+)/);
    if (cookie) tokens[cookie[1]] = cookie[2];
});
const body = pm.response.code === 201 ? pm.response.json() : {};
const token = tokens.folioAccessToken || pm.response.headers.get("x-okapi-token") || body.okapiToken;
if (token) pm.environment.set("token", token);
if (tokens.folioRefreshToken) pm.environment.set("refreshToken", tokens.folioRefreshToken);
