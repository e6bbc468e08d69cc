package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

type recordCmd struct {
	Origin   string   `arg:"" help:"Evidence id and record number, E001:1204."`
	Evidence []string `arg:"" help:"The files or folders of the run that gave the id."`
	Case     string   `help:"Case file of that run, if it gives ids." placeholder:"FILE"`
}

// Run prints the raw bytes of one record on standard output, and where they
// lie and their hash on standard error. A terminal is shown them escaped.
func (c *recordCmd) Run(ctx context.Context, term *terminal) error {
	o, err := timeline.ParseOrigin(c.Origin)
	if err != nil {
		return err
	}
	set, err := evidence.Acquire(ctx, c.Evidence, evidence.Options{})
	if err != nil {
		return err
	}
	defer set.Close()
	if _, err := readCase(ctx, set, c.Case); err != nil {
		return err
	}
	i := slices.IndexFunc(set.Items(), func(it *evidence.Item) bool { return it.Number() == o.Evidence })
	if i < 0 {
		return fmt.Errorf("find record %s: there is no evidence %s among %d files", o, timeline.EvidenceID(o.Evidence), len(set.Items()))
	}
	item := set.Items()[i]
	raw, offset, err := ingest.RawRecord(ctx, item, sources, &ingest.Options{Reference: reference.Default()}, int(o.Record))
	if err != nil {
		return err
	}
	shown := raw
	if f, ok := term.out.(*os.File); ok && isTerminal(f) {
		shown = []byte(evidence.Printable(string(raw)) + "\n")
	}
	if _, err := term.out.Write(shown); err != nil {
		return err
	}
	term.tell("%s %s: bytes %d to %d of the file, SHA-256 of the record %x", o, item.Name, offset, offset+int64(len(raw)), sha256.Sum256(raw))
	return nil
}
