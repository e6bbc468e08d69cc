package ingest

import (
	"fmt"
	"strings"

	"becforensics/geo"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// Seal makes the timeline of a collection.
func (c *Collection) Seal(db *geo.DB) (*timeline.Timeline, error) {
	return c.Builder.Seal(timeline.Sealing{Geo: db, Reread: c.reread, Canonical: canonical})
}

// reread decodes one record again. The strings of ev are its own.
func (c *Collection) reread(o timeline.Origin, offset int64, length int, ev *timeline.Event) error {
	d := c.decoded[o.Evidence]
	if d == nil {
		return fmt.Errorf("evidence %s was not decoded", timeline.EvidenceID(o.Evidence))
	}
	raw := make([]byte, length)
	if n, err := d.item.ReadAt(raw, offset); n < length {
		return fmt.Errorf("read %q at byte %d: %w", d.item.Name, offset, err)
	}
	var r *rows.Record
	var err error
	if d.decoder.At != nil {
		r, err = d.decoder.At(raw)
	} else {
		r, err = rows.At(raw, d.shape)
	}
	if err != nil {
		return fmt.Errorf("decode %q at byte %d: %w", d.item.Name, offset, err)
	}
	if r.Err != nil {
		return fmt.Errorf("decode %q at byte %d: %s", d.item.Name, offset, r.Err.Reason)
	}
	if out := d.decoder.Decode(r, ev); out.Reject != "" {
		return fmt.Errorf("decode %q at byte %d: %s", d.item.Name, offset, out.Reject)
	}
	return nil
}

// recordFlags tells what the reading of a record had to overlook.
func recordFlags(f rows.Flags) timeline.Flags {
	var out timeline.Flags
	for _, m := range [...]struct {
		in  rows.Flags
		out timeline.Flags
	}{
		{rows.ShortRow | rows.LongRow | rows.StrayQuote, timeline.Ragged},
		{rows.BadEncoding | rows.LoneSurrogate, timeline.BadEncoding},
		{rows.KeyCase, timeline.KeyCase},
		{rows.DuplicateKey | rows.CaseTwins, timeline.DuplicateKey},
		{rows.BigInteger, timeline.LongNumber},
	} {
		if f&m.in != 0 {
			out |= m.out
		}
	}
	return out
}

// errorBody recognises the answer of a server that refused, saved as if it
// were a page of records.
func errorBody(h *Head) (string, bool) {
	if h.Shape.Kind != rows.JSON || len(h.Shape.First) == 0 {
		return "", false
	}
	r, err := rows.At(h.Shape.First, rows.Shape{Kind: rows.JSON})
	if err != nil || r.Err != nil {
		return "", false
	}
	return isErrorBody(r.Value)
}

// maxErrorKeys is how many members an error body has at most: error itself
// and what metadata goes with it.
const maxErrorKeys = 3

func isErrorBody(v rows.Value) (string, bool) {
	if !v.IsObject() || v.Len() > maxErrorKeys {
		return "", false
	}
	e := v.Get("error")
	if !e.IsObject() {
		return "", false
	}
	code, message := e.Get("code").Text(), e.Get("message").Text()
	if code == "" && message == "" {
		return "", false
	}
	return strings.Clone("collection failed: the server answered " + code + ": " + message), true
}

// noteChunk keeps what a chunk tells of the completeness of its file.
func (p *pipeline) noteChunk(c *rows.Chunk) {
	const kind = "cut"
	for _, e := range c.Envelopes {
		if next := e.Text("@odata.nextLink"); next != "" {
			p.next = next
		} else if e.Post != nil || e.Pre != nil {
			p.next = ""
		}
	}
	if c.Joined && !p.joined {
		p.joined = true
		p.notes = append(p.notes, timeline.Note{Kind: kind, Text: "stray commas or brackets between documents: the file was merged from several"})
	}
	if c.Unclosed {
		p.notes = append(p.notes, timeline.Note{Kind: kind, Text: "the file ends inside an array of records: it was cut"})
	}
	if c.Last && p.next != "" {
		p.notes = append(p.notes, timeline.Note{Kind: kind, Text: "the last page names a further one: unless that is in evidence too, the export is incomplete: " + p.next})
	}
}
