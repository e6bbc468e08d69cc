package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf16"

	"becforensics/ingest"
	"becforensics/ingest/evidence"
	"becforensics/timeline"
)

type inspectCmd struct {
	evidenceFlags
	JSON bool `name:"json" help:"Write JSON."`
}

// fileReading is one file as inspect --json writes it.
type fileReading struct {
	ingest.Account
	ingest.Details
}

// Run says what each file is and holds.
func (c *inspectCmd) Run(ctx context.Context, term *terminal) error {
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	s.options.Keep = ingest.Counts
	collection, t, r, err := s.collect(ctx, term)
	if err != nil {
		return err
	}
	if err := r.wait(); err != nil {
		return err
	}
	if c.JSON {
		err = writeInspection(term.out, collection.Files)
	} else {
		err = printInspection(term.out, collection.Files, t)
	}
	if err != nil {
		return err
	}
	return partial(collection.Files)
}

func writeInspection(w io.Writer, files []ingest.File) error {
	list := make([]fileReading, len(files))
	for i := range files {
		list[i] = fileReading{files[i].Account(), files[i].Details()}
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(list); err != nil {
		return err
	}
	_, err := io.WriteString(w, escapeJSON(text.String()))
	return err
}

// escapeJSON writes the characters of a JSON text that steer a terminal as
// JSON escapes. All of them stand within strings.
func escapeJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if s := string(r); r == '\n' || evidence.Printable(s) == s {
			b.WriteString(s)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// printInspection writes what each file is, then what to know of each, then
// the rejected records.
func printInspection(w io.Writer, files []ingest.File, t *timeline.Timeline) error {
	var text strings.Builder
	tw := tabwriter.NewWriter(&text, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "ID\tSTATUS\tSOURCE\tLAYOUT\tRECORDS\tEVENTS\tCONTEXT\tDUPLICATES\tREJECTS\tFILE")
	for _, f := range files {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", f.ID(), f.Status, f.Source.Source, f.Layout, f.Records, f.Events, f.Contexts, f.Duplicates, f.Rejects, evidence.Printable(f.Name))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, f := range files {
		lines := f.Remarks()
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(&text, "\n%s\n", evidence.Printable(f.Name))
		for _, n := range lines {
			fmt.Fprintln(&text, wrap(evidence.Printable(string(n.Kind)+": "+n.Text), "  "))
		}
	}
	for i, r := range t.Rejects() {
		if i == 0 {
			fmt.Fprintln(&text, "\nRejected records")
		}
		fmt.Fprintf(&text, "  %s at byte %d: %s\n", r.Origin, r.Offset, evidence.Printable(r.Reason))
	}
	_, err := io.WriteString(w, text.String())
	return err
}
