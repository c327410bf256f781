package main

import (
	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"
	"github.com/posener/complete"

	"github.com/fauxkapi/fauxkapi/mockserver"
	"github.com/fauxkapi/fauxkapi/scenarios"
)

// answerShell answers a shell that asks what could come next on a command line,
// and ends the process then; else it returns at once.
func answerShell(parser *kong.Kong) {
	kongcompletion.Register(parser,
		kongcompletion.WithPredictor("file", complete.PredictFiles("*")),
		kongcompletion.WithPredictor("release", complete.PredictSet(mockserver.Releases()...)),
		kongcompletion.WithPredictor("scenario", complete.PredictOr(complete.PredictSet(scenarios.Names()...), complete.PredictFiles("*.yaml"))),
		kongcompletion.WithPredictor("story", complete.PredictSet(scenarios.Names()...)),
	)
}
