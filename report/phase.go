package report

import (
	"fmt"

	"becforensics/report/picture"
	"becforensics/timeline/analysis/actor"
)

// phases are the phases in the usual course of a compromise: what acts of each
// do, in words, and their mark in a picture.
var phases = [...]struct {
	phase actor.Phase
	doing string
	shape picture.Shape
}{
	{actor.Access, "access", picture.Circle},
	{actor.Reconnaissance, "searching", picture.Triangle},
	{actor.Collection, "reading or copying", picture.Square},
	{actor.Persistence, "changing settings", picture.Diamond},
	{actor.Fraud, "writing, sending or sharing", picture.Star},
	{actor.CoverUp, "deleting, moving or hiding", picture.Cross},
}

// tally counts acts by phase, in words, and those that failed.
func tally(acts []actor.Act) (done int, byPhase string, failed int) {
	n := map[actor.Phase]int{}
	for _, a := range acts {
		if a.Failed {
			failed++
			continue
		}
		n[a.Phase]++
		done++
	}
	var parts []string
	for _, p := range phases {
		if n[p.phase] > 0 {
			parts = append(parts, fmt.Sprintf("%d of %s", n[p.phase], p.doing))
		}
	}
	return done, list(parts), failed
}

// keysOf are the marks of some phases, with what they stand for.
func keysOf(used map[actor.Phase]bool) []picture.Key {
	var keys []picture.Key
	for _, p := range phases {
		if used[p.phase] {
			text := string(p.phase)
			if p.doing != text {
				text += ": " + p.doing
			}
			keys = append(keys, picture.Key{Shape: p.shape, Text: text})
		}
	}
	return keys
}

// shapeOf is the mark of a phase.
func shapeOf(phase actor.Phase) picture.Shape {
	for _, p := range phases {
		if p.phase == phase {
			return p.shape
		}
	}
	return picture.Ring
}
