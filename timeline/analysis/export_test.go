package analysis

// Ask makes the pass of a need's owner and returns what it is refused when it
// is asked for every one of all, and the same of thresholds.
func Ask(owner Need, all []Need) (served, refused []string) {
	var declared []Need
	var limits []*Threshold
	if a, ok := owner.(*Analyzer); ok {
		declared, limits = a.Needs, a.Thresholds
	} else {
		declared, limits = owner.needs(), owner.thresholds()
	}
	r := &run{memos: memos{}}
	for _, n := range all {
		r.memos.expect(n)
		m := r.memos[n].Load()
		m.once.Do(func() { m.value = n.label() })
	}
	p := r.pass(owner, declared, limits, false)
	try := func(label string, ask func()) {
		defer func() {
			if recover() != nil {
				refused = append(refused, label)
				return
			}
			served = append(served, label)
		}()
		ask()
	}
	for _, n := range all {
		try(n.label(), func() { p.ask(n) })
		for _, t := range n.thresholds() {
			try("threshold "+t.Name+" of "+n.label(), func() { p.Threshold(t) })
		}
	}
	return served, refused
}

// DeclaredBy is what a need's owner declared: its needs, and its thresholds.
func DeclaredBy(owner Need) (needs []Need, thresholds []*Threshold) {
	return owner.needs(), owner.thresholds()
}

// Closure lists needs and whatever they rest on.
func Closure(needs ...Need) []Need { return closure(needs) }

// Label is how errors name a need.
func Label(n Need) string { return n.label() }
