package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"time"
)

// MaxParallel is how many jobs ExportBatches runs at once at most: they share one server with everybody else.
const MaxParallel = 16

// Batches says how the batches of a list are exported, each by a job of its own.
type Batches struct {
	List *Split

	// FileName and JobProfile are as in Export. With several batches their numbers are added to the name: ids-2.csv.
	FileName   string
	JobProfile string

	// Parallel is how many jobs may run at once. 0 means one after the other.
	Parallel int

	// GoOn begins further batches although the job of one has ended in FAIL. After any other error, and without GoOn after
	// this one too, no further batch is begun; those that have begun go on to their ends.
	GoOn bool

	// Patience is that for each job, Limit that for all together; see Export.
	Patience
	Limit time.Duration

	// Open returns where the file of a batch goes, as Export.Output. It is closed when the batch has ended, in whatever
	// way.
	Open func(Batch) (io.WriteCloser, error)

	// States are those of an earlier process, by batch; nil if there was none. A batch whose file it has had is looked at
	// and not fetched again, and none is exported twice.
	States []State

	// OnState is told how far a batch has come, as Export.OnState. Neither it nor Open is called by two at once.
	OnState func(Batch, State) error
}

// BatchesResult is what became of all batches. The counters are sums, and the files are in the order of the batches.
type BatchesResult struct {
	Outcome    Outcome       `json:"outcome"` // empty if not all was tried, or a file was not had
	Progress   Progress      `json:"progress"`
	Files      []File        `json:"files"`
	JobProfile Profile       `json:"jobProfile"`
	Batches    []BatchResult `json:"batches"`
}

// BatchResult is what became of one batch.
type BatchResult struct {
	Batch
	*Result        // nil if there was no job
	Err     error  `json:"-"` // nil if its file was had
	Error   string `json:"error,omitempty"`
}

// ExportBatches runs an export for each batch. The result is never nil unless nothing was begun; the error is nil if and
// only if every batch has its file. Otherwise it is that of one batch, of the first that can be gone on with if there is
// such a one, and names its lines.
func (c *Client) ExportBatches(ctx context.Context, b Batches) (*BatchesResult, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if b.Limit > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, b.Limit,
			&overdue{KindTimeout, fmt.Sprintf("the export has not ended within %v", b.Limit)})
		defer cancel()
		ctx = limited
	}
	r := &batchRun{Batches: b, client: c, results: make([]BatchResult, len(b.List.Batches))}
	for i, batch := range b.List.Batches {
		r.results[i].Batch = batch
	}
	var workers sync.WaitGroup
	for range min(max(b.Parallel, 1), len(r.results)) {
		workers.Go(func() {
			for i, ok := r.next(ctx); ok; i, ok = r.next(ctx) {
				r.export(ctx, i)
			}
		})
	}
	workers.Wait()
	return r.conclude(ctx)
}

func (b *Batches) check() error {
	switch {
	case b.List == nil || b.Open == nil:
		return badConfig("an export needs ids and an output", "set both")
	case b.Parallel < 0 || b.Parallel > MaxParallel:
		return badConfig(fmt.Sprintf("%d jobs at once are not possible", b.Parallel), fmt.Sprintf("choose from 1 to %d", MaxParallel))
	case len(b.States) > len(b.List.Batches):
		return badConfig("there are more states than batches", "cut the list as the earlier run did")
	case b.Limit < 0:
		return badConfig("the limit of the export is negative", "give a duration such as 6h")
	}
	b.FileName = cmp.Or(b.FileName, "ids.csv")
	return nil
}

// batchRun is an export of batches under way.
type batchRun struct {
	Batches
	client  *Client
	results []BatchResult

	mu      sync.Mutex // for what follows, and for the caller's functions
	begun   int
	stopped bool
}

// next says which batch to begin.
func (r *batchRun) next(ctx context.Context) (int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped || r.begun == len(r.results) || ctx.Err() != nil {
		return 0, false
	}
	r.begun++
	return r.begun - 1, true
}

