package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

type stackCmd struct {
	Column string `arg:"" help:"Column of the timeline to count."`
	By     string `help:"Count within the values of this column." placeholder:"COLUMN"`
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
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	s.options.Narrow = true
	collection, t, r, err := s.collect(ctx, term)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(term.out, 0, 8, 2, ' ', 0)
	head := strings.ToUpper(field.Name) + "\tEVENTS\tDAYS\tUSERS\tFIRST\tLAST"
	if by.Name != "" {
		head = strings.ToUpper(by.Name) + "\t" + head
	}
	fmt.Fprintln(tw, head)
	for _, n := range t.StackField(field, by, nil) {
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
		return err
	}
	term.say(collection.Files)
	if err := errors.Join(t.Err(), r.wait()); err != nil {
		return err
	}
	return partial(collection.Files)
}

func stackField(name string) (timeline.Field, error) {
	f, ok := timeline.FieldFor(name)
	if !ok || f.Name == "messages" || f.Name == "details" {
		var names []string
		for _, f := range timeline.Schema {
			if f.Name != "messages" && f.Name != "details" {
				names = append(names, f.Name)
			}
		}
		return f, fmt.Errorf("stack column %q: not one of %s", name, strings.Join(names, ", "))
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
