package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

type timelineCmd struct {
	Output    string   `short:"o" required:"" help:"File to write: .parquet, .arrow, .csv or .jsonl; with --partition, a folder." placeholder:"FILE" access:"write"`
	Partition string   `help:"Write Parquet files into folders by month, with the stacks and simple questions as SQL." enum:",month" default:"" placeholder:"month"`
	Columns   []string `help:"Write only these columns, in this order." placeholder:"a,b"`
	Force     bool     `help:"Replace the file and its two sidecars."`
	filterFlags
	evidenceFlags
}

// Run writes the events as a timeline.
func (c *timelineCmd) Run(ctx context.Context, term *terminal) error {
	write, err := c.format()
	if err != nil && c.Partition == "" {
		return err
	}
	fields, err := c.fields()
	if err != nil {
		return err
	}
	if _, err := c.network(); err != nil {
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
	rows, err := c.rows(t, s, term)
	if err != nil {
		return errors.Join(err, r.wait())
	}
	p := phase(term, "writing events")
	t.Arrange(rows)
	if c.Partition != "" {
		err = putMonths(ctx, out, t, rows, fields)
	} else {
		err = put(ctx, out, c.Output, func(f io.Writer) error { return write(t, f, rows, fields) })
	}
	p.done()
	if err != nil {
		return errors.Join(err, r.wait())
	}
	if err := s.finish(ctx, term, out, collection, r); err != nil {
		return err
	}
	term.say(collection.Files)
	term.tell("wrote %s: %d of %d events", c.Output, len(rows), t.Len())
	return partial(collection.Files)
}

// putMonths writes a Parquet file a month, and the queries.
func putMonths(ctx context.Context, out *evidence.Outputs, t *timeline.Timeline, rows []int, fields []timeline.Field) error {
	add := func(name string, write func(io.Writer) error) error {
		f, err := out.Add(name)
		if err != nil {
			return err
		}
		return fill(ctx, f, write)
	}
	for month, rows := range t.ByMonth(rows) {
		err := add("month="+month+"/events.parquet", func(w io.Writer) error { return t.WriteParquet(w, rows, fields) })
		if err != nil {
			return err
		}
	}
	for _, q := range timeline.Queries(fields) {
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
	return nil, badEnding(c.Output, ".parquet", ".arrow", ".csv", ".jsonl")
}

// fields are the columns to write.
func (c *timelineCmd) fields() ([]timeline.Field, error) {
	if len(c.Columns) == 0 {
		return timeline.Schema, nil
	}
	var fields []timeline.Field
	for _, name := range c.Columns {
		f, err := columnFor(name, timeline.Schema)
		if err != nil {
			return nil, fmt.Errorf("read --columns: %w", err)
		}
		if slices.ContainsFunc(fields, func(g timeline.Field) bool { return g.Name == name }) {
			return nil, fmt.Errorf("read --columns: %q stands twice", name)
		}
		fields = append(fields, f)
	}
	return fields, nil
}
