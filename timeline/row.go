package timeline

import (
	"strconv"
	"strings"
	"time"

	"becforensics/geo"
)

// Line is a row in one readable line: who did what to what, from where.
func (t *Timeline) Line(row int) string {
	var b strings.Builder
	b.WriteString(t.Text(ColOperation, row))
	if o := t.Outcome(row); o != Unknown {
		b.WriteString(" (" + o.String() + ")")
	}
	part := func(before string, c Col) {
		if s := t.Text(c, row); s != "" {
			b.WriteString(before + s)
		}
	}
	part(" by ", ColUser)
	if !strings.EqualFold(t.Text(ColUser, row), t.Text(ColMailbox, row)) {
		part(" in mailbox ", ColMailbox)
	}
	part(" from ", ColIP)
	if p := t.Place(row); p != nil && p.Country != "" {
		b.WriteString(" [" + p.Country + "]")
	}
	part(" with ", ColClient)
	part(", query ", ColQuery)
	part(", rule ", ColRule)
	part(", subject ", ColSubject)
	part(", sender ", ColSender)
	part(", to folder ", ColTargetFolder)
	if t.Text(ColSubject, row) == "" {
		part(", target ", ColTarget)
	}
	part(", error ", ColError)
	return b.String()
}

// FormatTime is a time as the exports write it: RFC 3339, UTC, with as many
// of nine digits as it has.
func FormatTime(nanos int64) string {
	return string(time.Unix(0, nanos).UTC().AppendFormat(make([]byte, 0, 30), time.RFC3339Nano))
}

// A derivation makes a column's texts of what few rows differ in.
type derivation struct {
	key  func(row int) uint64
	text func(key uint64) string
}

// derived is how a column that is neither coded nor wide is made, where its
// values are few.
func (t *Timeline) derived(name string) (derivation, bool) {
	source := func(text func(*Source) string) derivation {
		return derivation{t.evidence.at, func(key uint64) string { return text(t.byEvidence[uint32(key)]) }}
	}
	place := func(text func(*geo.Place) string) derivation {
		return derivation{t.cols[ColIP].codes.at, func(key uint64) string { return text(&t.places[key]) }}
	}
	switch name {
	case "timestamp_desc":
		return source(func(s *Source) string { return s.TimeDesc }), true
	case "source":
		return source(func(s *Source) string { return s.Source }), true
	case "outcome":
		return derivation{t.outcome.at, func(key uint64) string { return Outcome(key).String() }}, true
	case "inferred":
		return derivation{t.inferred.at, func(key uint64) string { return strings.Join(inferredNames(key), " ") }}, true
	case "flags":
		return derivation{t.flags.at, func(key uint64) string { return strings.Join(Flags(key).Names(), " ") }}, true
	case "country":
		return place(func(p *geo.Place) string { return p.Country }), true
	case "city":
		return place(func(p *geo.Place) string { return p.City }), true
	case "asn":
		return place(func(p *geo.Place) string {
			if p.ASN == 0 {
				return ""
			}
			return strconv.FormatUint(uint64(p.ASN), 10)
		}), true
	case "network":
		return place(func(p *geo.Place) string { return p.Network }), true
	case "network_kind":
		return place(func(p *geo.Place) string { return p.Kind }), true
	}
	return derivation{}, false
}

// cell is the text of a row's cell in one of the exports' columns.
func (t *Timeline) cell(f Field, row int) string {
	if f.Code {
		return t.Text(f.Col, row)
	}
	switch f.Name {
	case "datetime":
		if n, ok := t.Nanos(row); ok {
			return FormatTime(n)
		}
		return ""
	case "message":
		return t.Line(row)
	case "origin":
		return t.Origin(row).String()
	case "messages":
		return messagesJSON(t.messages(row, nil))
	case "details":
		return t.details(row)
	}
	if d, ok := t.derived(f.Name); ok {
		return d.text(d.key(row))
	}
	return ""
}

// Wide reports whether a column is one of those whose values a record makes as
// long as it likes.
func (f Field) Wide() bool { return f.Name == "messages" || f.Name == "details" }

// Cells are the texts of a row in the columns of the exports.
func (t *Timeline) Cells(row int, dst []string) []string {
	for _, f := range Schema {
		dst = append(dst, t.cell(f, row))
	}
	return dst
}

// NarrowCells are Cells without messages and details, which are left empty.
func (t *Timeline) NarrowCells(row int, dst []string) []string {
	for _, f := range Schema {
		if f.Wide() {
			dst = append(dst, "")
			continue
		}
		dst = append(dst, t.cell(f, row))
	}
	return dst
}

func messagesJSON(list []Message) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, m := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"message_id":` + quoteJSON(m.MessageID) + `,"item_id":` + quoteJSON(m.ItemID) + `,"folder":` + quoteJSON(m.Folder) +
			`,"subject":` + quoteJSON(m.Subject) + `,"size":` + strconv.FormatInt(m.Size, 10) + `}`)
	}
	b.WriteByte(']')
	return b.String()
}
