package timeline

import (
	"strings"
	"testing"
)

// Texts about as long as has a leaf of its own stay whole, whichever come before and after.
func TestLongTexts(t *testing.T) {
	for first := range 3 {
		d := newDict(nil)
		var texts []string
		for i := range 9 {
			n := []int{longText - 1, longText, longText + 1, 100 * longText, 1, 2}[(first+i)%6]
			texts = append(texts, strings.Repeat(string(rune('a'+i)), n))
		}
		for range 2 {
			for i, s := range texts {
				if code := d.add(s); int(code) != i+1 || d.value(code) != s {
					t.Fatalf("text %d of %d bytes has code %d and %d bytes", i, len(s), code, len(d.value(code)))
				}
			}
		}
		for i, s := range texts {
			if got := d.value(uint32(i + 1)); got != s {
				t.Errorf("text %d of %d bytes became %d bytes", i, len(s), len(got))
			}
		}
		d.reset()
		if code := d.add(texts[4]); code != 1 || d.value(code) != texts[4] {
			t.Errorf("after a reset the first text has code %d and is %q", code, d.value(code))
		}
	}
}
