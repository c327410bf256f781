package mockserver

import (
	"path"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/folio"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
	"github.com/fauxkapi/fauxkapi/mockserver/internal/sim"
)

// tokens signs and reads access tokens. They are real JWTs (HS256, also where
// Keycloak would use RS256); all that is needed to judge one is inside it.
type tokens struct {
	rules *release.Release
	dice  sim.Dice
	key   [32]byte
	seen  *memo[string, claims] // verified signatures
}

// maxSeen bounds the tokens whose signature is remembered.
const maxSeen = 1024

// claims is what a token says.
type claims struct {
	Tenant  string
	UserID  uuid.UUID
	Expires time.Time // zero: never
}

func newTokens(rules *release.Release, dice sim.Dice) *tokens {
	return &tokens{rules: rules, dice: dice, key: dice.Bytes("key", 0), seen: newMemo[string, claims](maxSeen)}
}

// access signs an access token; life 0 never expires, as the tokens of the old
// login.
func (t *tokens) access(tenant string, user folio.User, now time.Time, life time.Duration) (string, error) {
	body := jwt.MapClaims{
		"type":    "access",
		"sub":     user.Username,
		"user_id": user.ID.String(),
		"tenant":  tenant,
		"iat":     now.Unix(),
	}
	if life > 0 {
		body["exp"] = now.Add(life).Unix()
	} else {
		body["type"] = "legacy-access"
	}
	if t.rules.Login.Issuer {
		delete(body, "tenant")
		body["iss"] = "http://keycloak:8080/realms/" + tenant
		body["sub"] = user.ID.String()
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, body).SignedString(t.key[:])
}

// verify returns what a token says if it is ours and has not expired: whole
// seconds, no leeway.
func (t *tokens) verify(token string, now time.Time) (claims, error) {
	said, ok := t.seen.get(token)
	if !ok {
		var err error
		if said, err = t.read(token); err != nil {
			return claims{}, release.Refuse(release.BadToken)
		}
		t.seen.put(token, said)
	}
	if !said.Expires.IsZero() && now.Unix() > said.Expires.Unix() {
		return claims{}, release.Refuse(release.BadToken)
	}
	return said, nil
}

func (t *tokens) read(token string) (claims, error) {
	var body struct {
		Tenant string    `json:"tenant"`
		UserID uuid.UUID `json:"user_id"`
		jwt.RegisteredClaims
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithoutClaimsValidation())
	if _, err := parser.ParseWithClaims(token, &body, func(*jwt.Token) (any, error) { return t.key[:], nil }); err != nil {
		return claims{}, err
	}
	said := claims{Tenant: body.Tenant, UserID: body.UserID}
	if t.rules.Login.Issuer {
		said.Tenant = path.Base(body.Issuer)
	}
	if body.ExpiresAt != nil {
		said.Expires = body.ExpiresAt.Time
	}
	return said, nil
}
