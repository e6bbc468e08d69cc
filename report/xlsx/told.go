package xlsx

import (
	"cmp"
	"slices"
	"strings"

	"becforensics/report"
)

// toldColumn holds the texts of a row that have no column of their own on paper.
var toldColumn = report.Column{Name: "Details", Width: 110}

// leastTold is how wide it is at least.
const leastTold = 80

// told makes a table narrow enough to be printed in a size that can be read.
// What is the same in every row is said once above the table; then the longest
// texts are told in one column. Their own columns follow beside the print. What
// the columns need goes with them; the told one is still to be measured.
func told(s *report.Sheet, needs []measure) (*report.Sheet, []measure) {
	shown := printedColumns(s.Columns)
	left := float64(landscapeWidth - leastTold) // less than 0 while the columns are too wide
	var texts []int
	for i := range shown {
		left -= needs[i].legible(s.Columns[i])
		if !needs[i].other && !s.Columns[i].Fixed && needs[i].least <= leastTold {
			texts = append(texts, i)
		}
	}
	same := constants(s, texts, needs)
	for i := range same {
		left += needs[i].legible(s.Columns[i])
	}
	slices.SortStableFunc(texts, func(a, b int) int { return cmp.Compare(needs[b].longest, needs[a].longest) })
	moved, longest := map[int]bool{}, -1
	for _, i := range texts {
		if _, ok := same[i]; !ok && left < 0 {
			if moved[i] = true; longest < 0 {
				longest = i
			}
			left += needs[i].legible(s.Columns[i])
		}
	}
	if len(same)+len(moved) == 0 {
		return s, needs
	}
	narrow := *s
	narrow.Intro = slices.Clone(s.Intro)
	if len(same) > 0 {
		narrow.Intro = append(narrow.Intro, "In every row: "+joined(s.Columns, func(i int) string { return same[i] })+".")
	}
	order := place(shown, len(s.Columns), same, moved, longest)
	narrow.Columns = nil
	placed := make([]measure, len(order))
	for at, i := range order {
		c := toldColumn
		if i >= 0 {
			c, placed[at] = s.Columns[i], needs[i]
			_, constant := same[i]
			c.Screen = c.Screen || constant || moved[i]
		}
		narrow.Columns = append(narrow.Columns, c)
	}
	narrow.Rows = toldRows(s, order, moved)
	return &narrow, placed
}

// toldRows are the rows of a table in another order of its columns, -1 for the told
// one.
func toldRows(s *report.Sheet, order []int, moved map[int]bool) report.RowSeq {
	return func(yield func([]report.Cell) bool) {
		cells := make([]report.Cell, len(order))
		s.Rows(func(row []report.Cell) bool {
			if len(row) != len(s.Columns) {
				return yield(nil) // which the writer refuses
			}
			for at, i := range order {
				if i >= 0 {
					cells[at] = row[i]
					continue
				}
				cells[at] = report.Cell{Text: joined(s.Columns, func(i int) string {
					if moved[i] {
						return row[i].Text
					}
					return ""
				})}
			}
			return yield(cells)
		})
	}
}

// place is the order of the columns: those that are printed, with the told
// column, as -1, in the place of the longest that it tells; then those that are
// not.
func place(shown, all int, same map[int]string, moved map[int]bool, longest int) []int {
	var printed, beside []int
	for i := range all {
		_, constant := same[i]
		switch {
		case i == longest:
			printed, beside = append(printed, -1), append(beside, i)
		case constant || moved[i] || i >= shown:
			beside = append(beside, i)
		default:
			printed = append(printed, i)
		}
	}
	return append(printed, beside...)
}

// constants are the columns of several rows that say the same in each, with what they
// say.
func constants(s *report.Sheet, columns []int, needs []measure) map[int]string {
	same := map[int]string{}
	for _, i := range columns {
		if n := &needs[i]; s.Count > 1 && n.seen && !n.varies {
			same[i] = n.first
		}
	}
	return same
}

// joined names columns with what they say, those that say nothing left out.
func joined(columns []report.Column, says func(i int) string) string {
	var parts []string
	for i, c := range columns {
		if text := says(i); text != "" {
			parts = append(parts, c.Name+": "+text)
		}
	}
	return strings.Join(parts, "; ")
}
