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
)

type recordCmd struct {
	Origin   string   `arg:"" help:"Evidence id and record number, E001:1204."`
	Evidence []string `arg:"" help:"The files or folders of the run that gave the id." access:"read"`
	Case     string   `help:"Case file of that run, if it gives ids." placeholder:"FILE" access:"read"`

	Reference string `help:"Folder of reference tables of that run, which bear on how files are recognised." placeholder:"DIR" access:"read"`
}

// Run prints the raw bytes of one record on standard output, and where they
// lie, their hash and that of their file on standard error. A terminal is shown them escaped.
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
	s := &session{set: set}
	if _, err := s.overlay(c.Reference); err != nil {
		return err
	}
	item := set.Items()[i]
	raw, offset, err := ingest.RawRecord(ctx, item, sources, &ingest.Options{Reference: s.reference}, int(o.Record))
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
	term.tell("%s %s: bytes %d to %d of the file, SHA-256 of the file %s, SHA-256 of the record %x",
		o, item.Name, offset, offset+int64(len(raw)), item.Hash(), sha256.Sum256(raw))
	return nil
}
