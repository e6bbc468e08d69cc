package main

import (
	"context"
	"fmt"

	"becforensics/ingest/evidence"
	"becforensics/report"
)

type compareCmd struct {
	Old string `arg:"" name:"old.json" help:"Findings of the earlier report, as analyze --json wrote them." access:"read"`
	New string `arg:"" name:"new.json" help:"Findings of the later one." access:"read"`
	All bool   `help:"List rows that only inform as well, instead of counting them."`
}

// Run tells what differs between two reports. It writes nothing.
func (c *compareCmd) Run(ctx context.Context, term *terminal) error {
	set, err := evidence.Acquire(ctx, nil, evidence.Options{})
	if err != nil {
		return err
	}
	defer set.Close()
	var reports [2]*report.Findings
	for i, path := range [...]string{c.Old, c.New} {
		_, text, err := set.AddFile(evidence.Reference, path)
		if err != nil {
			return err
		}
		if reports[i], err = report.ReadFindings(text); err != nil {
			return fmt.Errorf("read findings %q: %w", path, err)
		}
	}
	return report.Compare(reports[0], reports[1]).Write(term.out, c.All)
}
