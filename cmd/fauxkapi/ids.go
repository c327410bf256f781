package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/fauxkapi/fauxkapi/client"
	"github.com/fauxkapi/fauxkapi/internal/prose"
)

type idsCommand struct {
	server
	Query string `required:"" placeholder:"CQL" help:"Which instances, for example '(keyword all \"nod\") sortby title'."`
	JSON  bool   `name:"json" help:"Print a JSON array instead of lines."`
}

// Run prints ids as they arrive. A list that breaks off is seen by the exit code; as JSON it has no end either.
func (i *idsCommand) Run(ctx context.Context, term *console) error {
	if strings.TrimSpace(i.Query) == "" {
		return usage("collect the ids: the query is empty; give one, or cql.allRecords=1 for all there are")
	}
	c, err := i.connect(ctx, term, nil)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(term.stdout)
	n, err := i.print(ctx, c, out)
	if flushed := out.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("the ids cannot be printed: %w", flushed)
	}
	if err == nil {
		term.say("%s", prose.Count(n, "id"))
	}
	return err
}

func (i *idsCommand) print(ctx context.Context, c *client.Client, out *bufio.Writer) (n int, err error) {
	open, before, after, end := "", "", "\n", ""
	if i.JSON {
		open, before, after, end = "[", "\"", "\"", "]\n"
	}
	for id, err := range c.InstanceIDs(ctx, i.Query) {
		if err != nil {
			return n, err
		}
		if n == 0 {
			out.WriteString(open)
		} else if i.JSON {
			out.WriteString(",\n")
		}
		if _, err := out.WriteString(before + id + after); err != nil {
			return n, fmt.Errorf("the ids cannot be printed: %w", err)
		}
		n++
	}
	if n == 0 {
		out.WriteString(open)
	}
	out.WriteString(end)
	return n, nil
}
