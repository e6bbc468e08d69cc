package timeline

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestFilter(t *testing.T) {
	tl := seal(t, []Event{
		ev("at=1", "user=Anna@x.example", "mailbox=shared@x.example", "operation=Send", "ip=198.51.100.7", "session=S-1", "subject=Invoice 7"),
		ev("at=2", "user=bob@x.example", "operation=ServerLogon", "ip=198.51.101.7"),
		ev("at=3", "user=anna@y.example", "operation=send", "ip=2001:db8::1"),
		ev("user=bob@x.example", "operation=Delete"),
	})
	at := func(seconds int64) time.Time { return tl.Time(0).Add(time.Duration(seconds-1) * time.Second) }
	for _, c := range []struct {
		name string
		f    Filter
		want string
	}{
		{"nothing asked", Filter{}, "[0 1 2 3]"},
		{"whole address", Filter{User: "ANNA@x.example"}, "[0]"},
		{"part before @", Filter{User: "anna"}, "[0 2]"},
		{"mailbox", Filter{User: "shared"}, "[0]"},
		{"a part of a name", Filter{User: "ann"}, "[]"},
		{"operation", Filter{Operation: "SEND"}, "[0 2]"},
		{"address", Filter{Network: netip.MustParsePrefix("198.51.100.7/32")}, "[0]"},
		{"network", Filter{Network: netip.MustParsePrefix("198.51.100.0/23")}, "[0 1]"},
		{"network of version 6", Filter{Network: netip.MustParsePrefix("2001:db8::/32")}, "[2]"},
		{"session", Filter{Session: "s-1"}, "[0]"},
		{"text of a column", Filter{Text: "INVOICE"}, "[0]"},
		{"text of details", Filter{Text: `"extra":"e001:4"`}, "[3]"},
		{"text nowhere", Filter{Text: "heron"}, "[]"},
		{"from", Filter{From: at(2)}, "[1 2]"},
		{"to", Filter{To: at(2)}, "[0]"},
		{"two at once", Filter{User: "anna", Operation: "send", From: at(2)}, "[2]"},
	} {
		if got := fmt.Sprint(tl.Rows(c.f)); got != c.want {
			t.Errorf("%s: rows %s, want %s", c.name, got, c.want)
		}
	}
}

func TestChosenColumns(t *testing.T) {
	tl := exported(t)
	query, _ := FieldFor("query")
	user, _ := FieldFor("user")
	var b bytes.Buffer
	if err := tl.WriteCSV(&b, allRows(tl), []Field{query, user}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), byteOrderMark+`"query","user"`) {
		t.Errorf("CSV %s", b.String())
	}
	b.Reset()
	if err := tl.WriteJSONL(&b, allRows(tl)[1:], []Field{query, user}); err != nil {
		t.Fatal(err)
	}
	if b.String() != "{\"user\":\"b@x.example\"}\n" {
		t.Errorf("JSON lines %s", b.String())
	}
	b.Reset()
	if err := tl.WriteArrow(&b, allRows(tl), []Field{query, user}); err != nil {
		t.Fatal(err)
	}
}
