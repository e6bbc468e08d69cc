package timeline

import "testing"

// A mailbox that is active on every workday for twelve weeks is silent for a
// week: the week is a gap, its weekends are not, and neither is one day.
func TestGaps(t *testing.T) {
	const monday = 4 // 1970-01-05
	var days []int32
	for week := range int32(12) {
		for d := range int32(5) {
			if week != 6 && !(week == 3 && d == 2) {
				days = append(days, monday+7*week+d)
			}
		}
	}
	last := days[len(days)-1]
	gaps := Gaps(days, days[0], last, 0.01)
	if len(gaps) != 1 || gaps[0].First != monday+5*7+5 || gaps[0].Last != monday+7*7-1 || gaps[0].Expected < 4 || gaps[0].Expected > 5 {
		t.Errorf("gaps %+v, want the silent week alone, with about five active days to be expected", gaps)
	}
	if gaps := Gaps(days, days[0], last+30, 0.01); len(gaps) != 2 || gaps[1].Last != last+30 {
		t.Errorf("gaps %+v, want the month of silence at the end of the source too", gaps)
	}
	if gaps := Gaps(days, days[0], last, 0); len(gaps) != 0 {
		t.Errorf("gaps %+v, though no chance is small enough", gaps)
	}
}
