package main

import (
	"regexp"

	"github.com/alecthomas/kong"
)

// misread is the error about a line that cannot be read, and where to look it up.
func misread(err error) error {
	where, what := "fauxkapi", "commands"
	if failed, ok := err.(*kong.ParseError); ok {
		if node := failed.Context.Selected(); node != nil {
			where = node.FullPath()
			if len(node.Children) == 0 {
				what = "flags"
			}
		}
	}
	return usage("%s; `%s --help` lists the %s", inOurWords(err.Error()), where, what)
}

// inOurWords says what kong says so that it needs no knowledge of kong.
func inOurWords(text string) string {
	for _, t := range []struct{ theirs, ours string }{
		{`expected \S+ value but got "EOL" \(<EOL>\)`, `its value is missing`},
		{`expected \S+ value but got "[^"]*" \(\S+ flag\); perhaps try (\S+)"([^"]*)"\?`, `a value that begins with - has to be joined to it, as in $1$2`},
		{`expected "<key>=<value>" but got ("[^"]*")`, `$1 is no NAME=VALUE`},
		{`expected "<command> \.\.\."`, `there is no program: give it behind --, as in fauxkapi rehearse -- ./export.sh`},
		{`\[<shell>\] (must be one of .*),""`, `the shell $1`},
	} {
		text = regexp.MustCompile(t.theirs).ReplaceAllString(text, t.ours)
	}
	return text
}
