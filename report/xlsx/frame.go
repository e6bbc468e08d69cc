package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"

	"github.com/xuri/excelize/v2"

	"becforensics/report"
)

// noClock stands in the document properties for the times that they ask for.
const noClock = "1980-01-01T00:00:00Z"

// parts collects what excelize writes: everything of the workbook but the
// cells.
type parts map[string]*bytes.Buffer

func (p parts) Create(name string) (io.Writer, error) {
	p[name] = &bytes.Buffer{}
	return p[name], nil
}

func (p parts) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (p parts) Close() error { return nil }

// frame makes the workbook without its cells, and the formats for them.
func frame(b *report.Book, layouts []*layout, targets map[string]*layout, tmp string) (parts, *styles, error) {
	f := excelize.NewFile(excelize.Options{TmpDir: tmp})
	defer f.Close()
	st, err := newStyles(f)
	if err != nil {
		return nil, nil, err
	}
	sheets := 0
	for _, l := range layouts {
		for i, p := range l.pages {
			sheets++
			w := worksheet{file: f, layout: l, targets: targets, page: p, first: i == 0, number: sheets}
			if err := w.build(printed(b.Footer)); err != nil {
				return nil, nil, fmt.Errorf("sheet %q: %w", p.name, err)
			}
		}
	}
	if err := properties(f, b); err != nil {
		return nil, nil, err
	}
	sort.Slice(f.ContentTypes.Defaults, func(i, j int) bool {
		return f.ContentTypes.Defaults[i].Extension < f.ContentTypes.Defaults[j].Extension
	})
	p := parts{}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return p })
	return p, st, f.Write(io.Discard)
}

// category is what kind of document the workbook is.
const category = "Forensic report"

// properties says whose workbook it is, without a clock.
func properties(f *excelize.File, b *report.Book) error {
	title, _ := fit(b.Title)
	subject, _ := fit(b.Subject)
	creator, _ := fit(b.Creator)
	var failed error
	for _, p := range [...]struct{ name, value string }{{"CaseNumber", b.Case}, {"Marking", b.Marking}} {
		if value, _ := fit(p.value); value != "" {
			failed = errors.Join(failed, f.SetCustomProps(excelize.CustomProperty{Name: p.name, Value: value}))
		}
	}
	return errors.Join(
		failed,
		f.SetDocProps(&excelize.DocProperties{Category: category, Title: title, Subject: subject, Creator: creator, LastModifiedBy: creator, Created: noClock, Modified: noClock}),
		f.SetAppProps(&excelize.AppProperties{Application: "becforensics"}),
	)
}
