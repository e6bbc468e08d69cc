package rows

import "bytes"

// cutElements is the end of the last whole record in d, 0 if there is none. It
// moves c.place along.
func (c *Cutter) cutElements(d []byte) int {
	if c.place == between && c.shape.lines {
		if cut := lastLine(d); cut > 0 {
			return cut
		}
	}
	cut := 0
	at, e := c.place, c.envelope
	for i := 0; ; {
		if i = skipSpace(d, i); i == len(d) {
			if cut == 0 {
				cut = i
			}
			return cut
		}
		if next, n := c.shape.punctuation(d, i, at); n > 0 {
			at = next
			if i += n; at == between {
				e = nil
			}
			cut, c.place, c.envelope = i, at, e
			continue
		}
		end, out := 0, open
		switch {
		case at == afterPost:
			s := wrapperTail()
			if end, out = s.run(d, i); out != open {
				at, e = between, nil
			}
		case at == between && d[i] == '{' || begins(d[i:], c.shape.mark.wrapper):
			var name, array int
			if name, array, end, out = wrapped(d, i); array > 0 {
				end, out, at = array, whole, inValue
				e = envelopeOf(d, i, name)
			}
		default:
			end, out = skip(d, i)
		}
		if out == derailed {
			if end = c.shape.mark.resync(d, max(end, i+1)); end == len(d) {
				out = open
			}
		}
		if out == open {
			return cut
		}
		i = end
		cut, c.place, c.envelope = i, at, e
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

// punctuation is the place behind what stands at d[i] if that is no value, and
// its length, else 0.
func (s *Shape) punctuation(d []byte, i int, at place) (place, int) {
	switch d[i] {
	case ',':
		if at == afterPost {
			return at, 0
		}
		return at, 1
	case '[':
		if at == between {
			return inArray, 1
		}
	case ']':
		if at == inValue {
			return afterPost, 1
		}
		if at == inArray {
			return between, 1
		}
		if at == between {
			return at, 1
		}
	case '}', ':':
		if at != afterPost {
			return at, 1
		}
	case 0xef:
		if n := afterMark(d, i) - i; n > 0 && at != afterPost {
			return at, n
		}
	}
	return at, 0
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
	if c.place == afterPost {
		s = wrapperTail()
		c.place, c.envelope = between, nil
	}
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
		}
		if end := c.shape.mark.resync(text, i); end < len(text) {
			return end, true
		}
		return max(i, len(text)-overlap), false
	}
}
