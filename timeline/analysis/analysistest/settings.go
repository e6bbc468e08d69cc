package analysistest

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"becforensics/timeline/analysis"
)

// readSettings reads lines such as
//
//	accepted_domains=example.com,example.org
//	home_countries=GB
//	office_networks=192.0.2.0/24
//	mailbox willem@example.com home_countries=GB,NL clients=IMAP4
//	travel olga@example.com SG 2018-05-25 2018-05-29
//	known_good asns=64500 ips=192.0.2.1
//	threshold foreign-logon.history_days=5
//	indicator ip 198.51.100.7 "seen in another case"
//	from=2018-05-01T00:00:00Z
func readSettings(text string) (*analysis.Settings, error) {
	s := &analysis.Settings{}
	for line := range strings.Lines(text) {
		words, err := split(line)
		if err != nil {
			return nil, err
		}
		if len(words) == 0 {
			continue
		}
		if err := set(s, words); err != nil {
			return nil, fmt.Errorf("read setting %q: %w", strings.TrimSpace(line), err)
		}
	}
	return s, nil
}

func set(s *analysis.Settings, words []string) error {
	name, value, _ := strings.Cut(words[0], "=")
	list := strings.Split(value, ",")
	var err error
	switch name {
	case "accepted_domains":
		s.AcceptedDomains = list
	case "sister_domains":
		s.SisterDomains = list
	case "home_countries":
		s.HomeCountries = list
	case "terms":
		s.Terms = list
	case "hide_folders":
		s.HideFolders = list
	case "office_networks":
		s.OfficeNetworks, err = each(list, netip.ParsePrefix)
	case "from":
		s.From, err = time.Parse(time.RFC3339, value)
	case "to":
		s.To, err = time.Parse(time.RFC3339, value)
	case "mailbox":
		m := mailbox(s, words[1])
		for _, w := range words[2:] {
			k, v, _ := strings.Cut(w, "=")
			switch k {
			case "home_countries":
				m.HomeCountries = strings.Split(v, ",")
			case "clients":
				m.Clients = strings.Split(v, ",")
			default:
				return fmt.Errorf("a mailbox has no setting %q", k)
			}
		}
	case "travel":
		days, err := each(words[3:], func(w string) (time.Time, error) { return time.Parse(time.DateOnly, w) })
		if err != nil {
			return err
		}
		m := mailbox(s, words[1])
		m.Travel = append(m.Travel, analysis.Travel{Country: words[2], From: days[0], To: days[1]})
	case "known_good":
		err = indicators(&s.KnownGood, words[1:])
	case "known_bad":
		err = indicators(&s.KnownBad, words[1:])
	case "indicator":
		s.Indicators = append(s.Indicators, analysis.Indicator{Type: words[1], Value: words[2], Note: strings.Join(words[3:], " ")})
	case "threshold":
		k, v, _ := strings.Cut(words[1], "=")
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return err
		}
		s.Thresholds = append(s.Thresholds, analysis.Threshold{Name: k, Value: n})
	default:
		return fmt.Errorf("no setting is named %q", name)
	}
	return err
}

func mailbox(s *analysis.Settings, name string) *analysis.MailboxSettings {
	for i := range s.Mailboxes {
		if s.Mailboxes[i].Mailbox == name {
			return &s.Mailboxes[i]
		}
	}
	s.Mailboxes = append(s.Mailboxes, analysis.MailboxSettings{Mailbox: name})
	return &s.Mailboxes[len(s.Mailboxes)-1]
}

func indicators(to *analysis.Indicators, words []string) error {
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		list := strings.Split(value, ",")
		var err error
		switch name {
		case "ips":
			to.IPs, err = each(list, netip.ParseAddr)
		case "networks":
			to.Networks, err = each(list, netip.ParsePrefix)
		case "asns":
			to.ASNs, err = each(list, func(s string) (uint32, error) {
				n, err := strconv.ParseUint(s, 10, 32)
				return uint32(n), err
			})
		case "sessions":
			to.Sessions = list
		case "user_agents":
			to.UserAgents = list
		case "apps":
			to.Apps = list
		case "domains":
			to.Domains = list
		case "users":
			to.Users = list
		default:
			err = fmt.Errorf("no kind of indicator is named %q", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func each[T any](words []string, read func(string) (T, error)) ([]T, error) {
	list := make([]T, len(words))
	for i, w := range words {
		v, err := read(w)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return list, nil
}
