package timeline

import (
	"fmt"
	"strings"
	"testing"
)

func TestPagesHoldWhatWasAdded(t *testing.T) {
	var p pages[int]
	want := []int{}
	add := func(values ...int) {
		p.addAll(values)
		want = append(want, values...)
	}
	add(1, 2, 3)
	p.skip(pageRows)
	want = append(want, make([]int, pageRows)...)
	add(4)
	long := make([]int, 2*pageRows+5)
	for i := range long {
		long[i] = i
	}
	add(long...)
	*p.ref(10) = 7
	want[10] = 7
	if p.n != len(want) {
		t.Fatalf("%d values, want %d", p.n, len(want))
	}
	for i, v := range want {
		if p.at(i) != v {
			t.Fatalf("value %d is %d, want %d", i, p.at(i), v)
		}
	}
}

func TestDictionaryKeepsTextsOfAnyLength(t *testing.T) {
	d := newDict(nil)
	var texts []string
	for i := range 40000 {
		texts = append(texts, fmt.Sprintf("value %d %s", i, strings.Repeat("x", i%97)))
	}
	texts = append(texts, strings.Repeat("long", 1<<19), "after", strings.Repeat("page", 1<<18))
	for round := range 2 {
		for i, s := range texts {
			code := d.add(s)
			if int(code) != i+1 || d.value(code) != s {
				t.Fatalf("round %d: text %d has code %d", round, i, code)
			}
			if got, ok := d.code(s); !ok || got != code {
				t.Fatalf("text %d is not found", i)
			}
		}
	}
	if _, ok := d.code("never added"); ok {
		t.Error("a text that was never added is found")
	}
	d.reset()
	if code := d.add("fresh"); code != 1 || d.value(1) != "fresh" {
		t.Errorf("after a reset: code %d", code)
	}
}
