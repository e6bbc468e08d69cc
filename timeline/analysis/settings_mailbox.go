package analysis

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MailboxSettings are what the examiner knows of one mailbox's owner.
type MailboxSettings struct {
	Mailbox       string   `name:"mailbox" role:"key" check:"address"`
	HomeCountries []string `name:"home_countries" check:"country"`
	Travel        []Travel `name:"travel"`
	Clients       []string `name:"clients"`
}

// Travel is a declared stay abroad, both days included.
type Travel struct {
	Country string    `name:"country" check:"country"`
	From    time.Time `name:"from" check:"day"`
	To      time.Time `name:"to" check:"day"`
}

// check holds a stay to an end that is not before its beginning.
func (t *Travel) check() error {
	switch {
	case t.Country == "" || t.From.IsZero() || t.To.IsZero():
		return errors.New("it lacks country, from or to")
	case t.To.Before(t.From):
		return fmt.Errorf("it ends on %s, before it begins", t.To.Format(time.DateOnly))
	}
	return nil
}

// For returns what the examiner declared of a mailbox, without regard to case;
// what is home to the tenant is home to it as well.
func (s *Settings) For(mailbox string) MailboxSettings {
	of := MailboxSettings{Mailbox: mailbox}
	for _, m := range s.Mailboxes {
		if strings.EqualFold(m.Mailbox, mailbox) {
			of = m
			break
		}
	}
	of.HomeCountries = slices.Concat(s.HomeCountries, of.HomeCountries)
	return of
}

// Home reports whether a country is declared as home.
func (m *MailboxSettings) Home(country string) bool {
	return slices.ContainsFunc(m.HomeCountries, func(c string) bool { return strings.EqualFold(c, country) })
}

// Travelled reports whether a declared stay covers a time in a country. Days
// are the traveller's own, so the day before and the day after count as well.
func (m *MailboxSettings) Travelled(country string, at time.Time) bool {
	return slices.ContainsFunc(m.Travel, func(t Travel) bool {
		return strings.EqualFold(t.Country, country) && !at.Before(t.From.AddDate(0, 0, -1)) && at.Before(t.To.AddDate(0, 0, 2))
	})
}
