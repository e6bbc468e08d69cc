package rows

// nextElement is the next JSON record of the chunk.
func (sp *Splitter) nextElement() (*Record, bool) {
	d := sp.data
	for {
		i := skipSpace(d, sp.pos)
		if i == len(d) {
			sp.pos = i
			if sp.last && sp.station.place != between {
				sp.chunk.Unclosed = true
			}
			return nil, false
		}
		before := sp.station
		if n := sp.station.pass(d, i); n > 0 {
			if stray(d[i], before) {
				sp.chunk.Joined = true
			}
			sp.pos = i + n
			continue
		}
		if sp.station.place == afterPost {
			sp.closeWrapper(i)
			continue
		}
		if wrapper := begins(d[i:], sp.shape.mark.wrapper); wrapper && sp.openWrapper(i) {
			continue
		}
		if sp.station.place != between && !sp.station.comma {
			sp.chunk.Joined = true
		}
		sp.station.comma = false
		t := sp.tape()
		end, f := t.scan(d, i)
		if sp.station.place == between && d[i] == '{' && (f.reason != "" || t.wraps()) && sp.openWrapper(i) {
			sp.used = 0
			continue
		}
		if f.reason != "" || !sp.clean {
			return sp.mended(t, i), true
		}
		sp.pos = end
		r := sp.begin(i, end)
		t.foldTexts()
		r.Flags |= t.flags
		r.Value, r.Envelope = Value{t: t}, sp.station.envelope
		return r, true
	}
}

// stray says whether c, which is no value, stands where it should not.
func stray(c byte, at station) bool {
	switch c {
	case ',':
		return at.place == between || at.comma
	case '[':
		return false
	case ']':
		return at.place == between
	}
	return true
}

// openWrapper enters the array of records of the wrapper at i, if it is one.
func (sp *Splitter) openWrapper(i int) bool {
	name, array, _, _ := wrapped(sp.data, i, false)
	if array == 0 {
		return false
	}
	e := envelopeOf(sp.data, i, name)
	sp.chunk.Envelopes = append(sp.chunk.Envelopes, e)
	sp.station = station{place: inValue, envelope: e, comma: true}
	sp.pos = array
	return true
}

// closeWrapper reads what a wrapper says behind its array.
func (sp *Splitter) closeWrapper(i int) {
	e := sp.station.envelope
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
	sp.station, sp.pos = station{}, end
}

// mended reads the record at i where the scan of it failed or the chunk is not
// all UTF-8. What is wrong with the encoding does not cost the record; anything
// else makes it a reject that ends where the brackets say or, if they make no
// sense, where the next record plausibly begins.
func (sp *Splitter) mended(t *tape, i int) *Record {
	d := sp.data
	end, out := skip(d, i)
	switch {
	case out == derailed || out == open && !sp.last: // the chunk was cut where it derailed
		end = sp.shape.mark.resume(t, d, i, end)
		sp.station.comma = true
	case end == i:
		end = i + 1
	}
	sp.pos = end
	r := sp.begin(i, max(before(d, end), i+1))
	r.Envelope = sp.station.envelope
	p, f := t.scan(r.Raw, 0)
	switch {
	case f.reason == "" && skipSpace(r.Raw, p) == len(r.Raw):
		t.foldTexts()
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
