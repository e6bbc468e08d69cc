package evidence

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
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
