package logon

import (
	"time"

	"becforensics/timeline/analysis"
)

// Thresholds of attempts. Those of security operation centres, such as 10
// users in 5 minutes, miss all recorded sprays of small tenants; on fewer users
// than rotationUsers people mistype with one browser by chance.
var (
	sprayUsers   = &analysis.Threshold{Name: "password-attack.spray_users", Value: 5, Doc: "users of one network within the window of a spray"}
	sprayMinutes = &analysis.Threshold{Name: "password-attack.spray_minutes", Value: 30, Doc: "window of a spray, in minutes"}

	slowDays    = &analysis.Threshold{Name: "password-attack.slow_days", Value: 7, Doc: "window of an attack over days, in days; a longer pause parts two attacks"}
	slowTries   = &analysis.Threshold{Name: "password-attack.slow_tries", Value: 2, Doc: "most failures of one user in an attack over days"}
	slowPercent = &analysis.Threshold{Name: "password-attack.slow_failed_percent", Value: 80, Doc: "per cent of all attempts that must have failed in an attack over days"}

	dayUsers  = &analysis.Threshold{Name: "password-attack.day_users", Value: 5, Doc: "users on whom one address, network or hosting provider fails in a day, at whatever pace"}
	paceUsers = &analysis.Threshold{Name: "password-attack.pace_users", Value: 10, Doc: "users on whom one address, network or hosting provider fails in the window of any pace"}
	paceDays  = &analysis.Threshold{Name: "password-attack.pace_days", Value: 14, Doc: "window of any pace, in days"}

	guessFailures = &analysis.Threshold{Name: "password-attack.guess_failures", Value: 10, Doc: "failures on one user within the window of a guess"}
	guessMinutes  = &analysis.Threshold{Name: "password-attack.guess_minutes", Value: 10, Doc: "window of a guess, in minutes"}

	distributedPairs   = &analysis.Threshold{Name: "password-attack.distributed_pairs", Value: 20, Doc: "pairs of user and address within the window of a distributed attack"}
	distributedSources = &analysis.Threshold{Name: "password-attack.distributed_sources", Value: 10, Doc: "addresses within the window of a distributed attack; networks of one over days"}
	distributedMinutes = &analysis.Threshold{Name: "password-attack.distributed_minutes", Value: 60, Doc: "window of a distributed attack, in minutes"}
	rotationUsers      = &analysis.Threshold{Name: "password-attack.rotation_users", Value: 10, Doc: "users of a distributed attack over days"}

	sweepAgents  = &analysis.Threshold{Name: "password-attack.sweep_agents", Value: 5, Doc: "user agents within the window of a sweep"}
	sweepMinutes = &analysis.Threshold{Name: "password-attack.sweep_minutes", Value: 10, Doc: "window of a sweep, in minutes"}

	successHours = &analysis.Threshold{Name: "password-attack.success_hours", Value: 24, Doc: "hours after an attack in which a success follows from it"}
)

// AttemptThresholds are those that NewAttempts compares with.
var AttemptThresholds = []*analysis.Threshold{
	HistoryDays, sprayUsers, sprayMinutes, slowDays, slowTries, slowPercent, dayUsers, paceUsers, paceDays, guessFailures, guessMinutes,
	distributedPairs, distributedSources, distributedMinutes, rotationUsers, sweepAgents, sweepMinutes, successHours,
}

// limits are the values of the thresholds in one run.
type limits struct {
	sprayUsers, slowTries, dayUsers, paceUsers, guessFailures, pairs, sources, rotationUsers, sweepAgents, history int

	failed                                                float64 // share of attempts
	spray, slow, pace, guess, distributed, sweep, success time.Duration
}

func limitsOf(p *analysis.Pass) limits {
	whole := func(t *analysis.Threshold) int { return int(p.Threshold(t)) }
	return limits{
		sprayUsers: max(whole(sprayUsers), 1), slowTries: whole(slowTries), dayUsers: max(whole(dayUsers), 1), paceUsers: max(whole(paceUsers), 1), pace: p.Days(paceDays), guessFailures: whole(guessFailures),
		pairs: whole(distributedPairs), sources: whole(distributedSources), rotationUsers: max(whole(rotationUsers), 1),
		sweepAgents: whole(sweepAgents), history: Enough(p), failed: p.Threshold(slowPercent) / 100,
		spray: p.Minutes(sprayMinutes), slow: p.Days(slowDays), guess: p.Minutes(guessMinutes),
		distributed: p.Minutes(distributedMinutes), sweep: p.Minutes(sweepMinutes),
		success: time.Duration(p.Threshold(successHours) * float64(time.Hour)),
	}
}

// days are a window over days as evidence names it.
func (l *limits) days() float64 { return l.slow.Hours() / 24 }
