package timeline

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"becforensics/geo"
)

// Line is a row in one readable line: who did what to what, from where.
func (t *Timeline) Line(row int) string {
	const usual = 256 // bytes of a line
	return string(t.appendLine(make([]byte, 0, usual), row))
}

func (t *Timeline) appendLine(b []byte, row int) []byte {
	b = append(b, t.Text(ColOperation, row)...)
	if o := t.Outcome(row); o != Unknown {
		b = append(append(append(b, " ("...), o.String()...), ')')
	}
	part := func(before string, c Col) {
		if code := t.Code(c, row); code != 0 {
			b = append(append(b, before...), t.Value(c, code)...)
		}
	}
	part(" by ", ColUser)
	if !strings.EqualFold(t.Text(ColUser, row), t.Text(ColMailbox, row)) {
		part(" in mailbox ", ColMailbox)
	}
	part(" from ", ColIP)
	if p := t.Place(row); p != nil && p.Country != "" {
		b = append(append(append(b, " ["...), p.Country...), ']')
	}
	part(" with ", ColClient)
	part(", request ", ColRequest)
	part(", query ", ColQuery)
	part(", rule ", ColRule)
	part(", subject ", ColSubject)
	part(", sender ", ColSender)
	part(", to folder ", ColTargetFolder)
	if t.Code(ColSubject, row) == 0 {
		part(", target ", ColTarget)
	}
	part(", error ", ColError)
	return b
}

// FormatTime is a time as the exports write it: RFC 3339, UTC, with as many
// of nine digits as it has.
func FormatTime(nanos int64) string { return string(AppendTime(make([]byte, 0, 30), nanos)) }

// AppendTime appends a time as FormatTime writes it.
func AppendTime(b []byte, nanos int64) []byte {
	return time.Unix(0, nanos).UTC().AppendFormat(b, time.RFC3339Nano)
}

// A derivation makes a column's texts of what few rows differ in.
type derivation struct {
	key  func(row int) uint64
	text func(key uint64) string

	once   sync.Once
	code   map[uint64]uint32 // of a key
	values *dict
}

// codes are the texts as codes, in the order in which rows have them.
func (d *derivation) codes(t *Timeline) (func(row int) uint32, *dict) {
	d.once.Do(func() {
		d.code, d.values = map[uint64]uint32{}, newDict(t.store)
		for row := range t.n {
			key := d.key(row)
			if _, ok := d.code[key]; !ok {
				d.code[key] = d.values.add(d.text(key))
			}
		}
	})
	return func(row int) uint32 { return d.code[d.key(row)] }, d.values
}

// derivations are how the columns are made that are neither coded nor wide and
// whose values are few, by name.
func (t *Timeline) derivations() map[string]*derivation {
	source := func(text func(*Source) string) *derivation {
		return &derivation{
			key:  func(row int) uint64 { return t.evidence.at(row)<<8 | t.part.at(row) },
			text: func(key uint64) string { return text(t.export(holding{uint32(key >> 8), uint8(key)})) },
		}
	}
	place := func(text func(*geo.Place) string) *derivation {
		return &derivation{key: t.cols[ColIP].codes.at, text: func(key uint64) string { return text(&t.places[key]) }}
	}
	return map[string]*derivation{
		"timestamp_desc": source(func(s *Source) string { return s.TimeDesc }),
		"source":         source(func(s *Source) string { return s.Source }),
		"outcome":        {key: t.outcome.at, text: func(key uint64) string { return Outcome(key).String() }},
		"inferred":       {key: t.inferred.at, text: func(key uint64) string { return strings.Join(inferredNames(key), " ") }},
		"flags":          {key: t.flags.at, text: func(key uint64) string { return strings.Join(Flags(key).Names(), " ") }},
		"country":        place(func(p *geo.Place) string { return p.Country }),
		"city":           place(func(p *geo.Place) string { return p.City }),
		"asn": place(func(p *geo.Place) string {
			if p.ASN == 0 {
				return ""
			}
			return strconv.FormatUint(uint64(p.ASN), 10)
		}),
		"network":      place(func(p *geo.Place) string { return p.Network }),
		"network_kind": place(func(p *geo.Place) string { return p.Kind }),
	}
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
	case "same_as":
		if t.IsAct(row) {
			return ""
		}
		return t.Origin(t.SameAs(row)).String()
	case "messages":
		return messagesJSON(t.Messages(row))
	case "details":
		return t.Details(row)
	}
	if d, ok := t.derived[f.Name]; ok {
		return d.text(d.key(row))
	}
	return ""
}

// NarrowCells are the texts of a row in all columns of the exports but the
// wide ones, which are left empty.
func (t *Timeline) NarrowCells(row int, dst []string) []string {
	for _, f := range Schema {
		if f.Wide {
			dst = append(dst, "")
			continue
		}
		dst = append(dst, t.cell(f, row))
	}
	return dst
}

func messagesJSON(list []Message) string { return string(appendMessagesJSON(nil, list)) }

func appendMessagesJSON(b []byte, list []Message) []byte {
	for i := range list {
		b = append(b, "[,"[min(i, 1)], '{')
		for k, s := range list[i].texts() {
			b = appendJSON(appendName(b, messageTexts[k]), s)
		}
		b = append(strconv.AppendInt(appendName(b, "size"), list[i].Size, 10), '}')
	}
	if len(list) > 0 {
		b = append(b, ']')
	}
	return b
}
