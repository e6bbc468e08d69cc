package geo

import "testing"

func TestFindCountry(t *testing.T) {
	for _, c := range []struct {
		text, code string
		exact      bool
	}{
		{"GB", "GB", true},
		{" ie ", "IE", true},
		{"UK", "GB", false},
		{"france", "FR", false},
		{"Guinea", "GN", false}, // a whole name before a word of others
		{"Islands", "", false},
		{"XX", "", false},
		{"", "", false},
	} {
		if code, exact := FindCountry(c.text); code != c.code || exact != c.exact {
			t.Errorf("FindCountry(%q) = %q, %t; want %q, %t", c.text, code, exact, c.code, c.exact)
		}
	}
}
