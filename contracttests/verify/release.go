package verify

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// The kinds of gateways.
const (
	gatewayOkapi = "okapi"
	gatewayKong  = "kong"
	gatewayNone  = "none"
)

// traits are what a release does differently, as far as claims ask for it. docs/releases.md has the sources.
type traits struct {
	name    string
	gateway string // in front of it, as it is shipped
	since   [2]int // the first mod-data-export, major and minor, that is held to it

	success, partial api.JobExecutionStatus
	jobAtCreation    bool // a definition has its job from the start
	digitsAsText     bool // hrId and total are texts
	hrIDAtUpload     bool // rather than when the export starts
	logs             bool // GET logs, DELETE of jobs
	interfaceVersion string
	fileIDStays      bool // from the start of the job to its end

	noName          int // status of a definition without a name
	wrongType       int // status of a body with another media type
	unknownToExport int // status of an export of an unknown definition, or with an unknown profile
	secondUpload    int
	unknownFile     int // status of the link of a file that the job does not have
	noFile          int // status of the link of a job that has no file yet
	noToken         int
	badQuery        int
	strayUUID       int // status of a list that looks for an id that is none
	wrongPassword   int
}

// table has the releases, the oldest first.
func table() []traits {
	guide := traits{
		name: "guide", gateway: gatewayOkapi, since: [2]int{2, 0},
		success: api.JobExecutionStatusSuccess, partial: api.JobExecutionStatusSuccess,
		digitsAsText: true, interfaceVersion: "2.0", hrIDAtUpload: true, fileIDStays: true,
		noName: http.StatusUnprocessableEntity, wrongType: http.StatusBadRequest, unknownToExport: http.StatusBadRequest,
		secondUpload: http.StatusBadRequest, unknownFile: http.StatusNotFound, noFile: http.StatusNotFound, noToken: http.StatusForbidden,
		badQuery: http.StatusUnprocessableEntity, strayUUID: http.StatusOK, wrongPassword: http.StatusUnprocessableEntity,
	}
	sunflower := traits{
		name: "sunflower", gateway: gatewayOkapi, since: [2]int{5, 1},
		success: api.JobExecutionStatusCompleted, partial: api.JobExecutionStatusCompletedWithErrors,
		jobAtCreation: true, logs: true, interfaceVersion: "5.3",
		noName: http.StatusBadRequest, wrongType: http.StatusUnsupportedMediaType, unknownToExport: http.StatusNotFound,
		secondUpload: http.StatusInternalServerError, unknownFile: http.StatusOK, noFile: http.StatusInternalServerError, noToken: http.StatusBadRequest,
		badQuery: http.StatusInternalServerError, strayUUID: http.StatusBadRequest, wrongPassword: http.StatusUnprocessableEntity,
	}
	trillium := sunflower
	trillium.name, trillium.gateway, trillium.since = "trillium", gatewayKong, [2]int{5, 4}
	trillium.interfaceVersion = "5.4"
	trillium.noToken, trillium.wrongPassword = http.StatusUnauthorized, http.StatusUnauthorized
	return []traits{guide, sunflower, trillium}
}

// newest is how far a module version is known: beyond this it is ahead.
var newest = [2]int{5, 4}

// traitsOf are those of a release.
func traitsOf(release string) (traits, bool) {
	for _, t := range table() {
		if t.name == release {
			return t, true
		}
	}
	return traits{}, false
}

// releaseOf is the release that a version of mod-data-export is held to, and whether it is newer than all that are known.
// ok is false for a version between two of them that is like neither.
func releaseOf(version string) (name string, ahead, ok bool) {
	number, valid := majorMinor(version)
	if !valid {
		return "", false, false
	}
	switch known := table(); {
	case !less(number, known[2].since):
		return known[2].name, less(newest, number), true
	case !less(number, known[1].since):
		return known[1].name, false, true
	case number[0] == known[0].since[0]:
		return known[0].name, false, true
	}
	return "", false, false
}

func less(a, b [2]int) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

// majorMinor reads 5.4 out of 5.4.1-SNAPSHOT.20.
func majorMinor(version string) ([2]int, bool) {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, err := strconv.Atoi(major)
	b, err2 := strconv.Atoi(strings.SplitN(minor, "-", 2)[0])
	return [2]int{a, b}, err == nil && err2 == nil && a < 1000 && b < 1000
}
