package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// CreateFileDefinition is step 2: it announces a file. The name has to end in .csv. If an answer is lost the request is
// sent again; a definition that nobody knows of is left behind then, and does no harm.
func (c *Client) CreateFileDefinition(ctx context.Context, fileName string) (api.FileDefinition, error) {
	return c.createFileDefinition(ctx, fileName, func() *string { return nil })
}

// createFileDefinition draws an id for each definition, by which it is found when the answer is lost. An id is sent only
// once: mod-data-export 5 takes a known id for a new definition, and if the first of two requests came late it would
// undo the upload.
func (c *Client) createFileDefinition(ctx context.Context, fileName string, draw func() *string) (api.FileDefinition, error) {
	for troubles := (trouble{}); ; {
		id := draw()
		made, err := c.postFileDefinition(ctx, api.FileDefinitionRequest{Id: id, FileName: fileName})
		failure, _ := errors.AsType[*Error](err)
		if failure == nil || !failure.unsettled(opDefinition) {
			return made, err
		}
		if id != nil {
			if found, err := c.fileDefinition(ctx, opDefinition, StepDefinition, *id); err == nil && found.Status == api.FileDefinitionStatusNew {
				return found, nil
			}
		}
		if !failure.transient {
			return made, failure
		}
		if err := c.again(ctx, opDefinition, &troubles, failure); err != nil {
			return made, err
		}
	}
}

func (c *Client) postFileDefinition(ctx context.Context, wanted api.FileDefinitionRequest) (api.FileDefinition, error) {
	var made api.FileDefinition
	err := c.do(ctx, operation{
		name: opDefinition, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.CreateFileDefinition(ctx, wanted, edit...)
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			made, err = c.readFileDefinition(opDefinition, StepDefinition, answer)
			return err
		},
	})
	return made, err
}

// fileDefinition looks at a file definition. Not every user who may export may do that.
func (c *Client) fileDefinition(ctx context.Context, op string, step Step, id string) (api.FileDefinition, error) {
	var found api.FileDefinition
	err := c.do(ctx, operation{
		name: op, safe: true, renews: true,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetFileDefinition(ctx, id, edit...)
		},
		read: func(_ *watched, answer *http.Response) (err error) {
			found, err = c.readFileDefinition(op, step, answer)
			return err
		},
	})
	return found, err
}

func (c *Client) readFileDefinition(op string, step Step, answer *http.Response) (api.FileDefinition, error) {
	made, err := decode[api.FileDefinition](c, op, answer)
	if err != nil {
		return made, err
	}
	c.secrets.hush(&made)
	if !isUUID(made.Id) {
		return made, c.unusable(op, answer, "the id %s, which is no UUID", quoted(made.Id))
	}
	if made.JobExecutionId != nil && !isUUID(*made.JobExecutionId) {
		return made, c.unusable(op, answer, "the job id %s, which is no UUID", quoted(*made.JobExecutionId))
	}
	c.tell(answer, Event{Step: step, Message: fmt.Sprintf("%s is %s, definition %s", made.FileName, made.Status, made.Id)})
	return made, nil
}
