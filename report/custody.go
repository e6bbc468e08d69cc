package report

import (
	"fmt"
	"strings"

	"becforensics/ingest"
)

// evidenceSheet lists every file with its hash and what became of its records.
func evidenceSheet(c *Case) Sheet {
	s := Sheet{Name: evidenceName, Title: "Evidence", Intro: []string{
		"SHA-256 was computed over the bytes that were read for this report, and once more before it was written: both agree, or there would be no report.",
		"For every file: events + context + duplicates + rejects = records.",
	}}
	s.Columns = []Column{
		{Name: "Id", Doc: "The evidence's id in this report.", Width: 8, Fixed: true},
		{Name: "File", Doc: "Name of the file, or of the member in its container.", Width: 44, Fixed: true},
		{Name: "In", Doc: "Container that holds the file.", Width: 8},
		{Name: "Status", Doc: "read, partial, unrecognised or refused.", Width: 13},
		{Name: "Source", Doc: "What kind of export it was taken for.", Width: 14},
		{Name: "Layout", Doc: "Which form of that export.", Width: 26},
		{Name: "Encoding", Doc: "Encoding it was read in.", Width: 14},
		{Name: "Mailbox", Doc: "Whose export it is, where the records do not say.", Width: 30},
		{Name: "Bytes", Doc: "Size.", Width: 12},
		{Name: "SHA-256", Doc: "Hash of the file's bytes.", Width: 66, Fixed: true},
		{Name: "Declared hash", Doc: "What the case file declares, and whether it agrees.", Width: 18},
		{Name: "Records", Width: 10, Doc: "Records in the file."},
		{Name: "Events", Width: 10, Doc: "Records that are activities."},
		{Name: "Context", Width: 10, Doc: "Records that are state, no activity."},
		{Name: "Duplicates", Width: 10, Doc: "Records that repeat another."},
		{Name: "Rejects", Width: 10, Doc: "Records that could not be read."},
		{Name: "First (UTC)", Width: 17.5, Doc: "Time of its first event."},
		{Name: "Last (UTC)", Width: 17.5, Doc: "Time of its last event."},
		{Name: "Remark", Width: 60, Wrap: true, Doc: "Why it was not read in full, and how mailbox and dates were decided."},
	}
	rows := make([][]Cell, len(c.Files))
	for i := range c.Files {
		rows[i] = evidenceRow(c, &c.Files[i])
	}
	s.Rows, s.Count = Rows(rows), len(rows)
	withoutEmpty(&s)
	return s
}

func evidenceRow(c *Case, f *ingest.File) []Cell {
	var size Cell
	if f.Item != nil {
		size = Cell{Kind: Number, Number: float64(f.Size()), Text: fmt.Sprint(f.Size())}
	}
	remark := f.Reason
	for _, s := range []string{mailboxRemark(f), f.DateOrder, exhibitRemark(c, f.Name, f.Hash())} {
		if s != "" && remark != "" {
			remark += "; "
		}
		remark += s
	}
	return []Cell{
		text(f.ID()), text(f.Name), text(f.Parent()), text(string(f.Status)), text(f.Source.Source), text(f.Layout), text(f.Encoding), text(f.Mailbox), size,
		text(f.Hash()), text(declared(c, f.Name, f.Hash())), count(f.Records), count(f.Events), count(f.Contexts), count(f.Duplicates), count(f.Rejects),
		nanos(f.First), nanos(f.Last), text(remark),
	}
}

func mailboxRemark(f *ingest.File) string {
	if f.MailboxFrom == "" {
		return ""
	}
	return "mailbox from " + f.MailboxFrom
}

// exhibitRemark is the exhibit number that people gave a file.
func exhibitRemark(c *Case, name, hash string) string {
	for _, d := range c.Settings.Evidence {
		if d.Exhibit != "" && d.Is(name, hash) {
			return "exhibit " + d.Exhibit
		}
	}
	return ""
}

// agrees is said of a hash that is the declared one.
const agrees = "agrees"

// declared compares a file's hash with what people declared of it.
func declared(c *Case, name, hash string) string {
	for _, d := range c.Settings.Evidence {
		if d.Name != name || d.SHA256 == "" {
			continue
		}
		if strings.EqualFold(d.SHA256, hash) {
			return agrees
		}
		return "DIFFERS: " + d.SHA256
	}
	return ""
}

// coverageSheet says what the evidence does not hold.
func coverageSheet(x *index) Sheet {
	s := Sheet{Name: coverageName, Title: "Coverage and limits", Tab: "CC79A7"}
	if r := result(x.c, coverage); r != nil {
		f := findingSheet(x, r)
		f.Title, f.Tab = s.Title, s.Tab
		f.Intro = append(limits, f.Intro...)
		return f
	}
	s.Intro = append(limits, "The analysis of coverage was not run.")
	return s
}

