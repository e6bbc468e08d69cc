package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

type timelineCmd struct {
	Output    string `short:"o" required:"" help:"File to write: .parquet, .arrow, .csv or .jsonl; with --partition, a folder." placeholder:"FILE"`
	Partition string `help:"Write Parquet files into folders by month, with the stacks and simple questions as SQL." enum:",month" default:"" placeholder:"month"`
	Force     bool   `help:"Replace the file and its two sidecars."`
	User      string `help:"Only events of this user or mailbox." placeholder:"U"`
	Type      string `help:"Only events of this operation." placeholder:"OPERATION"`
	evidenceFlags
}

// Run writes the events as a timeline.
func (c *timelineCmd) Run(ctx context.Context, term *terminal) error {
	write, err := c.format()
	if err != nil && c.Partition == "" {
		return err
	}
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	start := s.outputs
	if c.Partition != "" {
		start = s.outputFolder
	}
	out, err := start(c.Force, c.Output)
	if err != nil {
		return err
	}
	defer out.Abort()
	collection, t, r, err := s.collect(ctx, term)
	if err != nil {
		return err
	}
	rows := c.rows(t, s)
	if c.Partition != "" {
		err = putMonths(ctx, out, t, rows)
	} else {
		err = put(ctx, out, c.Output, func(f io.Writer) error { return write(t, f, rows, timeline.Schema) })
	}
	if err != nil {
		return errors.Join(err, r.wait())
	}
	if err := s.finish(ctx, out, collection, r); err != nil {
		return err
	}
	term.say(collection.Files)
	term.tell("wrote %s: %d of %d events", c.Output, len(rows), t.Len())
	return partial(collection.Files)
}

// putMonths writes a Parquet file a month, and the queries.
func putMonths(ctx context.Context, out *evidence.Outputs, t *timeline.Timeline, rows []int) error {
	add := func(name string, write func(io.Writer) error) error {
		f, err := out.Add(name)
		if err != nil {
			return err
		}
		return fill(ctx, f, write)
	}
	for month, rows := range t.ByMonth(rows) {
		err := add("month="+month+"/events.parquet", func(w io.Writer) error { return t.WriteParquet(w, rows, timeline.Schema) })
		if err != nil {
			return err
		}
	}
	for _, q := range timeline.Queries(timeline.Schema) {
		if err := add(q.Name, func(w io.Writer) error { _, err := w.Write(q.Text); return err }); err != nil {
			return err
		}
	}
	return nil
}

// format picks the writer by the output's ending.
func (c *timelineCmd) format() (func(*timeline.Timeline, io.Writer, []int, []timeline.Field) error, error) {
	switch strings.ToLower(filepath.Ext(c.Output)) {
	case ".parquet":
		return (*timeline.Timeline).WriteParquet, nil
	case ".arrow":
		return (*timeline.Timeline).WriteArrow, nil
	case ".csv":
		return (*timeline.Timeline).WriteCSV, nil
	case ".jsonl":
		return (*timeline.Timeline).WriteJSONL, nil
	}
	return nil, fmt.Errorf("write timeline %q: the name ends neither in .parquet nor .arrow nor .csv nor .jsonl", c.Output)
}

// rows are the events that the flags ask for.
func (c *timelineCmd) rows(t *timeline.Timeline, s *session) []int {
	lo, hi := 0, t.Len()
	if !s.settings.From.IsZero() || !s.settings.To.IsZero() {
		from, to := int64(math.MinInt64), int64(math.MaxInt64)
		if !s.settings.From.IsZero() {
			from = s.settings.From.UnixNano()
		}
		if !s.settings.To.IsZero() {
			to = s.settings.To.UnixNano()
		}
		lo, hi = t.Between(from, to)
	}
	rows := make([]int, 0, hi-lo)
	for row := lo; row < hi; row++ {
		if c.User != "" && !strings.EqualFold(t.Text(timeline.ColUser, row), c.User) && !strings.EqualFold(t.Text(timeline.ColMailbox, row), c.User) {
			continue
		}
		if c.Type != "" && !strings.EqualFold(t.Text(timeline.ColOperation, row), c.Type) {
			continue
		}
		rows = append(rows, row)
	}
	return rows
}
