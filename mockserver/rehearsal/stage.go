package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// stage is a cell while it is played.
type stage struct {
	plan    Plan
	source  string // the scenario's name or path
	story   *scenarios.Scenario
	release string

	server  *mockserver.Server
	url     string
	folder  string
	witness witness
	began   time.Time
	opened  time.Time // the world's instant when the program started

	cell Cell
}

// How often the stage looks at what the program does, and how many polls after
// the end of a job prove that it will go on.
const (
	lookEvery     = 50 * time.Millisecond
	pollsAfterEnd = 12
)

// play runs the program once and judges it.
func (s *stage) play(ctx context.Context) (err error) {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.cell = Cell{Release: s.release, Scenario: s.story.Name, Summary: s.story.Summary}
	if s.server, err = mockserver.New(mockserver.WithRelease(s.release), mockserver.WithScenario(s.source), mockserver.WithTimeByPolling(), mockserver.WithObserver(s.witness.see)); err != nil {
		return err
	}
	if s.folder, err = os.MkdirTemp("", "rehearsal-"+s.release+"-"+s.story.Name+"-"); err != nil {
		return err
	}
	s.cell.Folder = s.folder
	if !s.plan.Keep {
		s.cell.Folder = ""
		defer func() { err = errors.Join(err, os.RemoveAll(s.folder)) }()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.url = "http://" + listener.Addr().String()
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.server.Serve(serving, listener) }()
	closed := sync.OnceValue(func() error {
		stop()
		return <-ended
	})
	defer func() { err = errors.Join(err, closed()) }()
	env, err := s.prepare()
	if err != nil {
		return err
	}
	s.began, s.opened = time.Now(), s.server.Now()
	run, err := s.perform(ctx, env)
	if err != nil {
		return err
	}
	// A server that has ended has told of every request.
	if err := closed(); err != nil {
		return err
	}
	run.testimony = s.witness.testify()
	s.judge(run)
	return nil
}

// prepare makes the program's files and returns its environment.
func (s *stage) prepare() ([]string, error) {
	csv := filepath.Join(s.folder, "ids.csv")
	if err := os.WriteFile(csv, mockserver.InputOf(s.story), 0o600); err != nil {
		return nil, err
	}
	audience := newAudience(s.server)
	token, err := audience.logIn()
	if err != nil {
		return nil, err
	}
	profile, err := audience.profile()
	if err != nil {
		return nil, err
	}
	s.witness.mu.Lock()
	s.witness.after = len(s.server.Journal())
	s.witness.mu.Unlock()
	env := append([]string{}, s.plan.Env...)
	for name, value := range map[string]string{
		"OKAPI_URL":      s.url,
		"OKAPI_TENANT":   tenant,
		"OKAPI_USERNAME": username,
		"OKAPI_PASSWORD": password,
		"OKAPI_TOKEN":    token,
		"CSV":            csv,
		"OUT":            s.out(),
		"JOB_PROFILE":    profile,
		"POLL_INTERVAL":  seconds(s.plan.PollInterval),
		"TIMEOUT":        seconds(s.plan.Timeout),
	} {
		env = append(env, name+"="+value)
	}
	if s.plan.FastSleep {
		path, err := fastSleep(s.folder)
		if err != nil {
			return nil, err
		}
		env = append(env, "PATH="+path+string(os.PathListSeparator)+lookUp(env, "PATH"))
	}
	return env, nil
}

// out is where the program is to leave the file.
func (s *stage) out() string { return filepath.Join(s.folder, "out.mrc") }

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// lookUp returns the last value of a variable.
func lookUp(env []string, name string) (value string) {
	for _, e := range env {
		if has, is, ok := strings.Cut(e, "="); ok && (has == name || runtime.GOOS == "windows" && strings.EqualFold(has, name)) {
			value = is
		}
	}
	return value
}

// fastSleep makes a folder with a sleep that returns at once.
func fastSleep(folder string) (string, error) {
	path := filepath.Join(folder, "fast")
	if err := os.Mkdir(path, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(path, "sleep"), []byte("#!/bin/sh\nexit 0\n"), 0o700); err != nil {
		return "", fmt.Errorf("make a fast sleep: %w", err)
	}
	return path, nil
}
