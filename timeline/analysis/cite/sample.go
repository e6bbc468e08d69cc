package cite

import (
	"slices"

	"becforensics/timeline/analysis"
)

// Sampled is how many distinct values a sample keeps: more than a cell shows,
// so that the cell says that there are more.
const Sampled = 4 * analysis.Shown

// A Sample is a set of values that stops growing.
type Sample struct{ Values []string }

// Add notes a value that is not empty.
func (s *Sample) Add(value string) {
	if value == "" || len(s.Values) >= Sampled || slices.Contains(s.Values, value) {
		return
	}
	s.Values = append(s.Values, value)
}

// Sorted are the values in order.
func (s *Sample) Sorted() []string { return slices.Sorted(slices.Values(s.Values)) }

// SortedSet are the members of a set in order.
func SortedSet(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
