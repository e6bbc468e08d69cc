package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// clock is a pinned time that moves a second a call.
func clock() func() time.Time {
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600))
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

// follow reads a whole log.
func follow(r io.Reader) error {
	c := newChain()
	if err := c.read(r, func(entry) {}); err != nil {
		return err
	}
	return c.end()
}

func TestCustodyLines(t *testing.T) {
	var b bytes.Buffer
	c := NewCustody(&b, Author{clock(), "Ada <ada@example.com>", "lab\xff"})
	for _, err := range []error{
		c.Append(Note, nil),
		c.Append(Started, map[string]any{"version": "1", "argv": []string{"a&b"}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	first := `{"seq":1,"prev":"` + strings.Repeat("0", 64) + `","time":"2026-03-01T08:30:01Z","actor":"Ada <ada@example.com>","host":"lab\\xff","action":"note","detail":{}}` + "\n"
	second := `{"seq":2,"prev":"` + hexSum(first) + `","time":"2026-03-01T08:30:02Z","actor":"Ada <ada@example.com>","host":"lab\\xff","action":"analyze.start","detail":{"argv":["a&b"],"version":"1"}}` + "\n"
	if got := b.String(); got != first+second {
		t.Errorf("got\n%swant\n%s%s", got, first, second)
	}
	if err := follow(&b); err != nil {
		t.Error(err)
	}
}

func TestChainFindsTampering(t *testing.T) {
	var b bytes.Buffer
	c := NewCustody(&b, Author{clock(), "ada", "lab"})
	for i := range 5 {
		if err := c.Append(Note, map[string]int{"n": i}); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.SplitAfter(strings.TrimSuffix(b.String(), "\n"), "\n")
	lines[4] += "\n"
	join := func(order ...int) string {
		var s string
		for _, i := range order {
			s += lines[i]
		}
		return s
	}
	for name, c := range map[string]struct{ log, want string }{
		"whole":           {join(0, 1, 2, 3, 4), ""},
		"edited":          {strings.Replace(join(0, 1, 2, 3, 4), `"n":2`, `"n":7`, 1), "line 4: chain broken"},
		"inserted":        {join(0, 1, 1, 2, 3, 4), "line 3: numbered 2"},
		"dropped":         {join(0, 1, 3, 4), "line 3: numbered 4"},
		"dropped first":   {join(1, 2, 3, 4), "line 1: numbered 2"},
		"moved":           {join(0, 2, 1, 3, 4), "line 2: numbered 3"},
		"torn":            {strings.TrimSuffix(join(0, 1, 2), "}\n"), "line 3: torn"},
		"line feed lost":  {strings.TrimSuffix(join(0, 1, 2), "\n"), "line 3: torn"},
		"CRLF":            {strings.ReplaceAll(join(0, 1), "\n", "\r\n"), "line 2: chain broken"},
		"empty":           {"", "line 1: the log is empty"},
		"no JSON":         {join(0) + "x\n", "line 2: not an entry"},
		"key added":       {join(0) + strings.Replace(lines[1], `{"seq"`, `{"x":1,"seq"`, 1), "line 2: not an entry"},
		"two on one line": {join(0) + strings.TrimSuffix(lines[1], "\n") + lines[2], "line 2: not an entry"},
	} {
		err := follow(strings.NewReader(c.log))
		var broken *ChainError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (!errors.As(err, &broken) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestChainReadsNoEndlessLine(t *testing.T) {
	err := follow(strings.NewReader(strings.Repeat("x", maxLine+100_000)))
	if err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("%v", err)
	}
}

func TestCustodyStopsAtAnError(t *testing.T) {
	w := &failing{after: 10}
	c := NewCustody(w, Author{clock(), "ada", "lab"})
	if err := c.Append(Note, nil); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
	w.after = 1 << 20
	if err := c.Append(Note, nil); !errors.Is(err, errFull) {
		t.Errorf("a line follows one that was not written: %v", err)
	}
	if err := NewCustody(w, Author{clock(), "ada", "lab"}).Append(Note, func() {}); err == nil {
		t.Error("a function is no detail")
	}
}

func TestExecutableHash(t *testing.T) {
	h, err := ExecutableHash()
	if err != nil || len(h) != 64 {
		t.Errorf("%q, %v", h, err)
	}
}

var errFull = fmt.Errorf("no space left on device")

// failing is a disk that is full after so many bytes.
type failing struct {
	bytes.Buffer
	after int
}

func (f *failing) Write(p []byte) (int, error) {
	if f.Len()+len(p) > f.after {
		n, _ := f.Buffer.Write(p[:max(0, f.after-f.Len())])
		return n, errFull
	}
	return f.Buffer.Write(p)
}
