package rows

import "encoding/binary"

// A quoting says how often a quote is written: once or, in a quoted cell, twice.
// It is a type so that what is for one does not slow the other.
type quoting interface{ once | twice }

type (
	once  [1]byte
	twice [2]byte
)

// goesOn says whether the closing quote at b[i] is followed by c and the opening
// quote of another string.
func goesOn[Q quoting](b []byte, i int, c uint64) bool {
	if i < 0 || i > len(b)-8 {
		return false
	}
	x := binary.LittleEndian.Uint64(b[i : i+8])
	if len(*new(Q)) == 1 {
		return x&(1<<24-1) == '"'|c<<8|'"'<<16
	}
	return x&(1<<40-1) == '"'|'"'<<8|c<<16|'"'<<24|'"'<<32
}

// scanQuoted puts the JSON value that a quoted cell holds on the tape and writes
// its text to out, which must have room for the rest of b and eight bytes more.
// The content begins at b[i]; end is behind the cell's closing quote. It is false
// if the cell holds anything but a value.
func (t *tape) scanQuoted(b []byte, i int, out []byte) (text []byte, end int, ok bool) {
	end, f := walk[twice](t, b, i, out)
	if f.reason != "" || t.odd || end >= len(b) || b[end] != '"' || end+1 < len(b) && b[end+1] == '"' {
		return nil, 0, false
	}
	copy(out[t.copied-t.skew:], b[t.copied:end])
	n := end - t.skew
	t.text, t.whole = out[:n:n], true
	return t.text, end + 1, true
}

// put copies b[from:to] to out, where it stands skew bytes before. It is short as
// a rule.
func put(out, b []byte, from, to, skew int) {
	if to-from <= 8 && from+8 <= len(b) {
		binary.LittleEndian.PutUint64(out[from-skew:], load(b, from))
	} else {
		copy(out[from-skew:], b[from:to])
	}
}

// scanDoubled is scanString where quotes are doubled. It copies all up to the
// end of the string.
func (t *tape) scanDoubled(b []byte, i int, out []byte, skew int) (end, after int, escaped bool, f fault) {
	for {
		for i+8 <= len(b) {
			x := load(b, i)
			binary.LittleEndian.PutUint64(out[i-skew:], x)
			if m := special(x); m != 0 {
				i += lowest(m)
				break
			}
			i += 8
		}
		if i >= len(b) {
			return i, skew, escaped, fault{i, endInside}
		}
		out[i-skew] = b[i]
		switch {
		case b[i] == '"':
			return i, skew, escaped, fault{}
		case b[i] == '\\':
			escaped = true
			k, reason := t.scanEscape(b, i)
			if reason != "" {
				return i, skew, escaped, fault{i, reason}
			}
			copy(out[i-skew:], b[i:i+k])
			i += k
			if b[i-1] == '"' {
				if i == len(b) || b[i] != '"' {
					return i, skew, escaped, fault{i, endInside}
				}
				i++
				skew++
			}
		case b[i] < 0x20:
			return i, skew, escaped, fault{i, badString}
		default:
			i++
		}
	}
}
