package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline"
	"becforensics/timeline/reference"
)

type recordCmd struct {
	Origin   string   `arg:"" help:"Evidence id and record number, E001:1204."`
	Evidence []string `arg:"" help:"The files or folders of the run that gave the id."`
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
	items := set.Items()
	if int(o.Evidence) > len(items) {
		return fmt.Errorf("find record %s: there is no evidence %s among %d files", o, timeline.EvidenceID(o.Evidence), len(items))
	}
	item := items[o.Evidence-1]
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
