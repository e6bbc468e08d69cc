package bec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"becforensics/timeline"
	"becforensics/timeline/analysis"
	"becforensics/timeline/analysis/cite"
	"becforensics/timeline/analysis/logon"
	"becforensics/timeline/reference"
)

var impossibleTravel = &analysis.Analyzer{
	Name:  "impossible-travel",
	Title: "Impossible travel",
	Doc:   explain("impossible-travel"),
	Columns: []analysis.Column{
		{Name: "Place", Doc: "country and network of the side that is not usual"},
		{Name: "Other place", Doc: "country and network of the other side"},
		{Name: "Other logon", Doc: "record and time of the other side of the fastest pair", Kind: analysis.Text},
		{Name: "Least distance (km)", Doc: "lower bound of the distance, of the fastest pair", Kind: analysis.Count},
		{Name: "Apart", Doc: "time between the fastest pair", Kind: analysis.Duration},
		{Name: "Speed (km/h)", Doc: "lower bound, of the fastest pair", Kind: analysis.Count},
		{Name: "Pairs", Doc: "pairs of logons between the two places", Kind: analysis.Count},
		{Name: "Clients", Doc: "clients on that side", Kind: analysis.List},
		{Name: "Evidence", Doc: "what speaks against an innocent reading", Kind: analysis.Text, Wrap: true},
		{Name: "Excuse", Doc: "what speaks for an innocent reading", Kind: analysis.Text, Wrap: true},
	},
	Key:        []string{analysis.KeyUser, "Place", "Other place"},
	Needs:      []analysis.Need{logon.Logons, logon.Profiles},
	Thresholds: []*analysis.Threshold{logon.HistoryDays},
	Version:    5,
	Techniques: []string{"T1078.004"},
	References: []string{"elastic/detection-rules bc9f5144, 3896d4c0", "Azure-Sentinel 09a7c5fc", "Natural Earth outlines (least distances)"},
	Settings:   []string{"known_good", "office_networks", "mailboxes", "thresholds"},
	Family:     "where",
	Run:        runImpossibleTravel,
}

// A journey is the pairs of logons of a user between two places that nobody
// can have made.
type journey struct {
	strange []*logon.Logon // the sides that are not the user's habit, in time order
	pairs   int
	alone   int          // pairs of one kind of device
	one     *logon.Logon // the unusual side of the fastest pair
	other   *logon.Logon
	km      float64
	speed   float64
}

// A leg names the two places of a journey: the unusual one first.
type leg struct{ place, other logon.Site }

func runImpossibleTravel(p *analysis.Pass) (*analysis.Finding, error) {
	if len(logon.Logons.Of(p)) == 0 {
		return nil, analysis.Skip("no record of a logon: where accounts were used from, and how fast they seem to travel, cannot be told")
	}
	pr := logon.Profiles.Of(p)
	f := &analysis.Finding{}
	compared, pairs, left := 0, 0, 0
	for _, u := range pr.ByUser {
		journeys, order := map[leg]*journey{}, []leg(nil)
		short := len(logon.ActiveDays(u.Logons)) < logon.Enough(p)
		var before, hosted *logon.Logon
		for _, l := range u.Logons {
			if !l.Admitted() || !l.Interactive {
				continue
			}
			if !l.Located() || l.Place.Kind == logon.KindMobile || logon.Carried(l.Place) && !logon.Hosted(l.Place) {
				left++
				continue
			}
			from := []*logon.Logon{before, hosted}
			if hosted, before = nil, l; logon.Hosted(l.Place) {
				hosted, before, from = l, from[0], from[:1]
			}
			for _, a := range from {
				if a == nil || a.Network() == l.Network() {
					continue
				}
				compared++
				km, impossible := pr.TooFast(a, l)
				if !impossible {
					continue
				}
				pairs++
				for _, side := range pr.StrangeSides(a, l) {
					other := a
					if side == a {
						other = l
					}
					key := leg{logon.SiteOf(side), logon.SiteOf(other)}
					j := journeys[key]
					if j == nil {
						j = &journey{}
						journeys[key] = j
						order = append(order, key)
					}
					j.add(side, other, km, pr.Apart(side, other))
					if !pr.TwoDevices(p.Timeline, side, other) && !pr.TwoDevices(p.Timeline, other, side) {
						j.alone++
					}
				}
			}
		}
		for _, key := range order {
			f.Rows = append(f.Rows, journeys[key].judge(p, pr, u, short))
		}
	}
	cite.ByTime(f.Rows)
	f.Summary = fmt.Sprintf("%s from changing networks compared; %s too fast for a traveller; %s suspicious.", cite.Plural(compared, "pair of logons", "pairs of logons"), cite.Counted(pairs, "pair"), cite.Counted(cite.Accusing(f.Rows), "row"))
	if left > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%s left out: the place of the address is not known, or not its user's.", cite.Counted(left, "interactive logon")))
	}
	return f, nil
}

func (j *journey) add(side, other *logon.Logon, km float64, apart time.Duration) {
	j.pairs++
	if n := len(j.strange); n == 0 || j.strange[n-1] != side {
		j.strange = append(j.strange, side)
	}
	if speed := km / apart.Hours(); j.one == nil || speed > j.speed {
		j.one, j.other, j.km, j.speed = side, other, km, speed
	}
}

