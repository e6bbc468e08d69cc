package bec

import (
	"iter"
	"time"

	"becforensics/timeline/analysis"
)

type actor struct {
	user, mailbox string
	ips, sessions []string
	client        string
	logons        []int
	first, last   time.Time
	severity      analysis.Severity
	reason        string
}

type attribution struct {
	of    map[int]*actor
	basis map[int]string
	order []int
}

func (a *attribution) at(row int) (*actor, string) { return a.of[row], a.basis[row] }

func (a *attribution) rows() iter.Seq2[int, *actor] {
	return func(yield func(int, *actor) bool) {
		for _, row := range a.order {
			if !yield(row, a.of[row]) {
				return
			}
		}
	}
}

type actorKey struct{}

func actors(p *analysis.Pass) *attribution {
	return analysis.Once(p, actorKey{}, func() *attribution { return &attribution{} })
}
