package rows

import "bytes"

// cutElements is the end of the last whole record in d, 0 if there isn't one. It
// moves c.station along.
func (c *Cutter) cutElements(d []byte) int {
	at := c.station
	if at.place == between && c.shape.lines {
		if cut := lastLine(d); cut > 0 {
			return cut
		}
	}
	cut := 0
	for i := 0; ; cut, c.station = i, at {
		if i = skipSpace(d, i); i == len(d) {
			if cut == 0 {
				cut = i
			}
			return cut
		}
		if n := at.pass(d, i); n > 0 {
			i += n
			continue
		}
		end, out, next := 0, open, at
		next.comma = false
		switch {
		case at.place == afterPost:
			s := wrapperTail()
			end, out = s.run(d, i)
			next = station{}
		case at.place == between && d[i] == '{' || begins(d[i:], c.shape.mark.wrapper):
			var name, array int
			if name, array, end, out = wrapped(d, i, true); array > 0 {
				end, out = array, whole
				next = station{place: inValue, envelope: envelopeOf(d, i, name), comma: true}
			}
		default:
			end, out = skip(d, i)
		}
		if out == derailed {
			next.comma = true
			if at.place == afterPost {
				end = c.shape.mark.resync(d, max(end, i+1))
			} else {
				end = c.shape.mark.resume(&c.tape, d, i, end)
			}
			if end == len(d) {
				out = open
			}
		}
		if out == open {
			return cut
		}
		i, at = end, next
	}
}

// lastLine is where the last line of d begins that is a document of its own,
// following one: in JSON a brace can follow a brace only between documents.
func lastLine(d []byte) int {
	for end := len(d) - 1; end > 0; {
		j := bytes.LastIndexByte(d[:end], '\n')
		if j < 1 {
			return 0
		}
		if d[j+1] == '{' && (d[j-1] == '}' || d[j-1] == '\r' && j > 1 && d[j-2] == '}') {
			return j + 1
		}
		end = j
	}
	return 0
}

// pass moves over what stands at d[i] if that is no value; n is its length, else 0.
func (at *station) pass(d []byte, i int) (n int) {
	if at.place == afterPost {
		return 0
	}
	switch d[i] {
	case ',':
		at.comma = true
	case '[':
		if at.place != between {
			return 0
		}
		*at = station{place: inArray, comma: true}
	case ']':
		if at.place == inValue {
			at.place = afterPost
		} else {
			*at = station{}
		}
	case '}', ':':
	case 0xef:
		return afterMark(d, i) - i
	default:
		return 0
	}
	return 1
}

// wrapperTail follows a wrapper from behind its array.
func wrapperTail() skipper {
	s := skipper{depth: 1, last: ']'}
	s.objects[0] = 1
	return s
}

// overlap is how much of a block is kept back while a record's beginning is
// looked for, so that none is missed where blocks meet.
const overlap = 4 * maxOpening

// endOfLongElement finds where a record that is not held any more ends.
func (c *Cutter) endOfLongElement() func([]byte) (int, bool) {
	s := skipper{}
	if c.station.place == afterPost {
		s = wrapperTail()
		c.station = station{}
	}
	c.station.comma = false
	lost, first := false, true
	return func(text []byte) (int, bool) {
		i := 0
		if !lost {
			if first {
				first, i = false, skipSpace(text, 0)
			}
			end, out := s.run(text, i)
			if out != derailed {
				return end, out == whole
			}
			lost, i = true, max(end, i+1)
			c.station.comma = true
		}
		if end := c.shape.mark.resync(text, i); end < len(text) {
			return end, true
		}
		return max(i, len(text)-overlap), false
	}
}
