package rows

import "encoding/binary"

// A quoting says how often a quote is written: once or, in a quoted cell, twice.
// It is a type so that what is for one does not slow the other.
type quoting interface{ once | twice }

type (
	once  [1]byte
	twice [2]byte
)

// A copying is a text on its way into one whose quotes stand once.
type copying struct {
	out  []byte // room for all of it
	n    int    // how many bytes of out are set
	from int    // where in the text the next one stands
}

// scanQuoted puts the JSON value that a quoted cell holds on the tape and writes
// its text to out, which must have room for the rest of b and eight bytes more.
// The content begins at b[i]; end is behind the cell's closing quote. It is false
// if the cell holds anything but a value.
func (t *tape) scanQuoted(b []byte, i int, out []byte) (text []byte, end int, ok bool) {
	t.copying = copying{out: out, from: i}
	end, f := walk[twice](t, b, i, out)
	if f.reason != "" || t.odd || end >= len(b) || b[end] != '"' || end+1 < len(b) && b[end+1] == '"' {
		return nil, 0, false
	}
	n := t.n + copy(out[t.n:], b[t.from:end])
	t.text, t.whole = out[:n:n], true
	return t.text, end + 1, true
}

// scanString is a tape's scanString where quotes are doubled. It copies all up to
// the end of the string.
func (c *copying) scanString(t *tape, b []byte, i int) (end int, escaped bool, f fault) {
	if i > len(b) || b[i-1] != '"' {
		return i, false, fault{i - 1, endInside}
	}
	out, n := c.out, c.n
	if between := i - 1 - c.from; between <= 8 && c.from+8 <= len(b) {
		binary.LittleEndian.PutUint64(out[n:], load(b, c.from))
		n += between
	} else {
		n += copy(out[n:], b[c.from:i-1])
	}
	for {
		for i+8 <= len(b) {
			x := load(b, i)
			binary.LittleEndian.PutUint64(out[n:], x)
			if m := special(x); m != 0 {
				i += lowest(m)
				n += lowest(m)
				break
			}
			i += 8
			n += 8
		}
		if i >= len(b) {
			return i, escaped, fault{i, endInside}
		}
		out[n] = b[i]
		switch {
		case b[i] == '"':
			if i+1 == len(b) || b[i+1] != '"' {
				return i, escaped, fault{i, endInside}
			}
			c.n, c.from = n+1, i+2
			return i, escaped, fault{}
		case b[i] == '\\':
			escaped = true
			k, reason := t.scanEscape(b, i)
			if reason != "" {
				return i, escaped, fault{i, reason}
			}
			n += copy(out[n:], b[i:i+k])
			i += k
			if b[i-1] == '"' {
				if i == len(b) || b[i] != '"' {
					return i, escaped, fault{i, endInside}
				}
				i++
			}
		case b[i] < 0x20:
			return i, escaped, fault{i, badString}
		default:
			i++
			n++
		}
	}
}