// custodySheet says how the evidence was handled and how to check that.
func custodySheet(c *Case) Sheet {
	s := Sheet{Name: custodyName, Title: "Custody", Tab: "CC79A7", Intro: []string{
		"Each file was opened once, for reading only, and hashed while it was read; it was hashed again before this report was written. A file that changed in between ends the run without a report.",
		"Beside the report stand its custody log, a chain of lines each of which holds the hash of the one before, and a manifest of the hashes of evidence, databases, outputs and log. 'becforensics verify MANIFEST' checks them all; 'sha256sum -c MANIFEST' checks the files.",
		"'becforensics record E001:1204 EVIDENCE…' shows the bytes of a record that this report cites, with their place in the file.",
		"The report holds no clock, path or name of a machine: when and where it was made is in the custody log.",
	}}
	columns := []Column{
		{Name: "Id", Doc: "The evidence's id in this report."},
		{Name: "File", Doc: "Name of the file.", Width: 40},
		{Name: "Exhibit", Doc: "Exhibit number that people gave it."},
		{Name: "Exported by", Doc: "Who exported it, as declared."},
		{Name: "Exported at", Doc: "When, as declared."},
		{Name: "Exported from", Doc: "Where from, as declared."},
		{Name: "Declared SHA-256", Doc: "What the case file declares, and whether it agrees.", Width: 24},
		{Name: "Note", Doc: "What people noted of it.", Width: 40},
	}
	var rows [][]Cell
	for _, f := range c.Files {
		for _, d := range c.Settings.Evidence {
			if d.Is(f.Name, f.Hash()) {
				rows = append(rows, []Cell{
					{Kind: Link, Text: f.ID(), Sheet: evidenceName},
					text(f.Name), text(d.Exhibit), text(d.ExportedBy), text(d.ExportedAt), text(d.ExportedFrom),
					text(declared(c, f.Name, f.Hash())), text(d.Note),
				})
			}
		}
	}
	if len(rows) == 0 {
		s.Intro = append(s.Intro, "The case file declares nothing of the evidence: neither hashes nor who exported it.")
		return s
	}
	s.Columns, s.Rows, s.Count = columns, Rows(rows), len(rows)
	withoutEmpty(&s)
	return s
}

// limits hold for every report.
var limits = []string{
	"Absence of a record is absence of evidence: it may not have been logged, kept, exported or read. What stands below is what this report knows of such gaps.",
	"The country of an address is what a database says of it at its own date; it is no proof of where a person was. Hosting, VPN, relay, mobile and carrier-grade NAT addresses are shared.",
	"A compromise may reach beyond the mailboxes and services whose exports were read.",
}

// rejectsSheet lists every record that could not be read.
func rejectsSheet(c *Case) Sheet {
	s := Sheet{Name: rejectsName, Title: "Rejected records", Intro: []string{"Records that could not be read. They are counted in no analysis."}}
	s.Columns = []Column{
		{Name: "Record", Doc: "Evidence id and record number.", Width: 16},
		{Name: "File", Doc: "Name of the file.", Width: 44},
		{Name: "Byte", Doc: "Where in the file the reason lies, from 0.", Width: 12},
		{Name: "Reason", Doc: "Why it could not be read.", Width: 90, Wrap: true},
	}
	names := fileNames(c)
	rejects := c.Timeline.Rejects()
	s.Count = len(rejects)
	s.Rows = func(yield func([]Cell) bool) {
		for _, r := range rejects {
			var at Cell
			if r.Offset >= 0 {
				at = count(int(r.Offset))
			}
			if !yield([]Cell{text(r.Origin.String()), text(names[r.Origin.Evidence]), at, text(r.Reason)}) {
				return
			}
		}
	}
	return s
}

// duplicatesSheet lists every record that repeats another, with the copy that
// stays.
func duplicatesSheet(c *Case) Sheet {
	s := Sheet{Name: duplicatesName, Title: "Duplicates", Intro: []string{"Records that repeat another in identity and content. The copy with the lowest evidence id and number stays in the timeline."}}
	s.Columns = []Column{
		{Name: "Record", Doc: "The copy that was left out.", Width: 16},
		{Name: "File", Doc: "Name of its file.", Width: 44},
		{Name: "Repeats", Doc: "The copy that stays.", Width: 16},
	}
	names := fileNames(c)
	dups := c.Timeline.Duplicates()
	s.Count = len(dups)
	s.Rows = func(yield func([]Cell) bool) {
		for _, d := range dups {
			if !yield([]Cell{text(d.Origin.String()), text(names[d.Origin.Evidence]), text(d.Of.String())}) {
				return
			}
		}
	}
	return s
}

func fileNames(c *Case) map[uint32]string {
	names := map[uint32]string{}
	for _, f := range c.Files {
		names[f.Evidence] = f.Name
	}
	return names
}
