package rehearsal

import (
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is the program with all that it starts: a job object, which ends its
// processes when it is closed.
type group struct{ job windows.Handle }

// startGroup starts a program in a job object of its own.
func startGroup(program *exec.Cmd) (group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return group{}, err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		_ = windows.CloseHandle(job)
		return group{}, err
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(program.Process.Pid))
	if err == nil {
		err = windows.AssignProcessToJobObject(job, process)
		_ = windows.CloseHandle(process)
	}
	if err != nil {
		_ = program.Process.Kill()
		_ = windows.CloseHandle(job)
		return group{}, err
	}
	return group{job: job}, nil
}

// end ends all of the group at once.
func (g group) end() { _ = windows.CloseHandle(g.job) }
