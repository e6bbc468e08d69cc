package timeline

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Line is a row in one readable line: who did what to what, from where.
func (t *Timeline) Line(row int) string {
	var b strings.Builder
	b.WriteString(t.Text(ColOperation, row))
	if t.outcome[row] != Unknown {
		b.WriteString(" (" + t.outcome[row].String() + ")")
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
	part(", request ", ColRequest)
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

// cell is the text of a row's cell in one of the exports' columns that is not
// wide.
func (t *Timeline) cell(f Field, row int) string {
	if f.Code {
		return t.Text(f.Col, row)
	}
	switch f.Name {
	case "datetime":
		if n, ok := t.Nanos(row); ok {
			return FormatTime(n)
		}
	case "message":
		return t.Line(row)
	case "timestamp_desc":
		return t.Source(row).TimeDesc
	case "origin":
		return t.Origin(row).String()
	case "source":
		return t.Source(row).Source
	case "outcome":
		return t.outcome[row].String()
	case "inferred":
		return strings.Join(t.InferredNames(row), " ")
	case "flags":
		return strings.Join(t.flags[row].Names(), " ")
	}
	p := t.Place(row)
	if p == nil {
		return ""
	}
	switch f.Name {
	case "country":
		return p.Country
	case "city":
		return p.City
	case "asn":
		if p.ASN != 0 {
			return strconv.FormatUint(uint64(p.ASN), 10)
		}
	case "network":
		return p.Network
	case "network_kind":
		return p.Kind
	}
	return ""
}

// cells are the texts of a row in some columns of the exports. Messages and
// details are read again from the evidence; where that fails the details say
// so.
func (t *Timeline) cells(row int, fields []Field, dst []string) []string {
	var messages, details string
	if slices.ContainsFunc(fields, Field.wide) {
		list, text, err := t.Wide(row)
		if err != nil {
			text = `{"error":` + quoteJSON(err.Error()) + `}`
		}
		messages, details = messagesJSON(list), text
	}
	for _, f := range fields {
		switch f.Name {
		case "messages":
			dst = append(dst, messages)
		case "details":
			dst = append(dst, details)
		default:
			dst = append(dst, t.cell(f, row))
		}
	}
	return dst
}

// wide reports whether the field is read again from the evidence.
func (f Field) wide() bool { return f.Name == "messages" || f.Name == "details" }

// NarrowCells are the texts of a row in all columns of the exports but messages
// and details, which are left empty: nothing is read again.
func (t *Timeline) NarrowCells(row int, dst []string) []string {
	for _, f := range Schema {
		if f.wide() {
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
