package activities

import (
	"fmt"
	"strings"
	"sync"

	"becforensics/timeline"
)

// Sequences find activities that are missing from an export of the API: the
// log numbers them within each session, from one on. A page that was read
// while the log expired at its head, or a filter, leaves numbers out. It does
// not see what is missing before the first or behind the last of a session.
type sequences struct {
	mu       sync.Mutex
	sessions map[string]*span
}

// A span is the numbers seen of one session.
type span struct {
	first, last int64
	seen        int64
}

func (s *sequences) see(session string, number int64) {
	if session == "" || number < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.sessions[session]
	if p == nil {
		if s.sessions == nil {
			s.sessions = map[string]*span{}
		}
		s.sessions[strings.Clone(session)] = &span{number, number, 1}
		return
	}
	p.first, p.last = min(p.first, number), max(p.last, number)
	p.seen++
}

// notes lists sessions with fewer activities than numbers. Repeated
// activities can hide a gap, never make one.
func (s *sequences) notes() []timeline.Note {
	gaps := 0
	for _, p := range s.sessions {
		if p.last-p.first >= p.seen {
			gaps++
		}
	}
	if gaps == 0 {
		return nil
	}
	return []timeline.Note{{Kind: "gap", Text: fmt.Sprintf(
		"SequenceNumber skips in %d of %d sessions: activities between the first and the last of each are not in this file (expired while it was collected, filtered, or on another page)",
		gaps, len(s.sessions))}}
}
