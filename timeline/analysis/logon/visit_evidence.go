package logon

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
)

// Thresholds of what speaks against a visit. So many failed logons are more
// than a slip before a success, and what one intruder uses reaches its victims
// within days.
var (
	GuessesBefore = &analysis.Threshold{Name: "foreign-logon.guesses", Value: 3, Doc: "failed logons from a visit's network before its last logon there that speak against it; hosting-logon uses it too"}
	GuessHours    = &analysis.Threshold{Name: "foreign-logon.guess_hours", Value: 24, Doc: "hours before that logon in which they are counted; hosting-logon uses it too"}
	CampaignDays  = &analysis.Threshold{Name: "campaign.days", Value: 7, Doc: "days within which a network that is new to several users looks like one campaign; foreign-logon and hosting-logon use it too"}
)

// VisitThresholds are those that visits are weighed with.
var VisitThresholds = []*analysis.Threshold{HistoryDays, GuessesBefore, GuessHours, CampaignDays}

// Reasons are what speaks against an innocent reading of a visit, and what
// speaks for one, in words.
type Reasons struct{ Against, For []string }

// ClearedByExaminer is the reason of a visit that is Cleared.
const ClearedByExaminer = "cleared by the examiner"

// weigh gathers what by itself speaks against a visit and for it. habits are
// those of the attribute that is new; others are logons that somebody else
// would have made if the visit were not the user's.
func (v *Visit) weigh(habits *Habits, others []*Logon) {
	v.New = habits.novelty(v.Code, v.Value)
	v.Beside = v.daysBeside(v.Logons)
	familiar := make([]familiarity, len(v.Logons))
	for i, l := range v.Logons {
		familiar[i] = v.Pr.Familiar(l)
	}
	v.Known = v.together(familiar)
	t, why := v.P.Timeline, &v.Reasons
	v.TakesMail = slices.ContainsFunc(v.Logons, func(l *Logon) bool { return takesMail(t.Value(timeline.ColClient, l.Client)) })
	if visit, other, km := v.interleaved(v.Logons, familiar, others); visit != nil {
		why.Against = append(why.Against, fmt.Sprintf("a logon from %s at %s and one from %s at %s, at least %.0f km apart: not one traveller",
			other.Place.Country, cite.Stamp(t.Time(other.Row)), visit.Place.Country, cite.Stamp(t.Time(visit.Row)), km))
	}
	switch v.Known {
	case Unfamiliar:
		why.Against = append(why.Against, "a client or user agent that this user was not seen with at home")
	case OwnDevice:
		why.For = append(why.For, "a device of the user's own, or beside one at the same address")
	}
	hours := v.P.Threshold(GuessHours)
	if n := v.guesses(time.Duration(hours * float64(time.Hour))); n >= int(v.P.Threshold(GuessesBefore)) {
		why.Against = append(why.Against, fmt.Sprintf("%s from the same network in the %g hours before", cite.Counted(n, "failed logon"), hours))
	}
	// Colleagues travel together: in a hotel this says nothing by itself.
	days := int32(v.P.Threshold(CampaignDays))
	if n := v.campaign(days); n > 0 && (len(why.Against) > 0 || Anonymous(v.Logons[0].Place)) {
		why.Against = append(why.Against, fmt.Sprintf("the same network was new on %s within %d days", cite.Counted(n, "other user"), days))
	}
}

// together is the familiarity of the visit of that of its logons: one that is
// not the user's makes them all suspicious. Behind a relay or a gateway the
// country is nobody's: where most logons through it are made with what is the
// user's, the one that isn't is a new program of theirs.
func (v *Visit) together(familiar []familiarity) familiarity {
	if !slices.Contains(familiar, Unfamiliar) {
		return slices.Min(familiar)
	}
	own := 0
	for _, f := range familiar {
		if f >= FamiliarDevice {
			own++
		}
	}
	if v.Logons[0].Place.Kind == KindRelay && 2*own > len(familiar) {
		return FamiliarDevice
	}
	return Unfamiliar
}

// GoesOn reports whether most of the visit's logons go on in a session that the
// same program began where the user is at home: one sign-in covers both.
func (v *Visit) GoesOn() bool {
	homes, n := Homes.Of(v.P), 0
	for _, l := range v.Logons {
		home := homes[Pair(l.User, v.P.Timeline.Folded(timeline.ColSession, l.Row))]
		if home != nil && home.Time < l.Time && l.Agent != 0 && home.Agent == l.Agent {
			n++
		}
	}
	return 2*n > len(v.Logons)
}

// Away reports whether the account was not used from home on the days of the
// visit, all of them days of the week on which it usually is.
func (v *Visit) Away() bool {
	visit, home := map[int32]bool{}, map[int32]bool{}
	for _, l := range v.Logons {
		visit[l.Day()] = true
	}
	var ofWeek [7]int
	for _, l := range v.Admitted {
		if day := l.Day(); v.Pr.AtHome(l) && !home[day] {
			home[day] = true
			ofWeek[day%7]++
		}
	}
	for day := range visit {
		if home[day] || ofWeek[day%7] < RoutineDays.Int() {
			return false
		}
	}
	return true
}

// guesses counts the failures of the user on one of the visit's networks, that
// with most of them, within some time before its last logon there: slips on
// several days of a journey are no guessing.
func (v *Visit) guesses(within time.Duration) int {
	last := map[uint64]int64{}
	for _, l := range v.Logons {
		last[v.Pr.number(l)] = l.Time
	}
	n := 0
	for number, until := range last {
		n = max(n, v.failuresBefore(number, until, int64(within)))
	}
	return n
}

// campaign counts the other users to whom one of the visit's networks came
// as new within some days, if it is nobody's habit.
func (v *Visit) campaign(days int32) int {
	number := v.Pr.number(v.Logons[0])
	if st := v.Pr.Networks.Standings[number]; number != 0 && st != nil && st.Usual == 0 {
		return st.newAround(v.Logons[0].Day(), days) - 1
	}
	return 0
}

// cleared reports whether the examiner holds the user, or the address or
// program of each logon, for good.
func (v *Visit) cleared() bool {
	t, good := v.P.Timeline, &v.P.Settings.KnownGood
	in := func(list []string, value string) bool {
		return value != "" && slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
	}
	if !in(good.Users, v.Name) {
		for _, l := range v.Logons {
			if !v.Pr.Cleared[l.IP] && !in(good.UserAgents, t.Text(timeline.ColUserAgent, l.Row)) && !in(good.Sessions, t.Text(timeline.ColSession, l.Row)) {
				return false
			}
		}
	}
	return true
}
