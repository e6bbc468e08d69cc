package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// readArrow is a script for Node.js that reads an Arrow file and prints the texts
// of each row by column, and its time in milliseconds since 1970.
const readArrow = `
const fs = require('node:fs'), lz4 = require('lz4js');
const { tableFromIPC, compressionRegistry, CompressionType } = require('apache-arrow');
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: b => lz4.decompress(b) });
for (const row of tableFromIPC(fs.readFileSync(process.argv[1]))) {
  const { datetime, ...columns } = row.toJSON();
  const texts = Object.fromEntries(Object.entries(columns).filter(([, v]) => typeof v === 'string'));
  console.log(JSON.stringify({ datetime, texts }));
}
`

// The Arrow file opens in apache-arrow for JavaScript, with a decoder of LZ4,
// and holds what the JSON lines hold.
func TestArrowInJavaScript(t *testing.T) {
	modules := nodeModules(t)
	evidence := filepath.Join("..", "..", "testdata", "cases", "harbour-2018", "evidence")
	folder := t.TempDir()
	arrow, lines := filepath.Join(folder, "t.arrow"), filepath.Join(folder, "t.jsonl")
	for _, file := range []string{arrow, lines} {
		if _, stderr, code := command(t, "timeline", "-o", file, evidence); code != exitDone {
			t.Fatalf("timeline ends with %d: %s", code, stderr)
		}
	}
	node := exec.Command("node", "-e", readArrow, arrow)
	node.Stderr = os.Stderr
	node.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(lines)
	if err != nil {
		t.Fatal(err)
	}
	read, want := json.NewDecoder(bytes.NewReader(out)), json.NewDecoder(bytes.NewReader(text))
	n := 1
	for ; want.More(); n++ {
		var row struct {
			Datetime *float64
			Texts    map[string]string
		}
		var line map[string]any
		if err := want.Decode(&line); err != nil {
			t.Fatal(err)
		}
		if err := read.Decode(&row); err != nil {
			t.Fatalf("row %d: %v", n, err)
		}
		texts := map[string]string{}
		for column, v := range line {
			if s, ok := v.(string); ok && s != "" && column != "datetime" {
				texts[column] = s
			}
		}
		if !maps.Equal(row.Texts, texts) {
			t.Fatalf("row %d holds %v, want %v", n, row.Texts, texts)
		}
		at, timed := line["datetime"].(string)
		switch {
		case timed != (row.Datetime != nil):
			t.Errorf("row %d has the time %v, want %q", n, row.Datetime, at)
		case timed:
			if got := time.UnixMicro(int64(*row.Datetime*1000 + 0.5)).UTC().Format("2006-01-02T15:04:05"); got != at[:len(got)] {
				t.Errorf("row %d is of %s, want %s", n, got, at)
			}
		}
	}
	if n == 1 {
		t.Error("no row was compared")
	}
	if read.More() {
		t.Error("the Arrow file holds more rows than the JSON lines")
	}
}
