package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"becforensics/ingest/evidence"
	"becforensics/report"
)

type actorsCmd struct {
	suiteFlags
}

// Run lists the actors at the terminal. It writes nothing.
func (c *actorsCmd) Run(ctx context.Context, term *terminal) error {
	s, suite, err := c.begin(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	k, collection, r, err := s.analyse(ctx, term, suite)
	if err != nil {
		return err
	}
	briefs, listed := report.Briefs(k)
	var text strings.Builder
	for _, b := range briefs {
		fmt.Fprintf(&text, "%d. %s\n", b.Rank, b.ID)
		for _, line := range b.Lines() {
			text.WriteString(briefLine(line) + "\n")
		}
		text.WriteByte('\n')
	}
	text.WriteString(briefEnd(len(briefs), listed) + "\n")
	if err := errors.Join(term.print(&text), s.timeline.Err(), r.wait()); err != nil {
		return err
	}
	term.say(collection.Files)
	return partial(collection.Files)
}

// briefLine is a line of an actor with its label.
func briefLine(line [2]string) string {
	return fmt.Sprintf("   %-12s %s", line[0], evidence.Printable(line[1]))
}

// briefEnd says how many actors there are.
func briefEnd(shown, listed int) string {
	if shown == 0 {
		return fmt.Sprintf("No actor is in band act or review (listed: %d). That is a statement about the evidence read.", listed)
	}
	return fmt.Sprintf("In band act or review: %d; listed: %d.", shown, listed)
}

// tellActors ends a run with the worst actor.
func tellActors(term *terminal, k *report.Case) {
	briefs, listed := report.Briefs(k)
	term.tell("%s", briefEnd(len(briefs), listed))
	if len(briefs) == 0 {
		return
	}
	for _, line := range briefs[0].Lines() {
		text := briefLine(line)
		if term.interactive {
			text = wrapLine(text[labelled:], text[:labelled], strings.Repeat(" ", labelled))
		}
		for part := range strings.SplitSeq(text, "\n") {
			term.tell("%s", part)
		}
	}
}

// labelled is the length of the label of a line.
const labelled = 16
