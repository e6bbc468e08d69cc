package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"becforensics/report"
)

// Options are how a workbook is written; they change no cell.
type Options struct {
	// TmpDir is where excelize may put temporary files; the workbook's cells
	// never go there.
	TmpDir string
	// SplitRows is how many rows a worksheet holds; 0 means 1,000,000.
	SplitRows int
}

// Write writes a book as a workbook. Text that Excel cannot hold or a reader
// could not see is altered visibly: the row then has "yes" in a last column
// "Text altered", which sheets of over 20,000 rows always have and others only
// if needed; in prose above a table nothing marks it. A sheet with more rows
// than it announced, with a row that does not match its columns, or with a name
// that another has is an error, and what was written until then is no workbook.
func Write(w io.Writer, b *report.Book, opt Options) error {
	if err := write(w, b, opt); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func write(w io.Writer, b *report.Book, opt Options) error {
	if opt.SplitRows <= 0 {
		opt.SplitRows = splitRows
	}
	if len(b.Sheets) == 0 {
		return errors.New("no sheets")
	}
	layouts := make([]*layout, len(b.Sheets))
	names, targets := map[string]bool{}, map[string]*layout{}
	for i := range b.Sheets {
		s := &b.Sheets[i]
		l, err := layOut(s, opt.SplitRows)
		if err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
		layouts[i] = l
		for _, p := range l.pages {
			fold := strings.ToLower(p.name)
			if names[fold] {
				return fmt.Errorf("sheet %q: a second one of that name", p.name)
			}
			names[fold] = true
		}
		targets[s.Name] = l
	}
	framed, st, err := frame(b, layouts, targets, opt.TmpDir)
	if err != nil {
		return err
	}
	z := newArchive(w)
	for _, name := range slices.Sorted(maps.Keys(framed)) {
		if isWorksheet(name) {
			continue
		}
		if err := z.add(name, framed[name].Bytes()); err != nil {
			return err
		}
	}
	number := 1
	for _, l := range layouts {
		s := &sheetWriter{archive: z, framed: framed, cells: newCells(st, l, targets), number: number}
		if err := s.write(); err != nil {
			return fmt.Errorf("sheet %q: %w", l.sheet.Name, err)
		}
		number += len(l.pages)
	}
	return z.close()
}

func isWorksheet(part string) bool {
	name, ok := strings.CutPrefix(part, "xl/worksheets/")
	return ok && !strings.Contains(name, "/")
}

// A sheetWriter writes the worksheets of one sheet, one after the other.
type sheetWriter struct {
	*cells
	archive *archive
	framed  parts
	number  int     // in the workbook, of the next worksheet
	page    int     // of the sheet, the one being written
	stream  *stream // nil between worksheets
	merged  []byte  // what stands between the cells and the links
	tail    []byte  // what follows the links
}

func (s *sheetWriter) write() error {
	if err := s.begin(); err != nil {
		return err
	}
	if err := s.rows(); err != nil {
		if s.stream != nil {
			err = errors.Join(err, s.stream.close())
		}
		return err
	}
	return s.end()
}

// rows writes the rows of the sheet's table.
func (s *sheetWriter) rows() error {
	sheet, pages := s.layout.sheet, s.layout.pages
	if len(sheet.Columns) == 0 {
		return nil
	}
	header, total, held := s.layout.header(), 0, 0
	if sheet.Count == 0 {
		s.row(header+1, []report.Cell{{Text: "No rows."}})
	}
	var err error
	ahead(sheet.Rows)(func(row []report.Cell) bool {
		if total++; total > sheet.Count {
			err = fmt.Errorf("more rows than the %d announced", sheet.Count)
			return false
		}
		if len(row) != len(sheet.Columns) {
			err = fmt.Errorf("row %d: %d cells for %d columns", total, len(row), len(sheet.Columns))
			return false
		}
		if held == pages[s.page].rows {
			held = 0
			if err = s.end(); err == nil {
				s.page++
				err = s.begin()
			}
			if err != nil {
				return false
			}
		}
		held++
		s.row(header+held, row)
		err = s.flush()
		return err == nil
	})
	if err == nil && total < sheet.Count {
		err = fmt.Errorf("%d rows announced, %d came", sheet.Count, total)
	}
	return err
}

// begin starts the next worksheet, up to the first row of the table.
func (s *sheetWriter) begin() error {
	name := fmt.Sprintf("xl/worksheets/sheet%d.xml", s.number)
	s.number++
	if s.framed[name] == nil {
		return fmt.Errorf("no part %q", name)
	}
	head, rest, ok := bytes.Cut(s.framed[name].Bytes(), []byte("<sheetData>"))
	_, rest, ok2 := bytes.Cut(rest, []byte("</sheetData>"))
	if !ok || !ok2 {
		return fmt.Errorf("part %q has no cells", name)
	}
	at := bytes.Index(rest, []byte("<pageMargins"))
	if at < 0 {
		return fmt.Errorf("part %q has no margins", name)
	}
	s.merged, s.tail = rest[:at], rest[at:]
	var err error
	if s.stream, err = s.archive.stream(name); err != nil {
		return err
	}
	if s.b, err = s.stream.next(); err != nil {
		return err
	}
	s.b = append(s.b, head...)
	s.b = append(s.b, "<sheetData>"...)
	s.links = s.links[:0]
	s.head()
	return nil
}

// flush hands over what was made, if that is a chunk.
func (s *sheetWriter) flush() error {
	if len(s.b) < chunk {
		return nil
	}
	if err := s.stream.put(s.b); err != nil {
		return err
	}
	var err error
	s.b, err = s.stream.next()
	return err
}

// end completes a worksheet: its links and what excelize puts after them.
func (s *sheetWriter) end() error {
	s.b = append(s.b, "</sheetData>"...)
	s.b = append(s.b, s.merged...)
	err := s.hyperlinks()
	s.b = append(s.b, s.tail...)
	err = errors.Join(err, s.stream.put(s.b), s.stream.close())
	s.stream = nil
	return err
}

// hyperlinks writes the links of a worksheet, all within the workbook.
func (s *sheetWriter) hyperlinks() error {
	if len(s.links) == 0 {
		return nil
	}
	s.b = append(s.b, "<hyperlinks>"...)
	for _, l := range s.links {
		s.b = append(append(s.b, `<hyperlink ref="`...), s.names[l.column]...)
		s.b = strconv.AppendInt(s.b, int64(l.row), 10)
		s.b = append(s.b, `" location="`...)
		s.b = l.to.place(s.b, l.at)
		s.b = append(s.b, `"/>`...)
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.b = append(s.b, "</hyperlinks>"...)
	return nil
}
