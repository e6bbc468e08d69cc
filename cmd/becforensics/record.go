package main

import (
	"context"
	"crypto/sha256"
	"fmt"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

type recordCmd struct {
	Origin   string   `arg:"" help:"Evidence id and record number, E001:1204."`
	Evidence []string `arg:"" help:"The files or folders of the run that gave the id."`
}

// Run prints the raw bytes of one record on standard output, and where they
// lie and their hash on standard error.
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
	raw, offset, err := ingest.RawRecord(ctx, item, sources, int(o.Record))
	if err != nil {
		return err
	}
	if _, err := term.out.Write(raw); err != nil {
		return err
	}
	fmt.Fprintf(term.err, "\n%s %s: bytes %d to %d of the file, SHA-256 of the record %x\n", o, evidence.Printable(item.Name), offset, offset+int64(len(raw)), sha256.Sum256(raw))
	return nil
}
