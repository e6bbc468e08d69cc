package rows

// nextElement is the next JSON record of the chunk.
func (sp *Splitter) nextElement() (*Record, bool) {
	d := sp.data
	for {
		i := skipSpace(d, sp.pos)
		if i == len(d) {
			sp.pos = i
			if sp.last && sp.place != between {
				sp.chunk.Unclosed = true
			}
			return nil, false
		}
		if next, n := sp.shape.punctuation(d, i, sp.place); n > 0 {
			sp.punctuate(d[i], next)
			sp.pos = i + n
			continue
		}
		if sp.place == afterPost {
			sp.closeWrapper(i)
			continue
		}
		if wrapper := begins(d[i:], sp.shape.mark.wrapper); wrapper && sp.openWrapper(i) {
			continue
		}
		sp.comma = false
		t := sp.tape()
		end, f := t.scan(d, i)
		if sp.place == between && d[i] == '{' && (f.reason != "" || t.wraps()) && sp.openWrapper(i) {
			sp.used = 0
			continue
		}
		if f.reason != "" || !sp.clean {
			return sp.mended(t, i), true
		}
		sp.pos = end
		r := sp.begin(i, end)
		r.Flags |= t.flags
		r.Value, r.Envelope = Value{t: t}, sp.envelope
		return r, true
	}
}

// punctuate takes note of c, which stands between records.
func (sp *Splitter) punctuate(c byte, next place) {
	switch {
	case c == ',' && sp.place != between && !sp.comma:
		sp.comma = true
		return
	case c == '[' && sp.place == between:
		sp.envelope = nil
	case c == ']' && sp.place != between:
		if next == between {
			sp.envelope = nil
		}
	default:
		sp.chunk.Joined = true
	}
	sp.comma = false
	sp.place = next
}

// openWrapper enters the array of records of the wrapper at i, if it is one.
func (sp *Splitter) openWrapper(i int) bool {
	name, array, _, _ := wrapped(sp.data, i)
	if array == 0 {
		return false
	}
	e := envelopeOf(sp.data, i, name)
	sp.chunk.Envelopes = append(sp.chunk.Envelopes, e)
	sp.envelope, sp.place, sp.pos, sp.comma = e, inValue, array, false
	return true
}

// closeWrapper reads what a wrapper says behind its array.
func (sp *Splitter) closeWrapper(i int) {
	e := sp.envelope
	if e == nil {
		e = &Envelope{}
	}
	if n := len(sp.chunk.Envelopes); n == 0 || sp.chunk.Envelopes[n-1] != e {
		sp.chunk.Envelopes = append(sp.chunk.Envelopes, e)
	}
	s := wrapperTail()
	end, out := s.run(sp.data, i)
	switch out {
	case whole:
		if rest := sp.data[i : end-1]; skipSpace(rest, 0) < len(rest) {
			e.Post = member(rest)
			e.Partial = e.Partial || e.Post == nil
		}
	case derailed:
		e.Partial = true
		end = sp.shape.mark.resync(sp.data, max(end, i+1))
	default:
		e.Partial = true
		sp.chunk.Unclosed = sp.last
	}
	sp.place, sp.pos, sp.envelope = between, end, nil
}

// mended reads the record at i where the scan of it failed or the chunk is not
// all UTF-8. What is wrong with the encoding does not
// cost the record; anything else makes it a reject that ends where the brackets
// say or, if they make no sense, where the next record plausibly begins.
func (sp *Splitter) mended(t *tape, i int) *Record {
	d := sp.data
	end, out := skip(d, i)
	switch {
	case out == derailed:
		end = sp.shape.mark.resync(d, max(end, i+1))
	case end == i:
		end = i + 1
	}
	sp.pos = end
	r := sp.begin(i, max(before(d, end), i+1))
	r.Envelope = sp.envelope
	p, f := t.scan(r.Raw, 0)
	switch {
	case f.reason == "" && out != derailed && skipSpace(r.Raw, p) == len(r.Raw):
		r.Flags |= t.flags
		r.Value = Value{t: t}
		return r
	case f.reason == "":
		f = fault{p, "text behind the JSON value"}
	}
	if out == open && sp.last && f.reason == endInside {
		r.Flags |= Cut
		f.reason = "cut record at end of file"
	}
	r.fail(f.at, f.reason)
	return r
}
