package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/alecthomas/kong"

	"becforensics/ingest/evidence"
	"becforensics/report"
	"becforensics/report/html"
)

// lineKey is the context's key of the command line.
type lineKey struct{}

// lineOf is the command line that a context was made for, the program first.
func lineOf(ctx context.Context) []string {
	line, _ := ctx.Value(lineKey{}).([]string)
	return line
}

// mostDifferences is how many are told one by one.
const mostDifferences = 100

// claims computes the outputs of a finished case again, from the evidence and
// with the command line that its custody log records, and tells what differs.
func (c *verifyCmd) claims(ctx context.Context, term *terminal) (evidence.Result, error) {
	runs, err := evidence.PastRuns(c.Path)
	if err != nil {
		return evidence.Unreadable, err
	}
	worst := evidence.Same
	for i := range runs {
		result, err := c.claimsOf(ctx, term, &runs[i])
		if err != nil {
			term.tell("%s: claims could not be computed: %s", runs[i].Manifest, err)
			result = max(result, evidence.Unreadable)
		}
		worst = max(worst, result)
	}
	return worst, ctx.Err()
}

func (c *verifyCmd) claimsOf(ctx context.Context, term *terminal, run *evidence.PastRun) (evidence.Result, error) {
	if run.Version != version() {
		return 0, fmt.Errorf("they were written by version %q, and this is %q", run.Version, version())
	}
	again, err := analysisOf(run, c.Root)
	if err != nil {
		return 0, err
	}
	s, suite, err := again.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer s.close()
	s.settings.TimelineRows = again.TimelineRows
	k, _, r, err := s.analyse(ctx, term, suite)
	if err != nil {
		return 0, err
	}
	worst, failed := evidence.Same, []error(nil)
	for _, p := range again.products() {
		if p.path == "" {
			continue
		}
		path, ok := run.Output(p.path)
		if !ok {
			failed = append(failed, fmt.Errorf("the custody log tells of no %q", p.path))
			continue
		}
		result, err := term.compare(ctx, path, &p, k, s.records(ctx))
		worst, failed = max(worst, result), append(failed, err)
	}
	return worst, errors.Join(append(failed, s.timeline.Err(), r.wait())...)
}

// compare compares an output with what a case gives, and tells what differs.
func (t *terminal) compare(ctx context.Context, path string, p *product, k *report.Case, records html.Records) (evidence.Result, error) {
	recorded, err := readWhole(ctx, path)
	if err != nil {
		return 0, err
	}
	var computed bytes.Buffer
	if err := p.write(&computed, k, records); err != nil {
		return 0, err
	}
	list, err := p.differences(recorded, computed.Bytes())
	if err != nil {
		return 0, err
	}
	for i, d := range list {
		if i == mostDifferences {
			t.tell("and %d more", len(list)-i)
			break
		}
		t.tell("claim %s: recorded %s, computed %s", orWhole(d.Path), short(orWhole(d.Recorded)), short(orWhole(d.Computed)))
	}
	if len(list) > 0 {
		t.tell("%s: claims that are not what the evidence gives: %d", path, len(list))
		return evidence.Different, nil
	}
	_, err = fmt.Fprintf(t.out, "\nclaims of %s: every number and sentence is what the evidence gives\n", evidence.Printable(path))
	return evidence.Same, err
}

// orWhole marks what is not one member, or is not there.
func orWhole(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// analysisOf is the command that a run carried out, with its inputs where they
// lie.
func analysisOf(run *evidence.PastRun, root string) (*analyzeCmd, error) {
	if len(run.Arguments) == 0 {
		return nil, errors.New("the custody log records no command line")
	}
	var c cli
	parser, err := kong.New(&c, kong.Name("becforensics"), kong.Exit(func(int) {}), helpVars())
	if err != nil {
		return nil, err
	}
	k, err := parser.Parse(run.Arguments[1:])
	if err != nil {
		return nil, fmt.Errorf("read the command line of the custody log: %w", err)
	}
	if k.Selected() == nil || k.Selected().Name != "analyze" {
		return nil, errors.New("the run was no analysis")
	}
	for _, v := range inputs(k) {
		if v.Tag.Get("access") != "read" {
			continue
		}
		switch to := v.Target.Addr().Interface().(type) {
		case *string:
			if *to != "" {
				*to = run.Input(*to, root)
			}
		case *[]string:
			for i := range *to {
				(*to)[i] = run.Input((*to)[i], root)
			}
		}
	}
	c.Analyze.Memory = "unlimited" // so that nothing is written, not even a temporary file
	return &c.Analyze, nil
}

// readWhole reads a file that a report consists of.
func readWhole(ctx context.Context, path string) ([]byte, error) {
	set, err := evidence.Acquire(ctx, nil, evidence.Options{})
	if err != nil {
		return nil, err
	}
	defer set.Close()
	_, text, err := set.AddFile(evidence.Reference, path)
	return text, err
}