// judge weighs whether two of the user's own devices, a gateway or a journey
// explain the pairs.
func (j *journey) judge(p *analysis.Pass, pr *logon.Estate, u logon.UserLogons, short bool) analysis.Row {
	t := p.Timeline
	name := t.Value(timeline.ColUser, u.User)
	rows := make([]int, len(j.strange))
	cleared, home := true, true
	for i, l := range j.strange {
		rows[i] = l.Row
		cleared = cleared && pr.Cleared[l.IP]
		home = home && pr.AtHome(l)
	}
	sameDevice := !slices.ContainsFunc(j.strange, func(l *logon.Logon) bool { return l.Device == 0 || l.Device != j.other.Device })
	r := cite.Citing(t, rows)
	r.User, r.Severity, r.Confidence = name, analysis.Info, analysis.Likely
	var against, explained []string
	known := pr.FamiliarityOf(j.strange)
	estate := pr.ASNs.Others(uint64(j.one.Place.ASN), u.User)
	switch {
	case cleared:
		explained = append(explained, "cleared by the examiner")
	case reference.ContainsFold(p.Settings.KnownGood.Users, name):
		explained = append(explained, "the examiner holds the account for good")
	case home && short:
		r.Confidence = analysis.Unsure
		explained = append(explained, fmt.Sprintf("insufficient history: fewer than %d active days, which do not tell which of the two places is the user's", logon.Enough(p)))
	case home:
		explained = append(explained, "both places are usual for this user: consistent with two sites, or a gateway beside a direct line")
	case estate.Shared() || short && estate.Usual > 0:
		explained = append(explained, fmt.Sprintf("%s of the estate had this network too: consistent with the estate's own gateway", cite.Counted(estate.Users, "other user")))
	case known == logon.OwnDevice || sameDevice:
		explained = append(explained, "the device is the user's own: consistent with a VPN that is switched on or off")
	case j.hosted() && pr.Hosting.Usual(u.User, logon.KindValue(true)):
		explained = append(explained, "networks that hide are usual for this user: consistent with a VPN, or a machine of theirs there")
	case short && j.sameAgent():
		explained = append(explained, "the same client and user agent on both sides: consistent with a VPN that is switched on or off; the history is too short to tell")
		r.Confidence = analysis.Unsure
	case short && j.alone == 0:
		explained = append(explained, "a phone on one side and no phone on the other: consistent with a phone that roams; the history is too short to tell")
		r.Confidence = analysis.Unsure
	case short:
		r.Severity, r.Confidence = analysis.Medium, analysis.Unsure
		against = append(against, fmt.Sprintf("insufficient history: fewer than %d active days; most of them elsewhere", logon.Enough(p)))
	case known == logon.FamiliarDevice && declaredStay(p, name, j.strange):
		explained = append(explained, "declared travel, and the user's own client: consistent with a machine that stayed on at home")
	case known == logon.FamiliarDevice:
		explained = append(explained, "a client that this user has at home: consistent with a journey while another device stayed on at home")
	case known == logon.Unsaid:
		r.Severity = analysis.Medium
		against = append(against, "the record does not say with what client")
	default:
		r.Severity = analysis.High
		against = append(against, "a client or user agent that this user was not seen with at home")
	}
	if j.hosted() && r.Severity > analysis.Info {
		r.Severity--
		against = append(against, "one side is a hosting network, which weighs one step less: a program or a VPN there does not travel")
	}
	if j.pairs > 1 {
		against = append(against, fmt.Sprintf("repeated %d times", j.pairs))
		if r.Severity == analysis.High {
			r.Confidence = analysis.Firm
		}
	}
	apart := max(time.Duration(j.one.Time-j.other.Time), time.Duration(j.other.Time-j.one.Time))
	r.Cells = cite.Cells(
		logon.SiteName(j.one), logon.SiteName(j.other),
		fmt.Sprintf("%s at %s", t.Origin(j.other.Row), cite.Stamp(t.Time(j.other.Row))),
		int(math.RoundToEven(j.km)), apart, int(math.RoundToEven(j.speed)),
		j.pairs, cite.Distinct(t, timeline.ColClient, rows), strings.Join(against, "; "), strings.Join(explained, "; "),
	)
	return r
}

// hosted reports whether a side of the fastest pair is a hosting network.
func (j *journey) hosted() bool { return logon.Hosted(j.one.Place) || logon.Hosted(j.other.Place) }

// sameAgent reports whether both sides of the fastest pair name the same
// client and user agent.
func (j *journey) sameAgent() bool {
	return j.one.Agent != 0 && j.one.Agent == j.other.Agent && j.one.Client == j.other.Client
}

// declaredStay reports whether declared travel covers all logons.
func declaredStay(p *analysis.Pass, user string, list []*logon.Logon) bool {
	declared := p.Settings.For(user)
	for _, l := range list {
		if !declared.Travelled(l.Place.Country, p.Timeline.Time(l.Row)) {
			return false
		}
	}
	return true
}
