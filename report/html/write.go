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
	"strings"

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
	places  *places
}

// A part is a section with its picture and its table made.
type part struct {
	report.Section
	Picture template.HTML
	Lines   [][]shown
}

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
	p := &places{records: chosen, rows: rowsHere(page), sections: map[string]bool{}, named: page.Named, zone: page.Zone}
	for _, s := range page.Sections {
		p.sections[s.ID] = true
	}
	v := view{
		Page: page, Style: template.CSS(style), Left: len(page.Records) - len(chosen), places: p,
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
	}
	for _, s := range page.Sections {
		part := part{Section: s}
		if s.Draw != nil {
			part.Picture = template.HTML(s.Draw(p.record)) // made by package picture, which escapes all text
		}
		if len(s.Columns) > 0 {
			s.Rows(func(cells []report.Cell) bool {
				line := make([]shown, len(cells))
				for i := range cells {
					runes := limits.Runes
					if s.Columns[i].Wrap {
						runes = limits.Prose
					}
					line[i] = show(&cells[i], runes, p)
				}
				part.Lines = append(part.Lines, line)
				return true
			})
		}
		v.Parts = append(v.Parts, part)
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

// rowsHere are the numbers of the suspicious rows that stand in a page.
func rowsHere(page *report.Page) map[int]bool {
	here := map[int]bool{}
	for _, s := range page.Sections {
		if len(s.Columns) == 0 {
			continue
		}
		s.Rows(func(cells []report.Cell) bool {
			for i := range cells {
				if cells[i].Here {
					here[cells[i].Numbers[0]] = true
				}
			}
			return true
		})
	}
	return here
}

// Most characters of a heading and of a paragraph: the evidence may name an
// account by a text of any length.
const (
	mostHeading = 200
	mostProse   = 4000
)

// Head makes a heading harmless, and Say a paragraph, whose citations lead to
// their records.
func (v view) Head(s string) string { return short(s, mostHeading) }
func (v view) Say(s string) []bit   { return v.places.bits(short(s, mostProse)) }
