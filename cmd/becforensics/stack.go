package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

type stackCmd struct {
	Column string `arg:"" help:"Column of the timeline to count."`
	By     string `help:"Count within the values of this column." placeholder:"COLUMN"`
	filterFlags
	evidenceFlags
}

// Run counts the values of a column, rarest first.
func (c *stackCmd) Run(ctx context.Context, term *terminal) error {
	field, err := stackField(c.Column)
	if err != nil {
		return err
	}
	var by timeline.Field
	if c.By != "" {
		if by, err = stackField(c.By); err != nil {
			return err
		}
	}
	if _, err := c.network(); err != nil {
		return err
	}
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	// Flags tell of what lies in the details too.
	if c.Grep == "" && field.Name != "flags" && by.Name != "flags" {
		s.options.Keep = ingest.Narrow
	}
	collection, t, r, err := s.collect(ctx, term)
	if err != nil {
		return err
	}
	rows, err := c.rows(t, s, term)
	if err != nil {
		return errors.Join(err, r.wait())
	}
	if len(rows) == 0 {
		term.tell("no event of %d is asked for", t.Len())
	}
	wanted := make([]bool, t.Len())
	for _, row := range rows {
		wanted[row] = true
	}
	tw := tabwriter.NewWriter(term.out, 0, 8, 2, ' ', 0)
	head := strings.ToUpper(field.Name) + "\tEVENTS\tDAYS\tUSERS\tFIRST\tLAST"
	if by.Name != "" {
		head = strings.ToUpper(by.Name) + "\t" + head
	}
	fmt.Fprintln(tw, head)
	for _, n := range t.StackField(field, by, func(row int) bool { return wanted[row] }) {
		if by.Name != "" {
			fmt.Fprintf(tw, "%s\t", shown(n.By))
		}
		first, last := "", ""
		if n.First != 0 {
			first, last = timeline.FormatTime(n.First), timeline.FormatTime(n.Last)
		}
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%s\t%s\n", shown(n.Value), n.Events, n.Days, n.Users, first, last)
	}
	if err := tw.Flush(); err != nil {
		return errors.Join(err, r.wait())
	}
	term.say(collection.Files)
	if err := errors.Join(t.Err(), r.wait()); err != nil {
		return err
	}
	return partial(collection.Files)
}

// stackField is the column of a name, among those that are held in memory.
func stackField(name string) (timeline.Field, error) {
	f, err := columnFor(name, slices.DeleteFunc(slices.Clone(timeline.Schema), func(f timeline.Field) bool { return f.Wide }))
	if err != nil {
		return f, fmt.Errorf("stack: %w", err)
	}
	return f, nil
}

// shown is a value for a terminal; absence is marked.
func shown(s string) string {
	if s == "" {
		return "(none)"
	}
	return evidence.Printable(s)
}
