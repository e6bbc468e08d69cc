package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"becforensics/ingest/evidence"
)

type verifyCmd struct {
	Path string `arg:"" help:"A manifest of the case, or the folder that holds it." access:"read-all"`
	Root string `help:"Folder in which to look for evidence first, by name and hash." placeholder:"FOLDER" access:"read"`

	Claims bool `help:"Compute every number and sentence of the outputs again from the evidence, and say which differ."`
}

// Run rechecks a finished case. It writes nothing.
func (c *verifyCmd) Run(ctx context.Context, term *terminal) error {
	outcome, err := evidence.VerifyCase(c.Path, c.Root)
	if err != nil {
		return err
	}
	if err := term.table(outcome.Lines); err != nil {
		return err
	}
	for _, line := range outcome.Lines {
		if line.Result != evidence.Same && line.Detail != "" {
			term.tell("%s: %s", line.Path, line.Detail)
		}
	}
	if len(outcome.Commands) > 0 {
		fmt.Fprintln(term.out, "\nThe same, without this program:")
	}
	for _, command := range outcome.Commands {
		if _, err := fmt.Fprintln(term.out, "  "+evidence.Printable(command)); err != nil {
			return err
		}
	}
	result := outcome.Result
	if c.Claims {
		claimed, err := c.claims(ctx, term)
		if err != nil {
			return err
		}
		result = max(result, claimed)
	}
	switch result {
	case evidence.Same:
		return nil
	case evidence.Different:
		return &codedError{exitChanged, errors.New("verify: something is not as it was recorded")}
	}
	return &codedError{exitPartial, errors.New("verify: something could not be read")}
}

// table shows the checks. Hashes are cut; where two differ, what follows the
// table has them whole.
func (t *terminal) table(lines []evidence.Line) error {
	w := tabwriter.NewWriter(t.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "FILE\tRECORDED\tFOUND\tSTATE")
	for _, l := range lines {
		state := l.Result.String()
		if l.Result == evidence.Same && l.Detail != "" {
			state += ", " + evidence.Printable(l.Detail)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", evidence.Printable(l.Path), shortHash(l.Recorded), shortHash(l.Found), state)
	}
	return w.Flush()
}

// shownDigits is how much of a hash the table shows.
const shownDigits = 16

func shortHash(sum string) string { return cmp.Or(sum[:min(len(sum), shownDigits)], "-") }
