package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"becforensics/ingest/evidence"
)

// longestTold bounds a value in a difference; the reports have it whole.
const longestTold = 60

// tell lists the members in which a thing differs, by name.
func tell(before, after *thing) []string {
	var told []string
	names := map[string]bool{}
	for name := range before.members {
		names[name] = true
	}
	for name := range after.members {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, is := before.members[name], after.members[name]
		if reflect.DeepEqual(was, is) || blank(was) && blank(is) {
			continue
		}
		wasMembers, one := was.(map[string]any)
		isMembers, other := is.(map[string]any)
		if one || other {
			for _, line := range tell(&thing{members: wasMembers, shown: inner(before, name)}, &thing{members: isMembers, shown: inner(after, name)}) {
				if name != "cells" {
					line = name + " " + line
				}
				told = append(told, line)
			}
			continue
		}
		wasList, one := was.([]any)
		isList, other := is.([]any)
		if one && other {
			told = append(told, name+": "+listsApart(wasList, isList))
			continue
		}
		told = append(told, fmt.Sprintf("%s: %s, was %s", name, short(after.shown[name]), short(before.shown[name])))
	}
	return told
}

// blank reports whether a member says nothing.
func blank(v any) bool { return v == nil || v == "" }

// inner is a member of a thing that is a mapping, as the report has it.
func inner(t *thing, name string) map[string]any {
	members, _ := t.shown[name].(map[string]any)
	return members
}

// listsApart counts what only one of two lists has.
func listsApart(before, after []any) string {
	count := map[string]int{}
	for _, v := range before {
		count[encoded(v)]--
	}
	for _, v := range after {
		count[encoded(v)]++
	}
	more, fewer := 0, 0
	for _, n := range count {
		more, fewer = more+max(n, 0), fewer+max(-n, 0)
	}
	if more+fewer == 0 {
		return "in another order"
	}
	return fmt.Sprintf("%d new, %d gone, %d in all", more, fewer, len(after))
}

// encoded is a value as JSON.
func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(text)
}

// short is a value for a line at the terminal.
func short(v any) string {
	s, isText := v.(string)
	switch {
	case blank(v):
		return "nothing"
	case !isText:
		s = encoded(v)
	}
	if runes := []rune(s); len(runes) > longestTold {
		s = string(runes[:longestTold]) + "…"
	}
	return s
}

// Write writes a comparison for a terminal: every change in a line, with what
// differs below it, and the counts last. Rows that only inform are counted by
// their analyses, unless all are asked for.
func (c *Comparison) Write(w io.Writer, all bool) error {
	var b strings.Builder
	for _, part := range []struct {
		title   string
		changes []Change
	}{
		{"Evidence", c.Evidence},
		{"Settings", c.Settings},
		{"Analyses", c.Analyses},
		{"Rows", c.Rows},
		{"Actors", c.Actors},
		{"Exposed messages", c.Exposed},
	} {
		informing := map[string][]Change{}
		for i, d := range part.changes {
			if i == 0 {
				fmt.Fprintf(&b, "%s\n", part.title)
			}
			if d.Of != "" && !all {
				informing[d.Of] = append(informing[d.Of], d)
				continue
			}
			fmt.Fprintf(&b, "  %-8s %s\n", d.How, evidence.Printable(d.What))
			for _, told := range d.Told {
				fmt.Fprintf(&b, "           %s\n", evidence.Printable(told))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(informing)) {
			fmt.Fprintf(&b, "  %-8s %s: %s\n", "(info)", evidence.Printable(name), counts(informing[name], "row"))
		}
	}
	fmt.Fprintf(&b, "%s. %s. %s.\n", counts(c.Rows, "row"), counts(c.Actors, "actor"), counts(c.Exposed, "exposed message"))
	_, err := io.WriteString(w, b.String())
	return err
}

// counts are the changes of one kind of thing in a line.
func counts(changes []Change, noun string) string {
	of := map[ChangeKind]int{}
	for _, d := range changes {
		of[d.How]++
	}
	return fmt.Sprintf("%s new, %d gone, %d changed", plural(of[New], noun), of[Gone], of[Changed])
}
