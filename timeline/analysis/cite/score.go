package cite

import (
	"fmt"
	"strings"
)

// A sign is something that speaks against a message, with its points.
type Point struct {
	Points int
	Text   string
}

// Score are what speaks against a message.
type Score []Point

// Add notes a sign if it is there.
func (s *Score) Add(there bool, points int, text string) {
	if there {
		*s = append(*s, Point{points, text})
	}
}

func (s Score) Points() int {
	n := 0
	for _, one := range s {
		n += one.Points
	}
	return n
}

func (s Score) String() string {
	words := make([]string, len(s))
	for i, one := range s {
		words[i] = fmt.Sprintf("%s (%d)", one.Text, one.Points)
	}
	return strings.Join(words, "; ")
}

// Also adds a reason that has no points.
func Also(reasons, more string) string {
	if reasons == "" {
		return more
	}
	return reasons + "; " + more
}
