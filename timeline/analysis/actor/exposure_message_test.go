package actor

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// The audit log and programs' interfaces name one item in two frames; an id of
// another form is known by its letters alone, in either spelling.
func TestOneItemInTwoFrames(t *testing.T) {
	entry := append(make([]byte, 4), bytes.Repeat([]byte{0xFB, 0xEF, 7}, 22)...)
	audit := base64.StdEncoding.EncodeToString(append(append([]byte{entryBytes}, entry...), 9))
	mailbox := "18fb6a3a-1c2d-4e5f-8a9b-0c1d2e3f4a5b"
	request := append([]byte{0, 3, byte(len(mailbox)), 0}, mailbox...)
	request = append(append(request, 0, entryBytes, 0), entry...)
	rest := base64.URLEncoding.EncodeToString(request)
	if audit[:6] != "RgAAAA" || rest[:4] != "AAMk" || len(audit) != 96 || len(rest) != 152 {
		t.Fatalf("the ids %q, %q are not of the form that is found in exports", audit, rest)
	}
	if entryOf(audit) != string(entry) || entryOf(rest) != string(entry) {
		t.Errorf("%q and %q name two items", audit, rest)
	}
	if entryOf("AAMk-_short") != entryOf("AAMk/+short") || entryOf("AAMk1") == entryOf("AAMk2") {
		t.Error("ids of another form are not told apart by their letters")
	}
}
