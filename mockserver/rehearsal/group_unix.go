//go:build unix

package rehearsal

import (
	"os/exec"
	"syscall"
)

// group is the program with all that it starts.
type group struct{ leader int }

// startGroup starts a program as the leader of a process group of its own.
func startGroup(program *exec.Cmd) (group, error) {
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := program.Start(); err != nil {
		return group{}, err
	}
	return group{leader: program.Process.Pid}, nil
}

// end ends all of the group at once, also when its leader has gone.
func (g group) end() {
	_ = syscall.Kill(-g.leader, syscall.SIGKILL) // the group may have ended by itself
}
