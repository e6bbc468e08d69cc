package mail

import (
	"testing"
)

// The samples are of RFC 3492, section 7.1.
func TestPunycode(t *testing.T) {
	for coded, want := range map[string]string{
		"ihqwcrb4cv8a8dqg056pqjye":       "他们为什么不说中文",
		"Proprostnemluvesky-uyb24dma41a": "Pročprostěnemluvíčesky",
		"-> $1.00 <--":                   "-> $1.00 <-",
		"mller-kva":                      "müller",
	} {
		got, ok := punycode(coded)
		if !ok || got != want {
			t.Errorf("punycode(%q) = %q, %v; want %q", coded, got, ok, want)
		}
	}
	for _, bad := range []string{"a-9", "99999999", "ü"} {
		if got, ok := punycode(bad); ok {
			t.Errorf("punycode(%q) = %q, want none", bad, got)
		}
	}
}
