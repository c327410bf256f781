package main

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

const commandsPage = "../../docs/commands.md"

// TestCommandsPageIsFresh holds docs/commands.md against the flags; -update
// writes it.
func TestCommandsPageIsFresh(t *testing.T) {
	parser, err := newParser(&console{env: noEnv}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	want := describeCommands(parser.Model)
	if *update {
		if err := os.WriteFile(commandsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(commandsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/commands.md is stale; run go test ./cmd/fauxkapi -run CommandsPage -update")
	}
}

// describeCommands writes every command with its flags as a page.
func describeCommands(model *kong.Application) string {
	var b strings.Builder
	b.WriteString("# Commands\n\n<!-- Made from the flags by cmd/fauxkapi/commands_test.go. Do not edit. -->\n\n")
	fmt.Fprintf(&b, "%s\n", model.Help)
	for _, command := range model.Leaves(true) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| flag | default | environment | meaning |\n|---|---|---|---|\n", command.FullPath(), command.Help)
		for _, argument := range command.Positional {
			fmt.Fprintf(&b, "| `%s` | | | %s |\n", argument.Summary(), cell(argument.Help))
		}
		for _, flag := range command.Flags {
			fmt.Fprintf(&b, "| `--%s` | %s | %s | %s |\n", flagName(flag), code(flag.Default), code(variable(flag.Tag)), cell(strings.TrimSuffix(flag.Help, " Default: "+flag.Default+".")))
		}
		if len(command.Flags)+len(command.Positional) == 0 {
			b.WriteString("| none | | | |\n")
		}
	}
	return b.String()
}

func flagName(flag *kong.Flag) string {
	if flag.IsBool() {
		return flag.Name
	}
	placeholder := flag.PlaceHolder
	switch {
	case placeholder != "":
	case flag.Target.Type() == reflect.TypeFor[time.Duration]():
		placeholder = "DURATION"
	default:
		placeholder = "NUMBER"
	}
	return flag.Name + " " + cell(placeholder)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

func TestEveryFlagIsExplained(t *testing.T) {
	parser, err := newParser(&console{env: noEnv}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, command := range parser.Model.Leaves(true) {
		names = append(names, strings.TrimPrefix(command.FullPath(), "fauxkapi "))
		for _, flag := range command.Flags {
			if !strings.HasSuffix(flag.Help, ".") && command.Name != "completion" { // whose flags a library words
				t.Errorf("%s: the help of --%s is no sentence: %q", command.FullPath(), flag.Name, flag.Help)
			}
		}
	}
	if want := []string{"demo", "serve", "scenarios list", "scenarios show", "scenarios explain", "scenarios schema", "scenarios check", "rehearse", "verify", "export", "jobs list", "jobs watch", "jobs explain", "profiles list", "ids", "version", "completion"}; !slices.Equal(names, want) {
		t.Errorf("the commands are %v, want %v", names, want)
	}
}
