package change

// A ruleRecord is what one record did to a rule.
type ruleRecord struct {
	rule *Rule
	row  int
	act  string
}

// ruleRecords are those of all rules, in time order.
type ruleRecords []ruleRecord

func (l *ruleRecords) add(r *Rule, row int, act string) {
	r.records++
	*l = append(*l, ruleRecord{r, row, act})
}

// deal gives the rules their records, all of which lie together.
func (l ruleRecords) deal() {
	rows, acts := make([]int, len(l)), make([]string, len(l))
	for _, one := range l {
		r := one.rule
		if n := r.records; r.Rows == nil {
			r.Rows, rows = rows[:0:n], rows[n:]
			r.Acts, acts = acts[:0:n], acts[n:]
		}
		r.Rows, r.Acts = append(r.Rows, one.row), append(r.Acts, one.act)
	}
}
