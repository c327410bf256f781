package main

import (
	"errors"
	"fmt"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/contracttests/verify/reports"
)

// The exit codes, for scripts to rely on.
const (
	exitOK      = 0
	exitOther   = 1
	exitUsage   = 2
	exitPartial = 3
	exitFailed  = 4
	exitTimeout = 5
	exitAccess  = 6
	exitServer  = 7
	exitRefused = 8
)

const exitCodes = "0 success, 2 usage or bad input, 3 completed with errors (the file is saved), 4 the job failed, " +
	"5 timed out, 6 login or permission, 7 server or network, 8 a rehearsed program did not pass, 1 anything else."

// usageError is a mistake of the caller's: what is wrong, and what to do.
type usageError string

func (e usageError) Error() string { return string(e) }

func usage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// partialError is an export that left a file without all of the records.
type partialError string

func (e partialError) Error() string { return string(e) }

// rehearsalError is a program that did not pass its rehearsal.
type rehearsalError string

func (e rehearsalError) Error() string { return string(e) }

// exit says what went wrong, if anything, and returns the code for it.
func (c *console) exit(err error) int {
	if err == nil {
		return exitOK
	}
	c.say("fauxkapi: %v", err)
	return codeOf(err)
}

func codeOf(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[partialError](err); ok {
		return exitPartial
	}
	if _, ok := errors.AsType[rehearsalError](err); ok {
		return exitRefused
	}
	if verdict, ok := errors.AsType[verdictError](err); ok {
		return reports.ExitCode(verdict.Outcome())
	}
	failure, ok := errors.AsType[*client.Error](err)
	if !ok {
		return exitOther
	}
	switch failure.Kind {
	case client.KindInput:
		return exitUsage
	case client.KindFailed:
		return exitFailed
	case client.KindTimeout:
		return exitTimeout
	case client.KindAccess:
		return exitAccess
	case client.KindServer:
		return exitServer
	}
	return exitOther
}
