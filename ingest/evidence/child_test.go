package evidence

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// childTask names what a process of this test binary is to do in place of the
// tests; childCase is the folder that it does it in.
const childTask, childCase = "BECFORENSICS_CHILD", "BECFORENSICS_CASE"

func TestMain(m *testing.M) {
	switch os.Getenv(childTask) {
	case "":
		os.Exit(m.Run())
	case "add":
		addUntilKilled(os.Getenv(childCase))
	case "confine":
		tryConfined(os.Getenv(childCase))
	}
}

func child(task, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childTask+"="+task, childCase+"="+dir)
	return cmd
}

// addUntilKilled adds notes and says after each that it is there.
func addUntilKilled(dir string) {
	for n := 0; ; n++ {
		_, err := AddNote(context.Background(), dir, fmt.Sprintf("note %d %s", n, strings.Repeat("x", n%7*1000)), Author{time.Now, "ada", "lab"})
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println("added")
	}
}

// TestCustodyLogSurvivesKill kills a process that adds to a custody log at
// random moments, again and again: no entry that it said was there is lost, the
// log is whole or its last line torn, and the next process goes on.
func TestCustodyLogSurvivesKill(t *testing.T) {
	dir := finished(t)
	random := rand.New(rand.NewPCG(1, 2))
	before := notes(t, dir)
	states := map[string]int{}
	for range 25 {
		cmd := child("add", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(out)
		said := 0
		kill := time.AfterFunc(time.Duration(20+random.IntN(60))*time.Millisecond, func() { cmd.Process.Kill() })
		for in.Scan() {
			if in.Text() != "added" {
				t.Errorf("the process says %q", in.Text())
			}
			said++
		}
		cmd.Wait()
		kill.Stop()
		after := notes(t, dir)
		if after < before+said || after > before+said+1 {
			t.Fatalf("%d notes of %d and %d", after, before, said)
		}
		before = after
		r := verified(t, dir)
		switch text := bad(r); {
		case r.Result == Same:
			states["whole"]++
		case strings.Contains(text, "torn: the log ends inside it"):
			states["torn"]++
		case strings.Contains(text, "the newest manifest covers"):
			states["without its manifest"]++
		default:
			t.Fatalf("%s", text)
		}
	}
	t.Logf("the case was left %v", states)
	if _, err := AddNote(t.Context(), dir, "the last", ada()); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, dir); r.Result != Same {
		t.Errorf("%s", bad(r))
	}
	for _, name := range folderNames(t, dir) {
		if strings.HasPrefix(name, tempPrefix) {
			t.Errorf("%s is left behind", name)
		}
	}
}

// notes counts the notes of a log that were written whole.
func notes(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, logOf))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		var e struct {
			Action string
			Detail struct{ Text string }
		}
		if json.Unmarshal([]byte(line), &e) == nil && e.Action == Note && strings.HasPrefix(e.Detail.Text, "note ") {
			n++
		}
	}
	return n
}

// tryConfined confines the process and prints what it can still do.
func tryConfined(dir string) {
	in := func(name string) string { return filepath.Join(dir, name) }
	say := func(what string, err error) { fmt.Println(what, err == nil) }
	say("listen at first", listen())
	Confine(Access{Read: []string{in("evidence"), in("lone.csv"), in("absent")}, Write: []string{in("out")}})
	fmt.Println("state", confined.State, confined.Network)
	read := func(name string) error { _, err := os.ReadFile(in(name)); return err }
	create := func(name string) error { return os.WriteFile(in(name), nil, 0o600) }
	say("read evidence", read("evidence/log.csv"))
	say("read lone", read("lone.csv"))
	say("read other", read("other.csv"))
	say("write evidence", create("evidence/log.csv"))
	say("write lone", create("lone.csv"))
	say("remove evidence", os.Remove(in("evidence/log.csv")))
	say("add to evidence", create("evidence/more.csv"))
	say("write out", create("out/report.xlsx"))
	say("make folder in out", os.Mkdir(in("out/months"), 0o700))
	say("rename in out", os.Rename(in("out/report.xlsx"), in("out/done.xlsx")))
	say("link evidence into out", os.Link(in("lone.csv"), in("out/lone.csv")))
	say("listen at last", listen())
}

// listen waits for connections by TCP, not by its multipath form.
func listen() error {
	var c net.ListenConfig
	c.SetMultipathTCP(false)
	l, err := c.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err == nil {
		err = l.Close()
	}
	return err
}

// TestConfinedProcess tries what a confined process can do.
func TestConfinedProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux confines")
	}
	dir := write(t, map[string]string{"evidence/log.csv": "text", "lone.csv": "lone", "other.csv": "other", "out/keep": ""})
	out, err := child("confine", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := string(out)
	if strings.Contains(text, "state unavailable") {
		t.Skip("this kernel has no Landlock")
	}
	want := []string{
		"state enforced", "read evidence true", "read lone true", "read other false", "write evidence false", "write lone false",
		"remove evidence false", "add to evidence false", "write out true", "make folder in out true", "rename in out true", "link evidence into out false",
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in\n%s", w, text)
		}
	}
	if strings.Contains(text, "listen at first true") && strings.Contains(text, "refused: tcp") && strings.Contains(text, "listen at last true") {
		t.Errorf("the network is open:\n%s", text)
	}
}
