package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

const version = "0.1.0"

type versionCommand struct {
	JSON bool `name:"json" help:"Print a JSON object."`
}

func (v *versionCommand) Run(term *console) error {
	if !v.JSON {
		_, err := fmt.Fprintf(term.stdout, "fauxkapi %s\n", version)
		return err
	}
	return printJSON(term.stdout, struct {
		Version  string `json:"version"`
		Revision string `json:"revision,omitempty"`
		Go       string `json:"go"`
		Platform string `json:"platform"`
	}{version, revision(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
}

// revision is the commit that the binary was built from, as far as Go has recorded it.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return setting.Value
			}
		}
	}
	return ""
}
