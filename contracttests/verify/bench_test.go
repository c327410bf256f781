//go:build unix

package verify_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/fauxkapi/fauxkapi/contracttests/internal/alter"
	"github.com/fauxkapi/fauxkapi/mockserver"
)

// The suite for one release on virtual time, the fake included. The goal is less
// than 0.7 s of CPU.
func BenchmarkVerify(b *testing.B) {
	for _, release := range mockserver.Releases() {
		b.Run(release, func(b *testing.B) {
			before := spent(b)
			for b.Loop() {
				altered(b, release, alter.Alteration{}, "")
			}
			b.ReportMetric((spent(b)-before).Seconds()/float64(b.N), "cpu-s/op")
		})
	}
}

// spent is the CPU that this process has had.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
