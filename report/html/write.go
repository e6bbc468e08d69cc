package html

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"becforensics/ingest/evidence"
	"becforensics/report"
	"becforensics/timeline"
)

// mostBytes is the size of a page.
const mostBytes = 2_000_000

//go:embed page.tmpl page.css
var parts embed.FS

var (
	layout = template.Must(template.ParseFS(parts, "page.tmpl"))
	style  = mustRead("page.css")
)

func mustRead(name string) string {
	text, err := parts.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// A view is what the template shows.
type view struct {
	*report.Page
	Style   template.CSS
	Policy  string
	Parts   []part
	Records []printed
	Left    int // records that are cited and not printed
}

// A part is a section with its picture and its table made.
type part struct {
	report.Section
	Picture template.HTML
	Lines   [][]shown
}

// A shown cell is text, or links to records.
type shown struct {
	Text, Class string
	Day         string // of a moment; Text is the time
	Links       []link
	More        int // origins beside the links
}

type link struct{ Href, Text string }

// Records reads raw records again, by where they were read.
type Records func([]timeline.Origin) (map[timeline.Origin]Record, error)

// Write writes a case as a page. Records returns the records of origins, as far
// as they can be read.
func Write(w io.Writer, c *report.Case, records Records) error {
	limits := report.Usual
	page := report.NewPage(c, limits)
	read, err := records(page.Records[:min(len(page.Records), MostRecords)])
	if err != nil {
		return err
	}
	files := map[uint32]file{}
	for _, f := range c.Files {
		one := file{name: f.Name}
		switch {
		case strings.HasPrefix(f.Encoding, "UTF-16LE"):
			one.order = binary.LittleEndian
		case strings.HasPrefix(f.Encoding, "UTF-16BE"):
			one.order = binary.BigEndian
		}
		files[f.Evidence] = one
	}
	room := recordsBytes
	for {
		text, err := render(page, limits, choose(page.Records, read, files, room))
		if err != nil {
			return fmt.Errorf("write page: %w", err)
		}
		over := len(text) - mostBytes
		switch {
		case over <= 0:
			_, err := w.Write(text)
			return err
		case room > recordsBytes/2:
			room -= max(over, recordsBytes/8)
		case limits == limits.Fewer():
			return fmt.Errorf("write page: %d bytes, of at most %d", len(text), mostBytes)
		default:
			limits = limits.Fewer()
			page = report.NewPage(c, limits)
		}
	}
}

// render makes the page's bytes.
func render(page *report.Page, limits report.Limits, chosen map[timeline.Origin]printed) ([]byte, error) {
	sum := sha256.Sum256([]byte(style))
	v := view{
		Page: page, Style: template.CSS(style), Left: len(page.Records) - len(chosen),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
	}
	place := func(o timeline.Origin) string {
		if _, ok := chosen[o]; ok {
			return "#" + anchor(o)
		}
		return ""
	}
	for _, s := range page.Sections {
		p := part{Section: s}
		if s.Draw != nil {
			p.Picture = template.HTML(s.Draw(place)) // made by package picture, which escapes all text
		}
		if len(s.Columns) > 0 {
			s.Rows(func(cells []report.Cell) bool {
				line := make([]shown, len(cells))
				for i := range cells {
					line[i] = show(&cells[i], limits.Runes, place)
				}
				p.Lines = append(p.Lines, line)
				return true
			})
		}
		v.Parts = append(v.Parts, p)
	}
	origins := make([]timeline.Origin, 0, len(chosen))
	for o := range chosen {
		origins = append(origins, o)
	}
	slices.SortFunc(origins, timeline.Origin.Compare)
	for _, o := range origins {
		v.Records = append(v.Records, chosen[o])
	}
	var b bytes.Buffer
	err := layout.ExecuteTemplate(&b, "page.tmpl", v)
	return b.Bytes(), err
}

// mostLinks of one cell lead to records.
const mostLinks = 12

// longWord is the length above which a word may be broken: hashes, ids and
// addresses would make a table wider than its page.
const longWord = 24

// show is a cell as the page has it.
func show(c *report.Cell, runes int, place func(timeline.Origin) string) shown {
	switch c.Kind {
	case report.Number:
		return shown{Text: number(c), Class: "num"}
	case report.Moment:
		if c.Time.IsZero() {
			return shown{}
		}
		return shown{Day: c.Time.UTC().Format(time.DateOnly), Text: c.Time.UTC().Format(time.TimeOnly), Class: "time"}
	case report.Severity:
		return shown{Text: c.Text, Class: "sev " + c.Text}
	}
	if len(c.Origins) == 0 {
		s := shown{Text: short(c.Text, runes)}
		if slices.ContainsFunc(strings.Fields(s.Text), func(word string) bool { return len(word) > longWord }) {
			s.Class = "long"
		}
		return s
	}
	s := shown{Class: "recs"}
	for i, o := range c.Origins {
		if i == mostLinks {
			s.More = len(c.Origins) - i
			break
		}
		s.Links = append(s.Links, link{place(o), o.String()})
	}
	return s
}

func number(c *report.Cell) string {
	if c.Text != "" {
		return c.Text
	}
	return strconv.FormatFloat(c.Number, 'f', -1, 64)
}

// short makes text harmless and cuts it to a number of characters, with a mark.
func short(s string, runes int) string {
	s = evidence.Printable(s)
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return strings.ToValidUTF8(string([]rune(s)[:runes]), "") + " … [cut]"
}

// Most characters of a heading and of a paragraph: the evidence may name an
// account by a text of any length.
const (
	mostHeading = 200
	mostProse   = 4000
)

// Head makes a heading harmless, and Say a paragraph.
func (v view) Head(s string) string { return short(s, mostHeading) }
func (v view) Say(s string) string  { return short(s, mostProse) }
