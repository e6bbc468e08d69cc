package rows

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// A CliXML cuts what PowerShell's Export-Clixml wrote into the objects that were
// exported, and gives each as a JSON record. It knows no cmdlet: whose objects
// they are is told by their properties, as of any JSON.
type CliXML struct{ Encoding Encoding }

// IsCliXML reports whether a file that begins so is CliXml.
func IsCliXML(head []byte) bool {
	return bytes.Contains(bytes.ReplaceAll(head, []byte{0}, nil), []byte("<Objs "))
}

// Each yields every object as a record: its properties as a JSON object.
func (c CliXML) Each(r io.Reader, yield func(*Record) error) error {
	cut := &cliCutter{in: bufio.NewReader(r), encoding: c.Encoding}
	for {
		o, err := cut.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		rec, err := c.At(o.raw)
		if o.length > int64(len(o.raw)) {
			err = errors.New("CliXml object is too long")
		}
		if err != nil {
			rec = &Record{Err: &Error{Offset: o.offset, Reason: err.Error()}}
		}
		rec.Offset, rec.Length = o.offset, int(o.length)
		if err := yield(rec); err != nil {
			return err
		}
	}
}

// At makes a record of an object's bytes.
func (c CliXML) At(raw []byte) (*Record, error) {
	text, err := cliText(cliDecode(raw, c.Encoding))
	if err != nil {
		return nil, err
	}
	rec, err := At(text, Shape{Kind: JSON})
	if err != nil {
		return nil, err
	}
	rec.Raw = raw
	return rec, nil
}

// Sample yields the objects at the beginning of a file as JSON. Of one that the
// beginning ends in, what is whole of it is there.
func (c CliXML) Sample(head []byte, yield func(json []byte) bool) {
	cut := &cliCutter{in: bufio.NewReader(bytes.NewReader(head)), encoding: c.Encoding}
	for {
		o, err := cut.next()
		if err != nil {
			return
		}
		text, err := cliText(cliDecode(o.raw, c.Encoding))
		if err != nil && !errors.Is(err, errCliCut) {
			continue
		}
		if !yield(text) {
			return
		}
	}
}

// cliDecode is UTF-16 as UTF-8; other text stays as it is.
func cliDecode(raw []byte, e Encoding) []byte {
	if e != UTF16LE && e != UTF16BE {
		return bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
		if e == UTF16BE {
			units[i] = units[i]<<8 | units[i]>>8
		}
	}
	out := make([]byte, 0, len(units))
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}
