package folio

import (
	"slices"

	"github.com/google/uuid"

	"github.com/fauxkapi/fauxkapi/mockserver/internal/release"
)

// Profiles returns the job profiles of a fresh tenant.
func (w *World) Profiles() []release.Profile { return slices.Clone(w.rules.Profiles) }

func (w *World) profile(id uuid.UUID) *release.Profile {
	for i := range w.rules.Profiles {
		if w.rules.Profiles[i].ID == id {
			return &w.rules.Profiles[i]
		}
	}
	return nil
}
