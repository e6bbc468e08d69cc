package mail

import (
	"strings"
	"testing"

	"becforensics/timeline/reference"
)

func TestWithoutProperties(t *testing.T) {
	for query, want := range map[string]string{
		`from:cfo subject:"bank details"`: `cfo "bank details"`,
		`(subject:invoice OR -from:boss)`: `invoice OR boss)`,
		"payment: overdue":                "payment: overdue",
		"12:30":                           "12:30",
		"invoice":                         "invoice",
		":":                               ":",
	} {
		if got := strings.TrimSpace(withoutProperties(query)); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

func TestAttachmentTypes(t *testing.T) {
	j := &Attachments{set: reference.Default()}
	for _, test := range []struct {
		text   string
		types  bool // as in AttachmentDetail
		want   string
		weight int
		double bool
	}{
		{"hta;ByValue", true, "hta (executable, 3)", 3, false},
		{"pdf,exe", true, "exe (executable, 3)", 3, false},
		{"HTML | iso", true, "html (html-smuggling, 2), iso (disk-image, 3)", 3, false},
		{".js/ByValue", true, "js (executable, 3)", 3, false},
		{"xlsm:ByValue zip:ByValue", true, "xlsm (macro, 2), zip (archive, 1)", 2, false},
		{"application/pdf;ByValue", true, "", 0, false},
		{"application", true, "application (suspicious, 2)", 2, false},
		{"pdf;pptx;ByValue", true, "", 0, false},
		{"invoice.pdf.exe:ByValue", true, "exe (executable, 3) behind .pdf", 3, true},
		{"Scan.PDF.lnk (12b)", false, "lnk (executable, 3) behind .pdf", 3, true},
		{"New Bank Details.pdf (103531b)", false, "", 0, false},
		{"Your booking.com confirmation.pdf", false, "", 0, false},
		{"Job application (3412b); Action list (99b)", false, "", 0, false},
		{"report.v1.docx; notes.zip", false, "zip (archive, 1)", 1, false},
		{"", true, "", 0, false},
	} {
		r := j.read(test.text, test.types)
		if got := strings.Join(r.Extensions, ", "); got != test.want || r.Weight != test.weight || r.Double != test.double {
			t.Errorf("%q: %q weight %d double %v", test.text, got, r.Weight, r.Double)
		}
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		`"Ap <old@example.org>" <AP@Example.com>`: "ap@example.com", "SMTP:x@example.com": "x@example.com",
		" x@example.com ": "x@example.com", "": "", "Nobody": "nobody", "<x@example.com": "x@example.com",
	} {
		if got := Address(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
