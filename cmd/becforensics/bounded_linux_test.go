package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bombs are small or plain files that would take much memory or time of a
// program that takes them as they come.
var bombs = map[string]func(w io.Writer) error{
	"zip.zip": func(w io.Writer) error {
		z := zip.NewWriter(w)
		f, err := z.Create("AuditLog.json")
		if err != nil {
			return err
		}
		if err := spaces(f, 256<<20); err != nil {
			return err
		}
		return z.Close()
	},
	"gzip.json.gz": func(w io.Writer) error {
		z := gzip.NewWriter(w)
		if err := spaces(z, 256<<20); err != nil {
			return err
		}
		return z.Close()
	},
	"lists.json":   func(w io.Writer) error { return begun(w, auditRecord+`"Parameters":`, "[", 20<<20) },
	"objects.json": func(w io.Writer) error { return begun(w, auditRecord+`"Parameters":`, `{"a":`, 5<<20) },
	"members.json": func(w io.Writer) error { return begun(w, auditRecord, `"a":1,`, 2<<20) },
	"line.jsonl":   func(w io.Writer) error { return begun(w, auditRecord+`"ObjectId":"`, "endless ", 20<<20) },
	"quote.csv": func(w io.Writer) error {
		return begun(w, "CreationDate,UserIds,Operations,AuditData\n2026-01-01,a@contoso.example,New-InboxRule,\"", "endless\n", 3<<20)
	},
	"SearchResult.xml": func(w io.Writer) error {
		var b strings.Builder
		b.WriteString("<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\">")
		for c := 'b'; c <= 'z'; c++ {
			fmt.Fprintf(&b, "<!ENTITY %c %q>", c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
		}
		b.WriteString("]>\n<SearchResults><Event Operation=\"&z;\" MailboxOwnerUPN=\"&z;\">&z;</Event></SearchResults>\n")
		_, err := io.WriteString(w, b.String())
		return err
	},
}

// auditRecord begins a record of the audit log.
const auditRecord = `{"CreationTime":"2026-01-01T00:00:00","Id":"1","Operation":"New-InboxRule","RecordType":1,"UserId":"a@contoso.example","Workload":"Exchange",`

// spaces writes so many bytes of spaces.
func spaces(w io.Writer, n int) error { return begun(w, "", " ", n) }

// begun writes a text and then another again and again.
func begun(w io.Writer, text, again string, times int) error {
	const block = 1 << 12
	_, err := io.WriteString(w, text)
	for again := strings.Repeat(again, block); err == nil && times > 0; times -= block {
		_, err = io.WriteString(w, again)
	}
	return err
}

// TestBombsAreBounded reads each bomb in a process of its own and asks the
// system how much memory it took.
func TestBombsAreBounded(t *testing.T) {
	const (
		mostMemory = 1 << 30
		mostTime   = 30 * time.Second
	)
	dir := t.TempDir()
	for name, write := range bombs {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), mostTime)
		cmd := exec.CommandContext(ctx, "becforensics", "timeline", "-o", filepath.Join(dir, name+".csv"), path)
		began := time.Now()
		text, err := cmd.CombinedOutput()
		cancel()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		memory := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
		if code := cmd.ProcessState.ExitCode(); code != exitPartial || memory > mostMemory || bytes.Contains(text, []byte("panic")) {
			t.Errorf("%s: exit code %d, %d MiB, %v: %.500s", name, code, memory>>20, time.Since(began).Round(time.Millisecond), text)
		}
		t.Logf("%s: %d MiB, %v: %.200s", name, memory>>20, time.Since(began).Round(time.Millisecond), text)
	}
	proves(t, 13, "%d bombs (zip, gzip, nested JSON, endless lines, quotes and objects, XML entities): each is refused within 1 GiB of memory and %v", len(bombs), mostTime)
}
