package ingesttest

import (
	"fmt"
	"strings"

	"becforensics/ingest"
	"becforensics/timeline"
)

// dump writes what became of the files and their records.
func dump(tl *timeline.Timeline, files []ingest.File) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Status)
		cell(&b, "reason", f.Reason)
		cell(&b, "layout", f.Layout)
		cell(&b, "encoding", f.Encoding)
		cell(&b, "envelope", f.Envelope)
		for _, p := range f.Parts {
			cell(&b, "holds", fmt.Sprintf("%s %s: %d records", p.Source, p.Layout, p.Records))
		}
		if f.Mailbox != "" || f.MailboxFrom != "" {
			fmt.Fprintf(&b, "\tmailbox: %s (%s)\n", f.Mailbox, f.MailboxFrom)
		}
		cell(&b, "dates", f.DateOrder)
		fmt.Fprintf(&b, "\trecords: %d = %d events + %d context + %d duplicates + %d rejects\n", f.Records, f.Events, f.Contexts, f.Duplicates, f.Rejects)
		for _, n := range f.Notes {
			cell(&b, "note "+string(n.Kind), n.Text)
		}
	}
	for row := range tl.Len() {
		dumpEvent(&b, tl, row)
	}
	for _, c := range tl.Context() {
		fmt.Fprintf(&b, "\n%s context %s %q\n", c.Origin, c.Kind, c.Key)
		cell(&b, "owner", c.Owner)
		if !c.Seen.IsZero() {
			cell(&b, "seen", timeline.FormatTime(c.Seen.UnixNano()))
		}
		for _, p := range c.Cells {
			cell(&b, p.Name, p.Value)
		}
	}
	for _, d := range tl.Duplicates() {
		fmt.Fprintf(&b, "\n%s duplicate of %s\n", d.Origin, d.Of)
	}
	for _, r := range tl.Rejects() {
		fmt.Fprintf(&b, "\n%s reject at byte %d: %s\n", r.Origin, r.Offset, r.Reason)
	}
	return b.String()
}

func dumpEvent(b *strings.Builder, tl *timeline.Timeline, row int) {
	when := "no time"
	if n, ok := tl.Nanos(row); ok {
		when = timeline.FormatTime(n)
	}
	fmt.Fprintf(b, "\n%s %s %s\n", tl.Origin(row), when, tl.Text(timeline.ColOperation, row))
	if s := tl.Source(row); s.Part != 0 {
		cell(b, "source", s.Source)
	}
	for c := range timeline.NumCols {
		if c == timeline.ColOperation {
			continue
		}
		name := c.String()
		if tl.Inferred(c, row) {
			name += " (inferred)"
		}
		cell(b, name, tl.Text(c, row))
	}
	if o := tl.Outcome(row); o != timeline.Unknown {
		cell(b, "outcome", o.String())
	}
	cell(b, "flags", strings.Join(tl.Flags(row).Names(), " "))
	for _, m := range tl.Messages(row) {
		cell(b, "lists", fmt.Sprintf("%s %s folder %q subject %q size %d", m.MessageID, m.ItemID, m.Folder, m.Subject, m.Size))
	}
	cell(b, "details", tl.Details(row))
}

// cell writes a name and its value on one line, further lines of the value
// below it; nothing if it is empty.
func cell(b *strings.Builder, name, value string) {
	if value != "" {
		fmt.Fprintf(b, "\t%s: %s\n", name, strings.ReplaceAll(printable(value), "\n", "\n\t\t"))
	}
}

// printable writes what would not survive an editor as an escape.
func printable(s string) string {
	return strings.NewReplacer("\r", `\r`, "\x00", `\0`).Replace(strings.ToValidUTF8(s, "\ufffd"))
}

// diff shows the lines in which two texts differ, each after its mark.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	from := 0
	for from < len(w) && from < len(g) && w[from] == g[from] {
		from++
	}
	for len(w) > from && len(g) > from && w[len(w)-1] == g[len(g)-1] {
		w, g = w[:len(w)-1], g[:len(g)-1]
	}
	var b strings.Builder
	for _, line := range w[from:] {
		b.WriteString("- " + line + "\n")
	}
	for _, line := range g[from:] {
		b.WriteString("+ " + line + "\n")
	}
	return b.String()
}
