package auditlog

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"becforensics/ingest"
	"becforensics/ingest/internal/column"
	"becforensics/ingest/internal/rows"
)

// cliXML is Search-UnifiedAuditLog through Export-Clixml.
var cliXML = &ingest.Layout{
	Name:     "Search-UnifiedAuditLog CliXml",
	Doc:      "Search-UnifiedAuditLog through Export-Clixml, usually UTF-16: objects one after the other, or in one list.",
	TimeDesc: timeDesc,
	Fields:   wrapFields,
	Parts:    auditPart,
	Only:     rows.XML,
	Detect: func(h *ingest.Head, _ *ingest.Options) ingest.Match {
		text := bytes.ReplaceAll(h.Bytes, []byte{0}, nil)
		if bytes.Contains(text, []byte("<Objs ")) && bytes.Contains(text, []byte(`"AuditData"`)) {
			return ingest.Strong
		}
		return ingest.None
	},
	Open: func(h *ingest.Head, m *column.Map, o *ingest.Options) (*ingest.Decoder, error) {
		d := &wrappedDecoder{newDecoder(m, o, searchCaps...), m}
		c := cliObjects{encoding: h.Shape.Encoding}
		return &ingest.Decoder{Decode: d.decode, Finish: d.finish, Each: c.each, At: c.at}, nil
	},
}

// cliObjects cuts CliXml into the objects that it holds.
type cliObjects struct{ encoding rows.Encoding }

// each yields every object as a record: its properties as a JSON object.
func (c cliObjects) each(r io.Reader, yield func(*rows.Record) error) error {
	cut := &objectCutter{in: bufio.NewReader(r), encoding: c.encoding}
	for {
		o, err := cut.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		rec, err := c.at(o.raw)
		if o.length > int64(len(o.raw)) {
			err = errors.New("CliXml object is too long")
		}
		if err != nil {
			rec = &rows.Record{Err: &rows.Error{Offset: o.offset, Reason: err.Error()}}
		}
		rec.Offset, rec.Length = o.offset, int(o.length)
		if err := yield(rec); err != nil {
			return err
		}
	}
}

// at makes a record of an object's bytes.
func (c cliObjects) at(raw []byte) (*rows.Record, error) {
	text, err := cliObject(decodeText(raw, c.encoding))
	if err != nil {
		return nil, err
	}
	rec, err := rows.At(text, rows.Shape{Kind: rows.JSON})
	if err != nil {
		return nil, err
	}
	rec.Raw = raw
	return rec, nil
}

// decodeText is UTF-16 as UTF-8; other text stays as it is.
func decodeText(raw []byte, e rows.Encoding) []byte {
	if e != rows.UTF16LE && e != rows.UTF16BE {
		return bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
		if e == rows.UTF16BE {
			units[i] = units[i]<<8 | units[i]>>8
		}
	}
	out := make([]byte, 0, len(units))
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// cliObject makes the named properties of an object a JSON object. Only those
// of the object itself count, not those of objects inside it.
func cliObject(text []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var o jsonObject
	var name string
	var value []byte
	depth, objects := 0, 0
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("CliXml object is not well-formed: %w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			if t.Name.Local == "Obj" {
				objects++
			}
			name, value = "", value[:0]
			for _, a := range t.Attr {
				if a.Name.Local == "N" && objects == 1 {
					name = strings.Clone(a.Value)
				}
			}
		case xml.CharData:
			value = append(value, t...)
		case xml.EndElement:
			depth--
			if t.Name.Local == "Obj" {
				objects--
			} else if name != "" {
				o.add(name, rows.Quote(unescapeCli(string(value))))
			}
			name, value = "", value[:0]
		}
	}
	if depth != 0 {
		return nil, errors.New("cut record at end of file")
	}
	if text := o.text(); text != "" {
		return []byte(text), nil
	}
	return []byte("{}"), nil
}

// unescapeCli resolves _x000D_, by which CliXml writes characters that XML
// cannot hold.
func unescapeCli(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "_x")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if len(rest) > 4 && rest[4] == '_' {
			if u, err := strconv.ParseUint(rest[:4], 16, 16); err == nil {
				b.WriteRune(rune(u))
				s = rest[5:]
				continue
			}
		}
		b.WriteString("_x")
		s = rest
	}
}
