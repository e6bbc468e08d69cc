package activities

import (
	"bytes"
	"cmp"
	"strings"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
	"becforensics/timeline"
)

// page is the API's own answer, in whatever it was saved.
var page = &ingest.Layout{
	Name: "API JSON",
	Doc: `What the API answered: pages with their records under "value", a bare array, one record or page a line, or pages
written one after the other, with or without @odata links; also what PowerShell's ConvertTo-Json and Graph-shaped tools make of
them. CustomProperties is a list of Name and Value, an object, or PowerShell's "@{Name=…; Value=…}". A server's error saved as a
page is a failure to collect, never an empty mailbox.`,
	TimeDesc: timeDesc,
	Fields:   standardFields,
	Parts:    customPart,
	Only:     rows.JSON,
	Detect:   detectPage,
	Open:     openPage,
}

func detectPage(h *ingest.Head, _ *ingest.Options) ingest.Match {
	has := func(name string) bool { return h.Has(name) }
	switch {
	case standardFields.Fit(column.Marks{{stdType}, {stdTime, stdApp}}, has):
		return ingest.Strong
	case len(h.Shape.Keys) == 0 && len(h.Shape.Envelope) > 0 && bytes.Contains(h.Bytes, []byte("/Activities")):
		return ingest.Strong // a page without records
	case h.Has("error") && bytes.Contains(h.Shape.First, []byte("ActivityLogs")):
		return ingest.Strong
	}
	return ingest.None
}

func openPage(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
	d := &pageDecoder{decoder: newDecoder(h, namesOf(m, standardFields, o), o)}
	if len(h.Shape.Keys) == 0 {
		if user, ok := ingest.LinkedMailbox(string(h.Bytes)); ok {
			d.owner.pages.add(user)
		}
	}
	return &ingest.Decoder{Decode: d.decode, Finish: func(s *timeline.Source) {
		d.finish(s)
		s.Notes = append(s.Notes, d.sequences.notes()...)
		switch {
		case h.Has("error") && s.Rejects > 0:
			s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteCut, Text: "the server's error was saved as a page: the collection failed, and nothing follows for the mailbox"})
		case s.Records == 0:
			s.Notes = append(s.Notes, timeline.Note{Kind: timeline.NoteAbsent, Text: "the API answered without records: the log was empty, expired or filtered"})
		}
	}}, nil
}

type pageDecoder struct {
	*decoder
	sequences sequences
}

func (d *pageDecoder) decode(r *rows.Record, ev *timeline.Event) ingest.Outcome {
	if !r.Value.IsObject() {
		return ingest.Rejected("the record is no JSON object but " + r.Value.Kind().String())
	}
	a := newActivity(d.names)
	defer pool.Put(a)
	sequence := int64(-1)
	for name, v := range r.Value.Members() {
		s, plain := d.names.standard.Find(name)
		if !plain && s != stdOther {
			r.Flags |= rows.KeyCase
		}
		switch {
		case s == stdCustom:
			d.names.standard.Ask(s)
			a.readCustom(r, v)
		case s == stdOther, a.standard[s] != "":
			if n, ok := v.Int(); ok && strings.EqualFold(name, "SequenceNumber") {
				sequence = n
			}
			a.other = append(a.other, jsonProperty(name, v))
		default:
			// PowerShell writes some times as an object with a value.
			a.standard[s] = cmp.Or(v.Text(), v.Get("value").Text())
		}
	}
	if e := r.Envelope; e != nil && len(e.Pre) > 0 && d.owner.named == "" {
		ev.Set(timeline.ColMailbox, d.owner.linkedUser(e.Pre, func() string { return e.Text("@odata.context") }))
	}
	d.sequences.see(session(a.std(stdSession)), sequence)
	return d.fill(a, ev)
}
