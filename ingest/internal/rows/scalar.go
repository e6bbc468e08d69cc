package rows

// scanString returns where the string whose content begins at b[i] has its
// closing quote, and whether anything in it is escaped.
func (t *tape) scanString(b []byte, i int) (end int, escaped bool, f fault) {
	for {
		for i+8 <= len(b) {
			if m := special(load(b, i)); m != 0 {
				i += lowest(m)
				break
			}
			i += 8
		}
		if i >= len(b) {
			return i, escaped, fault{i, endInside}
		}
		switch c := b[i]; {
		case c == '"':
			return i, escaped, fault{}
		case c == '\\':
			escaped = true
			n, reason := t.scanEscape(b, i)
			if reason != "" {
				return i, escaped, fault{min(i+n, len(b)), reason}
			}
			i += n
		case c < 0x20:
			return i, escaped, fault{i, badString}
		default:
			i++
		}
	}
}

// scanEscape returns the length of the escape at b[i], of both if it is a pair
// of surrogates.
func (t *tape) scanEscape(b []byte, i int) (int, string) {
	if i+1 >= len(b) {
		return 1, endInside
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, ""
	case 'u':
	default:
		return 1, "unknown escape in JSON string"
	}
	u, n := hex4(b, i+2)
	if n < 4 {
		if i+2+n >= len(b) {
			return 2 + n, endInside
		}
		return 2 + n, "escape of a JSON string is not hexadecimal"
	}
	if u>>11 == 0xd800>>11 {
		if u < 0xdc00 && i+7 < len(b) && b[i+6] == '\\' && b[i+7] == 'u' {
			if low, n := hex4(b, i+8); n == 4 && low>>10 == 0xdc00>>10 {
				return 12, ""
			}
		}
		t.flags |= LoneSurrogate
	}
	return 6, ""
}

// hex4 reads four hexadecimal digits; n is how many there are.
func hex4(b []byte, i int) (u rune, n int) {
	for ; n < 4 && i+n < len(b); n++ {
		c := b[i+n]
		switch {
		case c >= '0' && c <= '9':
			u = u<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			u = u<<4 | rune(c|0x20-'a'+10)
		default:
			return u, n
		}
	}
	return u, n
}

// scanNumber returns where the number at b[i] ends.
func (t *tape) scanNumber(b []byte, i int) (int, fault) {
	start := i
	if b[i] == '-' {
		i++
	}
	first := i
	i = digits(b, i)
	switch {
	case i == first && i >= len(b):
		return i, fault{i, endInside}
	case i == first:
		return i, fault{i, "not a JSON value"}
	case b[first] == '0' && i > first+1:
		return i, fault{first + 1, "JSON number with a leading zero"}
	}
	integer := true
	if i < len(b) && b[i] == '.' {
		integer = false
		first = i + 1
		if i = digits(b, first); i == first {
			return i, numberFault(b, i)
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		integer = false
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		first = i
		if i = digits(b, first); i == first {
			return i, numberFault(b, i)
		}
	}
	if integer && i-start > maxSmallDigits && bigInteger(view(b[start:i])) {
		t.flags |= BigInteger
	}
	return i, fault{}
}

func numberFault(b []byte, i int) fault {
	if i >= len(b) {
		return fault{i, endInside}
	}
	return fault{i, "no digit in JSON number"}
}

func digits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}
