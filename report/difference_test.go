package report

import (
	"fmt"
	"slices"
	"testing"
)

// What differs is named by its path, in the order of the text; what says the
// same in other bytes, and what is no JSON, differs as a whole.
func TestDifferences(t *testing.T) {
	const whole = `{"b":1.0,"a":[{"x":"one"},{"x":"two","y":null}],"c":{}}`
	for _, c := range []struct {
		recorded string
		want     []string
	}{
		{whole, nil},
		{`{"b":1.00,"a":[{"x":"one"},{"x":"two","y":null}],"c":{}}`, []string{"b: 1.00, 1.0"}},
		{`{"b":2,"a":[{"x":"One"},{"x":"two","y":null}],"c":{}}`, []string{"b: 2, 1.0", `a[0].x: "One", "one"`}},
		{`{"b":1.0,"a":[{"x":"one"}],"c":[]}`, []string{`a[1]: , {"x":"two","y":null}`, "c: [], {}"}},
		{`{"b":1.0,"a":[{"x":"one","z":true},{"x":"two"}],"c":{}}`, []string{"a[0].z: true, ", "a[1].y: , null"}},
		{`{"b": 1.0,"a":[{"x":"one"},{"x":"two","y":null}],"c":{}}`, []string{": the same in other bytes, or a member twice, data as JSON"}},
		{`{"b":2,"b":1.0,"a":[{"x":"one"},{"x":"two","y":null}],"c":{}}`, []string{": the same in other bytes, or a member twice, data as JSON"}},
		{`{"b":1.0`, []string{": EOF, data as JSON"}},
	} {
		list, err := Differences([]byte(c.recorded), []byte(whole))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			got = append(got, fmt.Sprintf("%s: %s, %s", d.Path, d.Recorded, d.Computed))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\ndiffers %q, want %q", c.recorded, got, c.want)
		}
	}
}
