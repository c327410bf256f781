package client

import (
	"context"
	"net/http"
	"time"

	"github.com/fauxkapi/fauxkapi/client/rest"
	"github.com/fauxkapi/fauxkapi/openapi/api"
)

// What is being done, as errors say it.
const (
	opRead       = "read the ids"
	opLogin      = "log in"
	opProfile    = "choose the job profile"
	opDefinition = "create the file definition"
	opUpload     = "upload the ids"
	opExport     = "start the export"
	opJob        = "look at the job"
	opLink       = "get the download link"
	opDownload   = "download the file"
	opIDs        = "collect the ids"
)

// guideStep is the step to which what is being done belongs.
func guideStep(op string) Step {
	switch op {
	case opProfile:
		return StepProfile
	case opDefinition:
		return StepDefinition
	case opUpload:
		return StepUpload
	case opExport:
		return StepExport
	case opJob, opJobs, opLogs:
		return StepJob
	case opLink, opDownload:
		return StepDownload
	}
	return StepLogin
}

// DownloadLink is step 6: it asks for a presigned link, which is good for ten minutes. A job that has not ended well has
// a link too, to nothing.
func (c *Client) DownloadLink(ctx context.Context, jobExecutionID, fileID string) (string, error) {
	return c.link(ctx, jobExecutionID, fileID, 0)
}

// link asks for as long as the limit allows; 0 is that of a step.
func (c *Client) link(ctx context.Context, jobExecutionID, fileID string, limit time.Duration) (string, error) {
	var link string
	err := c.do(ctx, operation{
		name: opLink, safe: true, renews: true, limit: limit,
		send: func(ctx *watched, edit ...rest.RequestEditorFn) (*http.Response, error) {
			return c.rest.GetDownloadLink(ctx, jobExecutionID, fileID, edit...)
		},
		read: func(_ *watched, answer *http.Response) error {
			got, err := decode[api.FileDownload](c, opLink, answer)
			if err != nil {
				return err
			}
			if link = got.Link; link == "" {
				return c.unusable(opLink, answer, "no link")
			}
			c.tell(answer, Event{Step: StepDownload, Message: c.learnLink(link)})
			return nil
		},
	})
	return link, err
}
