package folio

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// User is somebody who may log in.
type User struct {
	ID                  uuid.UUID
	Username, Password  string
	FirstName, LastName string
	permissions         []string // nil: all of them
}

// May reports whether the user holds a permission; everybody holds "".
func (u User) May(permission string) bool {
	return permission == "" || u.permissions == nil || slices.Contains(u.permissions, permission)
}

// The administrator's id and name are those that the guide prints.
func seedUsers() []User {
	look := []string{
		"data-export.job-profiles.collection.get",
		"data-export.job-executions.collection.get",
		"data-export.job-executions.items.get",
		"data-export.job-executions.items.download.get",
	}
	export := append(slices.Clone(look),
		"data-export.file-definitions.item.post",
		"data-export.file-definitions.upload.post",
		"data-export.export.post",
	)
	return []User{
		{ID: uuid.MustParse("873bbfa4-7f40-4bd0-aa27-027494a4b5e9"), Username: "diku_admin", Password: "admin", FirstName: "admin", LastName: "admin"},
		{ID: uuid.MustParse("3a0b1f0c-6d7e-4a54-9f63-0b6f1f2f7c11"), Username: "exporter", Password: "exporter", FirstName: "Nightly", LastName: "Export", permissions: export},
		{ID: uuid.MustParse("c7d1c9be-51fb-4d5e-8a0e-65b8a6f5e2d4"), Username: "viewer", Password: "viewer", FirstName: "Only", LastName: "Looking", permissions: append(slices.Clone(look), "data-export.logs.collection.get")},
	}
}

// Users returns everybody who may log in, the administrator first.
func (w *World) Users() []User { return slices.Clone(w.users) }

// User returns the user of an id.
func (w *World) User(id uuid.UUID) (User, bool) {
	i := slices.IndexFunc(w.users, func(u User) bool { return u.ID == id })
	if i < 0 {
		return User{}, false
	}
	return w.users[i], true
}

// CheckPassword returns the user who is named by username or, if that is empty,
// by id, provided that the password is right.
func (w *World) CheckPassword(username, id, password string) (User, error) {
	i := slices.IndexFunc(w.users, func(u User) bool {
		return u.Username == username || username == "" && u.ID.String() == id
	})
	switch {
	case i < 0:
		return User{}, release.Refuse(release.UnknownUser, "username", username)
	case w.users[i].Password != password:
		return User{}, release.Refuse(release.WrongPassword, "username", username)
	}
	return w.users[i], nil
}

// session is a refresh token that was given out.
type session struct {
	user    uuid.UUID
	expires time.Time
	spent   bool // used, or revoked
	used    bool
}

// maxSessions bounds the refresh tokens that are remembered; the oldest go first,
// as if they had expired.
const maxSessions = 10_000

// OpenSession remembers a refresh token, and forgets those that have expired.
// They expire in the order in which they were given out.
func (w *World) OpenSession(user uuid.UUID, refreshToken string, expires time.Time) {
	for len(w.opened) > 0 && (len(w.opened) >= maxSessions || !w.now.Before(w.sessions[w.opened[0]].expires)) {
		delete(w.sessions, w.opened[0])
		w.opened = w.opened[1:]
	}
	if w.sessions[refreshToken] == nil {
		w.opened = append(w.opened, refreshToken)
	}
	w.sessions[refreshToken] = &session{user: user, expires: expires}
}

// Redeem spends a refresh token and returns whose it is. A refresh token is
// good once: one that was used already revokes all of its user's
// (mod-authtoken 2.17.0, RefreshTokenStore).
func (w *World) Redeem(refreshToken string) (User, error) {
	s, known := w.sessions[refreshToken]
	if known && s.spent {
		w.CloseSessions(s.user)
	}
	if !known || s.spent || !w.now.Before(s.expires) {
		return User{}, release.Refuse(release.RefreshRefused)
	}
	s.spent, s.used = true, true
	user, _ := w.User(s.user)
	return user, nil
}

// Redeemed tells whether a refresh token was traded in before, as far as it is
// remembered.
func (w *World) Redeemed(refreshToken string) bool {
	s, known := w.sessions[refreshToken]
	return known && s.used
}

// CloseSession revokes one refresh token.
func (w *World) CloseSession(refreshToken string) error {
	s, known := w.sessions[refreshToken]
	if !known || s.spent {
		return release.Refuse(release.LogoutRefused)
	}
	s.spent = true
	return nil
}

// CloseSessions revokes every refresh token of a user.
func (w *World) CloseSessions(user uuid.UUID) {
	for _, s := range w.sessions {
		if s.user == user {
			s.spent = true
		}
	}
}
