package actor

import (
	"slices"
	"testing"

	"becforensics/timeline/analysis"
	"becforensics/timeline/reference"
)

func TestBankAccounts(t *testing.T) {
	for text, want := range map[string][]BankAccount{
		"IBAN DE89 3704 0044 0532 0130 00 and thanks": {{"IBAN", "DE89370400440532013000"}},
		"NO9386011117947":                                       {{"IBAN", "NO9386011117947"}},
		"GB82 WEST 1234 5698 7654 32 BIC":                       {{"IBAN", "GB82WEST12345698765432"}},
		"DE89 3704 0044 0532 0130 01":                           nil, // the check digits are wrong
		"order RE2018ABCDEFGHIJKLMN":                            nil,
		"ABA routing 021000021, account number 000123456789":    {{"routing number and account (US)", "021000021/000123456789"}},
		"routing 021000022 account 12345678":                    nil,
		"Sort code 12-34-56, account no. 12345678":              {{"sort code and account (UK)", "123456/12345678"}},
		"call 021000021 for your account":                       nil,
		"DE89370400440532013000 again DE89370400440532013000 !": {{"IBAN", "DE89370400440532013000"}},
	} {
		if got := bankAccounts(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestAmounts(t *testing.T) {
	r := newAmountReader(&analysis.Pass{Reference: reference.Default()})
	for text, want := range map[string][]Amount{
		"EUR 12,400.50 and $5000":   {{"EUR", "12,400.50"}, {"USD", "5000"}},
		"a sum of 1 250 000 kč":     {{"CZK", "1 250 000"}},
		"A$ 20.00, again A$ 20.00":  {{"AUD", "20.00"}},
		"invoice 4557 of 3 May":     nil,
		"neurology 12 and Europe 5": nil,
	} {
		if got := r.in(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