// export runs one batch to its end.
func (r *batchRun) export(ctx context.Context, i int) {
	batch, result := r.results[i].Batch, &r.results[i]
	var out io.WriteCloser
	err := r.alone(func() (err error) {
		out, err = r.Open(batch)
		return err
	})
	if err != nil {
		result.Err = &Error{Op: opDownload, Message: fmt.Sprintf("the output cannot be opened (%v)", err), Err: err}
	} else {
		result.Result, result.Err = r.client.of(batch, &r.mu).Export(ctx, r.asExport(batch, out))
		if closed := out.Close(); result.Err == nil && closed != nil {
			result.Err = unwritable(closed)
		}
	}
	failure, failed := errors.AsType[*Error](result.Err)
	if !failed {
		return
	}
	result.Err, result.Error = ofBatch(failure, batch), failure.Error()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = r.stopped || failure.Kind != KindFailed || !r.GoOn
}

// asExport is one batch.
func (r *batchRun) asExport(batch Batch, out io.Writer) Export {
	e := Export{IDs: namedList{batch.IDs(), r.List.name}, FileName: r.FileName, JobProfile: r.JobProfile, Output: out, Patience: r.Patience}
	if batch.Of > 1 {
		end := path.Ext(e.FileName)
		e.FileName = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(e.FileName, end), batch.Number, end)
	}
	if i := batch.Number - 1; i < len(r.States) {
		e.State = r.States[i]
	}
	if r.OnState != nil {
		e.OnState = func(s State) error { return r.alone(func() error { return r.OnState(batch, s) }) }
	}
	return e
}

// alone calls a function of the caller's.
func (r *batchRun) alone(f func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f()
}

// of is the same client, whose events say whose they are.
func (c *Client) of(batch Batch, mu *sync.Mutex) *Client {
	one := *c
	if c.onEvent != nil {
		one.onEvent = func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			e.Batch = batch.Number
			c.onEvent(e)
		}
	}
	return &one
}

// ofBatch adds to an error which part of the list it is about.
func ofBatch(failure *Error, batch Batch) *Error {
	if batch.Of == 1 {
		return failure
	}
	about := *failure
	about.Message = batch.String() + ": " + about.Message
	return &about
}

// conclude sums up.
func (r *batchRun) conclude(ctx context.Context) (*BatchesResult, error) {
	all := &BatchesResult{Files: []File{}, Batches: r.results}
	var err error
	ended := map[Outcome]int{}
	for _, one := range r.results {
		if failure, ok := errors.AsType[*Error](one.Err); ok {
			if before, ok := errors.AsType[*Error](err); !ok || before.Kind == KindFailed && failure.Kind != KindFailed {
				err = failure
			}
		}
		if one.Result == nil {
			ended[""]++
			continue
		}
		ended[one.Outcome]++
		all.Files = append(all.Files, one.Files...)
		all.JobProfile = one.JobProfile
		all.Progress.add(one.Progress)
	}
	if err == nil && r.begun < len(r.results) {
		err = interrupted(ctx, opExport)
	}
	all.Outcome = r.outcome(ended)
	return all, err
}

// outcome is that of all, by how many ended in which way.
func (r *batchRun) outcome(ended map[Outcome]int) Outcome {
	switch {
	case ended[Timeout] > 0:
		return Timeout
	case ended[Fail] > 0 && !r.GoOn:
		return Fail
	case ended[""] > 0:
		return ""
	case ended[Fail] == len(r.results):
		return Fail
	case ended[Fail]+ended[Partial] > 0:
		return Partial
	}
	return Success
}

func (p *Progress) add(q Progress) {
	p.Exported += q.Exported
	p.Failed += q.Failed
	p.DuplicatedSRS += q.DuplicatedSRS
	p.Total += q.Total
	p.ReadIDs += q.ReadIDs
}
