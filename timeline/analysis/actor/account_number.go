package actor

import (
	"regexp"
	"slices"
	"strings"

	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

// A BankAccount is an account number that a text states in a form that can be
// checked.
type BankAccount struct {
	Kind   string // IBAN; routing number and account (US); sort code and account (UK)
	Number string // without spaces
}

// Forms of account numbers. An IBAN stands in one piece or in groups of four.
var (
	ibanForm    = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?:[ \x{00a0}]?[A-Z0-9]{4}){2,7}(?:[ \x{00a0}]?[A-Z0-9]{1,3})?\b`)
	routingForm = regexp.MustCompile(`(?i)\b(?:ABA|routing)\b[^0-9\n]{0,30}([0-9]{9})\b`)
	sortForm    = regexp.MustCompile(`(?i)\bsort[ -]?code\b[^0-9\n]{0,20}([0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2})\b`)
	accountForm = regexp.MustCompile(`(?i)\b(?:account|acct|a/c)\b[^0-9\n]{0,30}([0-9][0-9 -]{4,18}[0-9])\b`)
)

// Bounds of account numbers: an IBAN has 15 characters in Norway, and never more
// than 34 (ISO 13616).
const (
	shortestIBAN = 15
	longestIBAN  = 34
)

// bankAccounts are the account numbers in a text, each once, in the order of
// the text by kind.
func bankAccounts(text string) []BankAccount {
	var list []BankAccount
	add := func(kind, number string) {
		if a := (BankAccount{kind, number}); !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	for _, found := range ibanForm.FindAllString(text, -1) {
		if iban := longestValid(withoutSpaces(found)); iban != "" {
			add("IBAN", iban)
		}
	}
	account := ""
	if m := accountForm.FindStringSubmatch(text); m != nil {
		account = withoutSpaces(m[1])
	}
	for _, m := range routingForm.FindAllStringSubmatch(text, -1) {
		if validRouting(m[1]) {
			add("routing number and account (US)", strings.TrimSuffix(m[1]+"/"+account, "/"))
		}
	}
	if m := sortForm.FindStringSubmatch(text); m != nil && account != "" {
		add("sort code and account (UK)", withoutSpaces(m[1])+"/"+account)
	}
	return list
}

// withoutSpaces is a number as banks exchange it.
func withoutSpaces(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '-' {
			return -1
		}
		return r
	}, s)
}

// longestValid is the longest beginning of a text that is an IBAN: a word that
// follows it may look like its last group.
func longestValid(s string) string {
	for n := min(len(s), longestIBAN); n >= shortestIBAN; n-- {
		if validIBAN(s[:n]) {
			return s[:n]
		}
	}
	return ""
}

// validIBAN checks the digits of an IBAN (ISO 7064, modulo 97).
func validIBAN(s string) bool {
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		default:
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}

// validRouting checks the digits of a routing number (weights 3, 7, 1).
func validRouting(s string) bool {
	sum := 0
	for i, c := range []byte(s) {
		sum += int(c-'0') * [...]int{3, 7, 1}[i%3]
	}
	return sum%10 == 0 && sum > 0
}

// An Amount is a sum of money that a text states.
type Amount struct {
	Currency string // ISO 4217
	Value    string // as written, without the currency
}

// An amountReader finds amounts with a currency of the reference table beside
// them.
type amountReader struct {
	form  *regexp.Regexp
	codes map[string]string // by code and sign, in upper case
}

// sum is a number with signs between its thousands and before its cents.
const sum = `[0-9]{1,3}(?:[.,' \x{00a0}][0-9]{3})+(?:[.,][0-9]{2})?|[0-9]+(?:[.,][0-9]{1,2})?`

func newAmountReader(p *analysis.Pass) *amountReader {
	r := &amountReader{codes: map[string]string{}}
	var units []string
	for row := range p.Reference.Table(reference.Currencies).Rows() {
		units = append(units, `\b`+row.Key()+`\b`)
		r.codes[row.Key()] = row.Key()
		if sign := row.Get("sign"); sign != "" {
			units = append(units, regexp.QuoteMeta(sign))
			r.codes[strings.ToUpper(sign)] = row.Key()
		}
	}
	slices.SortStableFunc(units, func(a, b string) int { return len(b) - len(a) })
	unit := "(" + strings.Join(units, "|") + ")"
	r.form = regexp.MustCompile(`(?i)` + unit + `[ \x{00a0}]?(` + sum + `)\b|\b(` + sum + `)[ \x{00a0}]?` + unit)
	return r
}

// in are the amounts in a text, each once.
func (r *amountReader) in(text string) []Amount {
	var list []Amount
	for _, m := range r.form.FindAllStringSubmatch(text, -1) {
		a := Amount{r.codes[strings.ToUpper(m[1]+m[4])], m[2] + m[3]}
		if !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}
