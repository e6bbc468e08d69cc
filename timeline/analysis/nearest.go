package analysis

import (
	"fmt"
	"strings"
)

// UnknownName is the error for a name that is not among those known; it names
// the nearest, where one is near enough to be meant. What says what the name
// should be of: "analysis".
func UnknownName(what, name string, known []string) error {
	if near := nearest(name, known); near != "" {
		return fmt.Errorf("no %s is named %q; %s?", what, name, near)
	}
	return fmt.Errorf("no %s is named %q", what, name)
}

// nearest is the known name with the fewest letters to change, the first of
// several; if that is more than a third of the name, the shortest that holds
// it, and else empty.
func nearest(name string, known []string) string {
	if near := within(name, known, 1+len(name)/3); near != "" || len(name) < leastPart {
		return near
	}
	holding := ""
	for _, k := range known {
		if strings.Contains(strings.ToLower(k), strings.ToLower(name)) && (holding == "" || len(k) < len(holding)) {
			holding = k
		}
	}
	return holding
}

// leastPart is how many letters of a name tell which is meant.
const leastPart = 3

// within is the known name with the fewest letters to change, the first of
// several; empty if that is more than most.
func within(name string, known []string, most int) string {
	best, least := "", most+1
	for _, k := range known {
		if n := changes(strings.ToLower(name), strings.ToLower(k)); n < least {
			best, least = k, n
		}
	}
	return best
}

// changes counts the letters to insert, delete or replace that make b of a.
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
