package analysis

func SeverityOf(word string) Severity {
	for s := Info; s <= Critical; s++ {
		if s.String() == word {
			return s
		}
	}
	return Info
}
