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

// inspected is one file as inspect --json writes it.
type inspected struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Parent     string   `json:"parent"`
	SHA256     string   `json:"sha256"`
	Size       int64    `json:"size"`
	Source     string   `json:"source"`
	Layout     string   `json:"layout"`
	Encoding   string   `json:"encoding"`
	Mailbox    string   `json:"mailbox"`
	MailboxBy  string   `json:"mailbox_from"`
	DateOrder  string   `json:"date_order"`
	Status     string   `json:"status"`
	Reason     string   `json:"reason"`
	Records    int      `json:"records"`
	Events     int      `json:"events"`
	Context    int      `json:"context"`
	Duplicates int      `json:"duplicates"`
	Rejects    int      `json:"rejects"`
	First      string   `json:"first,omitempty"`
	Last       string   `json:"last,omitempty"`
	Notes      []string `json:"notes"`
}

// Run says what each file is and holds.
func (c *inspectCmd) Run(ctx context.Context, term *terminal) error {
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
	if err := r.wait(); err != nil {
		return err
	}
	if c.JSON {
		err = writeInspection(term.out, collection.Files)
	} else {
		printInspection(term.out, collection.Files, t)
	}
	if err != nil {
		return err
	}
	return partial(collection.Files)
}

func writeInspection(w io.Writer, files []ingest.File) error {
	list := make([]inspected, len(files))
	for i, f := range files {
		d := inspected{
			Name: f.Name, Source: f.Source.Source, Layout: f.Layout, Encoding: f.Encoding, Mailbox: f.Mailbox, MailboxBy: f.MailboxFrom,
			DateOrder: f.DateOrder, Status: string(f.Status), Reason: f.Reason, Records: f.Records, Events: f.Events, Context: f.Contexts,
			Duplicates: f.Duplicates, Rejects: f.Rejects, Notes: []string{},
		}
		if f.Item != nil {
			d.ID, d.Parent, d.SHA256, d.Size = f.Item.ID, f.Item.Parent, f.Item.Hash(), f.Item.Size
		}
		if f.First != 0 {
			d.First, d.Last = timeline.FormatTime(f.First), timeline.FormatTime(f.Last)
		}
		for _, n := range f.Notes {
			d.Notes = append(d.Notes, n.Kind+": "+n.Text)
		}
		list[i] = d
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

func printInspection(w io.Writer, files []ingest.File, t *timeline.Timeline) {
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "ID\tSTATUS\tSOURCE\tLAYOUT\tRECORDS\tEVENTS\tCONTEXT\tDUPLICATES\tREJECTS\tFILE")
	for _, f := range files {
		id := ""
		if f.Item != nil {
			id = f.Item.ID
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", id, f.Status, f.Source.Source, f.Layout, f.Records, f.Events, f.Contexts, f.Duplicates, f.Rejects, evidence.Printable(f.Name))
	}
	tw.Flush()
	for _, f := range files {
		lines := f.Notes
		if f.Reason != "" {
			lines = append([]timeline.Note{{Kind: string(f.Status), Text: f.Reason}}, lines...)
		}
		if f.MailboxFrom != "" {
			lines = append(lines, timeline.Note{Kind: "mailbox", Text: f.Mailbox + " (from " + f.MailboxFrom + ")"})
		}
		if f.DateOrder != "" {
			lines = append(lines, timeline.Note{Kind: "dates", Text: f.DateOrder})
		}
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", evidence.Printable(f.Name))
		for _, n := range lines {
			fmt.Fprintln(w, wrap(evidence.Printable(n.Kind+": "+n.Text), "  "))
		}
	}
	for i, r := range t.Rejects() {
		if i == 0 {
			fmt.Fprintln(w, "\nRejected records")
		}
		fmt.Fprintf(w, "  %s at byte %d: %s\n", r.Origin, r.Offset, evidence.Printable(r.Reason))
	}
}
