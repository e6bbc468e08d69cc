package message_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"becforensics/ingest"
	"becforensics/ingest/ingesttest"
	"becforensics/ingest/message"
	"becforensics/timeline"
)

// mail reads a message and gives its only row and its headers.
func mail(t *testing.T, path string) (*timeline.Timeline, [][]string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tl, f := ingesttest.Read(t, message.Source, filepath.Base(path), data, &ingest.Options{})
	if tl.Len() != 1 {
		t.Fatalf("%s: %s, %d events: %s", f.Name, f.Status, tl.Len(), f.Reason)
	}
	var d struct{ Headers [][]string }
	if err := json.Unmarshal([]byte(tl.Details(0)), &d); err != nil {
		t.Fatal(err)
	}
	return tl, d.Headers
}

// TestMailHeaders compares headers with those that another program counted.
func TestMailHeaders(t *testing.T) {
	data := ingesttest.Shared(t, "data")
	in, err := os.Open(filepath.Join(data, "dev-oracles/mail_headers.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s := bufio.NewScanner(in)
	s.Scan()
	column := map[string]int{}
	for i, name := range strings.Split(s.Text(), "\t") {
		column[name] = i
	}
	for s.Scan() {
		row := strings.Split(s.Text(), "\t")
		want := func(name string) string { return row[column[name]] }
		path := filepath.Join(data, want("source"), want("split"), want("file"))
		t.Run(want("source")+"/"+want("file"), func(t *testing.T) {
			tl, headers := mail(t, path)
			count := func(name string) (n int) {
				for _, h := range headers {
					if strings.EqualFold(h[0], name) {
						n++
					}
				}
				return n
			}
			for header, name := range map[string]string{"Received": "n_received", "Authentication-Results": "n_authres", "ARC-Seal": "arc_seals"} {
				if got := strconv.Itoa(count(header)); got != want(name) {
					t.Errorf("%s %s headers, want %s", got, header, want(name))
				}
			}
			sender := strings.TrimSuffix(tl.Text(timeline.ColSender, 0), "!") // which the other program left out
			domain := sender[strings.LastIndex(sender, "@")+1:]
			if !strings.EqualFold(domain, want("from_domain")) {
				t.Errorf("sender's domain %q, want %q", domain, want("from_domain"))
			}
			if _, ok := tl.Nanos(0); !ok {
				t.Error("message has no time")
			}
		})
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}
