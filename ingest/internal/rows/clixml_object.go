package rows

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errCliCut is of an object that its text ends in.
var errCliCut = errors.New("cut record at end of file")

// maxCliDepth bounds how deep objects lie in one another; PowerShell writes two
// levels unless it is told otherwise.
const maxCliDepth = 50

// cliText is an object as JSON: its properties as members, their lists and
// objects likewise, all other values as texts. With errCliCut comes what is whole
// of the object.
func cliText(text []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	r := &cliReader{d}
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		value, err := r.object(start, 0)
		if err != nil && !errors.Is(err, errCliCut) {
			return nil, err
		}
		if !strings.HasPrefix(value, "{") {
			value = "{}"
		}
		return []byte(value), err
	}
}

type cliReader struct{ d *xml.Decoder }

func (r *cliReader) token() (xml.Token, error) {
	t, err := r.d.RawToken()
	if errors.Is(err, io.EOF) {
		return nil, errCliCut
	}
	if err != nil {
		return nil, fmt.Errorf("CliXml object is not well-formed: %w", err)
	}
	return t, nil
}

// value reads the element that start opens, as JSON.
func (r *cliReader) value(start xml.StartElement, depth int) (string, error) {
	switch start.Name.Local {
	case "Obj":
		return r.object(start, depth)
	case "Nil", "Ref":
		_, err := r.text()
		return "null", err
	}
	s, err := r.text()
	return Quote(cliUnescape(s)), err
}

// text is the text up to the end of the element; elements in it are passed over.
func (r *cliReader) text() (string, error) {
	var b strings.Builder
	for depth := 0; ; {
		t, err := r.token()
		if err != nil {
			return b.String(), err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
		case xml.CharData:
			if depth == 0 {
				b.Write(t)
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				return b.String(), nil
			}
		}
	}
}

// object reads an object: what it is made of decides what it is as JSON.
func (r *cliReader) object(_ xml.StartElement, depth int) (string, error) {
	if depth > maxCliDepth {
		return "", errors.New("CliXml object lies too deep in others")
	}
	var members, elements []string
	isList, named, plain := false, "", "null"
	done := func(err error) (string, error) {
		switch {
		case len(members) > 0:
			return "{" + strings.Join(members, ",") + "}", err
		case isList:
			return "[" + strings.Join(elements, ",") + "]", err
		case named != "":
			return named, err
		}
		return plain, err
	}
	for {
		t, err := r.token()
		if err != nil {
			return done(err)
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			if _, end := t.(xml.EndElement); end {
				return done(nil)
			}
			continue
		}
		switch start.Name.Local {
		case "TN", "TNRef":
			_, err = r.text()
		case "ToString":
			named, err = r.value(start, depth)
		case "Props", "MS":
			err = r.children(depth, func(name, value string) {
				if name != "" && value != "null" {
					members = append(members, Quote(name)+":"+value)
				}
			})
		case "DCT":
			err = r.entries(depth, func(key, value string) { members = append(members, key+":"+value) })
		case "LST", "IE", "STK", "QUE":
			isList = true
			err = r.children(depth, func(_, value string) { elements = append(elements, value) })
		default:
			plain, err = r.value(start, depth)
		}
		if err != nil {
			return done(err)
		}
	}
}

// children reads the elements up to the end of the one around them, each with
// its name if it has one.
func (r *cliReader) children(depth int, yield func(name, value string)) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			name := ""
			for _, a := range t.Attr {
				if a.Name.Local == "N" {
					name = cliUnescape(a.Value)
				}
			}
			value, err := r.value(t, depth+1)
			if err != nil {
				return err
			}
			yield(name, value)
		}
	}
}

// entries reads the entries of a dictionary, with their keys as JSON.
func (r *cliReader) entries(depth int, yield func(key, value string)) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			key, value := "", ""
			err := r.children(depth, func(name, v string) {
				if name == "Key" {
					key = v
				} else {
					value = v
				}
			})
			if err != nil {
				return err
			}
			if strings.HasPrefix(key, `"`) && value != "" {
				yield(key, value)
			}
		}
	}
}

// cliUnescape resolves _x000D_, by which CliXml writes characters that XML cannot
// hold.
func cliUnescape(s string) string {
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
