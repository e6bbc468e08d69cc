package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/semver"
)

// TestEnvironmentChangesNoByte runs the program as it is built, under other
// time zones, languages, working directories, numbers of processors, spellings
// and orders of its arguments, at other times.
func TestEnvironmentChangesNoByte(t *testing.T) {
	binary, evidence := build(t), harbourCopy(t)
	inputs := []string{"d.cole", "messages", "m.hart@harbourtimber.example.csv"}
	environments := []struct {
		variables []string
		folder    string // in which the program is started
		spelled   func(name string) string
	}{
		{[]string{"TZ=UTC", "LANG=C", "GOMAXPROCS=1"}, evidence, func(name string) string { return name }},
		{[]string{"TZ=America/St_Johns", "LANG=tr_TR.UTF-8", "GOMAXPROCS=2"}, filepath.Dir(evidence), func(name string) string { return filepath.Join("evidence", name) }},
		{[]string{"TZ=Pacific/Kiritimati", "LC_ALL=de_DE.UTF-8", "GOMAXPROCS=8"}, os.TempDir(), func(name string) string { return filepath.Join(evidence, name) }},
		{[]string{"TZ=Asia/Kathmandu", "LC_ALL=ja_JP.SJIS", "GOMAXPROCS=3", "HOME=/nonexistent", "USER=another"}, evidence, func(name string) string { return "./../evidence/" + name }},
	}
	outputs := []string{"-o", "report.xlsx", "--json", "findings.json", "--html", "page.html", "--stix", "stix.json", "--iocs", "iocs.csv"}
	found := map[string]map[string]bool{} // hashes by output
	for n, e := range environments {
		out := t.TempDir()
		args := []string{"analyze"}
		for i := 0; i < len(outputs); i += 2 {
			args = append(args, outputs[i], filepath.Join(out, outputs[i+1]))
		}
		for i := range inputs {
			args = append(args, e.spelled(inputs[(i+n)%len(inputs)]))
		}
		cmd := exec.Command(binary, args...)
		cmd.Dir, cmd.Env = e.folder, append(os.Environ(), e.variables...)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", e.variables, err, text)
		}
		for i := 1; i < len(outputs); i += 2 {
			if found[outputs[i]] == nil {
				found[outputs[i]] = map[string]bool{}
			}
			found[outputs[i]][hashOf(t, filepath.Join(out, outputs[i]))] = true
		}
	}
	for output, hashes := range found {
		if len(hashes) != 1 {
			t.Errorf("%s: %d SHA-256 in %d runs", output, len(hashes), len(environments))
		}
	}
	proves(t, 3, "%d outputs, %d runs with other time zones, languages, working directories, processors, spellings and orders of arguments: one SHA-256 each", len(found), len(environments))
}

// TestBuildDependsOnNoFolder builds a release in two folders.
func TestBuildDependsOnNoFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("after a change, all is compiled anew")
	}
	hashes := map[string]bool{}
	for range 2 {
		dir := t.TempDir()
		source := filepath.Join(dir, "source")
		for _, name := range append([]string{"go.mod", "go.sum"}, rooms...) {
			if err := copyTree(filepath.Join("..", "..", name), filepath.Join(source, name)); err != nil {
				t.Fatal(err)
			}
		}
		binary := filepath.Join(dir, "becforensics")
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", binary, "./cmd/becforensics")
		cmd.Dir, cmd.Env = source, append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, text)
		}
		text, err := os.ReadFile(binary)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(dir)) {
			t.Errorf("the program names the folder that it was built in")
		}
		hashes[hashOf(t, binary)] = true
	}
	if len(hashes) != 1 {
		t.Error("two folders give two programs")
	}
	proves(t, 18, "2 builds in 2 folders: one SHA-256, and neither names its folder")
}

// copyTree copies a file or folder.
func copyTree(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// TestModulesAreOfSafeVersions holds the modules that are linked into the
// program to the versions from which on the holes that are known are closed.
func TestModulesAreOfSafeVersions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "safe_versions.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(build(t))
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]string{}
	for _, m := range info.Deps {
		if m.Replace != nil {
			t.Errorf("%s is replaced", m.Path)
		}
		linked[m.Path] = m.Version
	}
	var as []string
	for _, l := range lines[1:] {
		module, least, hole, date := l[0], l[1], l[2], l[4]
		switch version, ok := linked[module]; {
		case !ok:
			t.Errorf("%s is not linked: its line can go", module)
		case !semver.IsValid(least) || semver.Compare(version, least) < 0:
			t.Errorf("%s is %s, and %s closed %s", module, version, least, hole)
		}
		as = append(as, date)
	}
	proves(t, 17, "%d modules with known holes, as of %s: each linked at a version that has closed them", len(lines)-1, slices.Max(as))
}
