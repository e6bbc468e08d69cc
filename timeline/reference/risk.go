package reference

// RiskLevel is the word for the level of a sign-in's risk, which advanced
// hunting writes as a number. What no row knows is returned as it is.
func (s *Set) RiskLevel(level string) string { return s.riskWord("level ", level) }

// RiskState is the word for the state of a risk, likewise.
func (s *Set) RiskState(state string) string { return s.riskWord("state ", state) }

func (s *Set) riskWord(of, number string) string {
	if number == "" || number[0] < '0' || number[0] > '9' {
		return number
	}
	if row, ok := s.Table(RiskNumbers).Find(of + number); ok {
		return row.Get("word")
	}
	return number
}
