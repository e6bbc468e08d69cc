package ingest

import (
	"bytes"
	"strings"

	"becforensics/ingest/internal/rows"
	"becforensics/timeline/reference"
)

// knownKind names a file that no source reads, but that is known for what it
// is: by its first bytes, or by columns or keys that the reference tables
// list.
func knownKind(h *Head, tables *reference.Set) (string, bool) {
	switch h.Shape.Kind {
	case rows.Empty:
		return "the file is empty", true
	case rows.Binary:
		return binaryKind(h.Bytes), true
	}
	begin := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(h.Bytes[:min(len(h.Bytes), 1<<10)], []byte("\ufeff"))))
	if bytes.HasPrefix(begin, []byte("<!doctype html")) || bytes.HasPrefix(begin, []byte("<html")) {
		return "a web page, not an export", true
	}
	if h.Shape.Kind == rows.XML {
		return xmlKind(h.Bytes)
	}
	for row := range tables.Table(reference.KnownKinds).Rows() {
		if h.Has(strings.Split(row.Get("names"), ";")...) {
			return row.Get("sentence"), true
		}
	}
	return "", false
}

// xmlKind says what an XML file is, as far as its namespaces tell. UTF-16 is
// read as the ASCII in it.
func xmlKind(b []byte) (string, bool) {
	text := bytes.ReplaceAll(b, []byte{0}, nil)
	for _, m := range [...]struct{ namespace, kind string }{
		{"//schemas.openxmlformats.org/", "a part of an office document (xlsx, docx …): save the table as CSV, or give the export it was made of"},
		{"//schemas.microsoft.com/powershell/2004/04", "objects that PowerShell saved with Export-Clixml, of a cmdlet that no source reads"},
		{"//schemas.microsoft.com/win/2004/08/events/event", "events of a Windows computer"},
	} {
		if bytes.Contains(text, []byte(m.namespace)) {
			return m.kind, true
		}
	}
	return "", false
}

// Outlook's data files by their header (MS-PST, 2.2.2.6).
const (
	outlookMagic  = "!BDN"
	outlookClient = 8 // where the kind of file stands
)

// outlookKind tells a mailbox's offline copy from an archive.
func outlookKind(b []byte) string {
	switch client := b[min(len(b), outlookClient):]; {
	case bytes.HasPrefix(client, []byte("SM")):
		return "an Outlook data file (.pst)"
	case bytes.HasPrefix(client, []byte("SO")):
		return "an Outlook data file, the offline copy of a mailbox (.ost)"
	}
	return "an Outlook data file (.pst, .ost)"
}

// binaryKind says what a binary file is, as far as its first bytes tell.
func binaryKind(b []byte) string {
	for _, m := range [...]struct{ magic, kind string }{
		{"PK\x03\x04", "a zip file of an office program (xlsx, docx …): save the table as CSV, or give the export it was made of"},
		{"\xd0\xcf\x11\xe0", "an OLE compound file (xls, doc, msg …) that no source claims"},
		{"%PDF", "a PDF document"},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.kind
		}
	}
	if bytes.HasPrefix(b, []byte(outlookMagic)) {
		return outlookKind(b) + ": not read; export the messages as .eml, .msg or mbox"
	}
	if bytes.Contains(b, []byte("\xab\xcd\xefMaxMind.com")) {
		return "a geolocation database: name it with --geo"
	}
	return "a binary file, not an export in text"
}
