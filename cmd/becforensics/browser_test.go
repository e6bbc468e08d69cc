package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"becforensics/timeline/analysis/analysistest/estate"
)

// browser is a Chromium of this machine; the test is skipped without one.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium is installed: the page is not opened in a browser")
	return ""
}

// A visit is what a browser made of a page.
type visit struct {
	document string   // when it was loaded
	console  []string // its messages
	asked    []string // addresses that it tried to load
}

var (
	consoleLine = regexp.MustCompile(`(?m)^.*CONSOLE.*$`)
	// A request that begins, with the origin that asks: a browser asks its maker
	// for updates as well, which is "not an origin".
	request = regexp.MustCompile(`"initiator":"([^"]*)".*"url":"([^"]*)"`)
)

// visitPage opens a page in a browser that reaches no network.
func visitPage(t *testing.T, chromium, path string) visit {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	dir := t.TempDir()
	netLog := filepath.Join(dir, "net.json")
	cmd := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
		"--proxy-server=127.0.0.1:9", "--user-data-dir="+filepath.Join(dir, "profile"), "--log-net-log="+netLog,
		"--enable-logging=stderr", "--dump-dom", "file://"+path)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", chromium, err, errs.String())
	}
	log, err := os.ReadFile(netLog)
	if err != nil {
		t.Fatal(err)
	}
	v := visit{document: out.String(), console: consoleLine.FindAllString(errs.String(), -1)}
	for _, m := range request.FindAllStringSubmatch(string(log), -1) {
		if m[1] != "not an origin" {
			v.asked = append(v.asked, m[2])
		}
	}
	return v
}

// TestPageInABrowser opens pages in a browser: they load whole, ask for nothing
// and give no message on the console. A page with a script and a picture of
// elsewhere shows that the test would see it.
func TestPageInABrowser(t *testing.T) {
	chromium := browser(t)
	for name, evidence := range map[string]string{
		"device-code": writeEstate(t, estate.Named("device-code").Make(estate.Options{Seed: 1})),
		"hostile":     hostileEvidence(t),
	} {
		path, page := pageOf(t, evidence)
		v := visitPage(t, chromium, path)
		if len(v.console) > 0 || len(v.asked) > 0 {
			t.Errorf("%s: console %q, asked for %q", name, v.console, v.asked)
		}
		for _, part := range []string{`<section id="records"`, "<svg", "</footer>"} {
			if strings.Count(v.document, part) != strings.Count(page, part) || !strings.Contains(page, part) {
				t.Errorf("%s: %d of %d %s are in the document", name, strings.Count(v.document, part), strings.Count(page, part), part)
			}
		}
		if strings.Contains(v.document, "<script") {
			t.Errorf("%s: the document holds a script", name)
		}
	}
	path, page := pageOf(t, filepath.Join(harbour, "evidence"))
	page = strings.Replace(page, "</footer>", `</footer><script>1</script><img src="http://192.0.2.1/x.png">`, 1)
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	if v := visitPage(t, chromium, path); len(v.console) != 2 {
		t.Errorf("the browser's console has %q of a script and a picture that the policy forbids", v.console)
	}
	if err := os.WriteFile(path, []byte(`<!DOCTYPE html><title>x</title><img src="http://192.0.2.1/x.png">`), 0o600); err != nil {
		t.Fatal(err)
	}
	if v := visitPage(t, chromium, path); len(v.asked) == 0 {
		t.Error("a page that asks for a picture of elsewhere is not seen to")
	}
}
