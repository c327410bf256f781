// Fauxkapi exports records from a FOLIO server. Run "fauxkapi --help".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if parser, err := newParser(&console{stdout: os.Stdout, stderr: os.Stderr, env: os.Getenv}, os.Exit); err == nil {
		answerShell(parser)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}
