package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"regexp"

	"becforensics/report"
)

// Differences compares a workbook with what it was computed as: cell by cell,
// and what is no cell by the part that it is in.
func Differences(recorded, computed []byte) ([]report.Difference, error) {
	if bytes.Equal(recorded, computed) {
		return nil, nil
	}
	is, err := unpack(computed, nil)
	if err != nil {
		return nil, fmt.Errorf("compare workbook: %w", err)
	}
	was, err := unpack(recorded, is)
	if err != nil {
		return []report.Difference{{Recorded: err.Error(), Computed: "a workbook"}}, nil
	}
	names, err := sheetNames(is)
	if err != nil {
		return nil, fmt.Errorf("compare workbook: %w", err)
	}
	var list []report.Difference
	for _, part := range is.order {
		old, ok := was.text[part]
		if !ok {
			list = append(list, report.Difference{Path: where(part, names), Computed: "a part of the workbook"})
			continue
		}
		for _, d := range report.DifferencesByPiece(old, is.text[part], cellBegins, cellName) {
			d.Path = where(part, names) + " " + d.Path
			list = append(list, d)
		}
	}
	for _, part := range was.order {
		if _, ok := is.text[part]; !ok {
			list = append(list, report.Difference{Path: where(part, names), Recorded: "a part of the workbook"})
		}
	}
	if len(list) == 0 {
		list = append(list, report.Difference{Recorded: "the same parts in another archive", Computed: "a workbook"})
	}
	return list, nil
}

// cellBegins finds where the rows, cells and links of a worksheet begin, and
// what follows them.
var cellBegins = regexp.MustCompile(`<(c|row|hyperlink) (?:r|ref)="([^"]*)"|</sheetData>|<pageMargins`)

// cellName names one of them.
func cellName(match []string) string {
	switch match[1] {
	case "c":
		return "cell " + match[2]
	case "row":
		return "row " + match[2]
	case "hyperlink":
		return "link of " + match[2]
	}
	return "end"
}

// where names a part by its sheet, if it is one.
func where(part string, names map[string]string) string {
	if name := names[part]; name != "" {
		return fmt.Sprintf("sheet %q", name)
	}
	return part
}

// Unpacked are the parts of a workbook in their order.
type unpacked struct {
	order []string
	text  map[string]string
}

// overLength is how much longer than the one that it should be a part may be:
// more is not unpacked.
const overLength = 1 << 20

// unpack reads the parts of a workbook; like is what bounds them.
func unpack(workbook []byte, like *unpacked) (*unpacked, error) {
	z, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		return nil, err
	}
	u := &unpacked{text: map[string]string{}}
	for _, f := range z.File {
		if _, twice := u.text[f.Name]; twice {
			return nil, fmt.Errorf("part %q stands in it twice", f.Name)
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", f.Name, err)
		}
		var limited io.Reader = r
		if like != nil {
			limited = io.LimitReader(r, int64(len(like.text[f.Name]))+overLength)
		}
		text, err := io.ReadAll(limited)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", f.Name, err)
		}
		u.order, u.text[f.Name] = append(u.order, f.Name), string(text)
	}
	return u, nil
}

// sheetNames are those of the worksheets, by their parts.
func sheetNames(u *unpacked) (map[string]string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := xml.Unmarshal([]byte(u.text["xl/workbook.xml"]), &book); err != nil {
		return nil, err
	}
	if err := xml.Unmarshal([]byte(u.text["xl/_rels/workbook.xml.rels"]), &links); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range book.Sheets {
		for _, l := range links.List {
			if l.ID == s.ID {
				target := l.Target
				if !path.IsAbs(target) {
					target = "/xl/" + target
				}
				names[path.Clean(target)[1:]] = s.Name
			}
		}
	}
	return names, nil
}
