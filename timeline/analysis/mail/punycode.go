package mail

import (
	"strings"
	"unicode/utf8"
)

// Parameters of the encoding, RFC 3492 section 5.
const (
	punyBase    = 36
	punyMin     = 1
	punyMax     = 26
	punySkew    = 38
	punyDamp    = 700
	punyBias    = 72
	punyFirst   = 128
	punyPrefix  = "xn--"
	maxLabelLen = 63 // octets of a label, RFC 1035
)

// unicodeLabel is a domain's label in the characters that a reader sees; one
// that cannot be decoded stays as it is.
func unicodeLabel(label string) string {
	coded, ok := strings.CutPrefix(label, punyPrefix)
	if !ok || len(label) > maxLabelLen {
		return label
	}
	if decoded, ok := punycode(coded); ok {
		return decoded
	}
	return label
}

// punycode decodes as RFC 3492 section 6.2 says. The input is at most a label
// long, which bounds its quadratic time.
func punycode(coded string) (string, bool) {
	plain, deltas := "", coded
	if i := strings.LastIndexByte(coded, '-'); i >= 0 {
		plain, deltas = coded[:i], coded[i+1:]
	}
	out := []rune(plain)
	n, i, bias := rune(punyFirst), 0, punyBias
	for pos := 0; pos < len(deltas); {
		start, weight := i, 1
		for k := punyBase; ; k += punyBase {
			if pos == len(deltas) {
				return "", false
			}
			digit := punyDigit(deltas[pos])
			pos++
			if digit < 0 || digit > (utf8.MaxRune*maxLabelLen-i)/weight {
				return "", false
			}
			i += digit * weight
			threshold := min(max(k-bias, punyMin), punyMax)
			if digit < threshold {
				break
			}
			weight *= punyBase - threshold
			if weight > utf8.MaxRune*maxLabelLen {
				return "", false
			}
		}
		count := len(out) + 1
		bias = punyAdapt(i-start, count, start == 0)
		n += rune(i / count)
		i %= count
		if !utf8.ValidRune(n) {
			return "", false
		}
		out = append(out, 0)
		copy(out[i+1:], out[i:])
		out[i] = n
		i++
	}
	return string(out), true
}

func punyDigit(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c - 'a')
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= '0' && c <= '9':
		return int(c-'0') + punyMax
	}
	return -1
}

func punyAdapt(delta, count int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / count
	k := 0
	for delta > (punyBase-punyMin)*punyMax/2 {
		delta /= punyBase - punyMin
		k += punyBase
	}
	return k + (punyBase-punyMin+1)*delta/(delta+punySkew)
}
