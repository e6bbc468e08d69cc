package timeline

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// A witnessRule says which records of several sources tell of one act.
//
// A rule joins a record of one teller to that of another if their keys are
// equal and no more than seconds lie between the first of them and the last.
// Every key holds a user, or a message and a mailbox, so that no act has
// records of two users. A record that lacks a key is a witness of nothing.
//
// A source tells of an act once: its next record with the same key is the next
// act. A teller with one record a recipient is the exception.
type witnessRule struct {
	act     string
	why     string // the keys and the seconds
	seconds int64
	byID    bool // the record's own id is a key too
	agree   bool // the outcome is one too, where both state it
	// compare are the columns in which an act's witnesses should agree, and in
	// their outcome: if not, they are flagged. Nil of mail, whose trace has the
	// address of a server and the outcome of the delivery.
	compare []Col
	tellers []teller
}

// A teller is a source with those of its records that a rule speaks of.
type teller struct {
	source string
	col    Col      // ColOperation or ColRecordType
	values []string // of that column
	keys   []Col
	// each says that the source has a record for every recipient: all of them
	// tell of the act, and by themselves they make no act.
	each bool
}

var (
	auditLogons = []string{"UserLoggedIn", "UserLoginFailed"}
	logonKeys   = []Col{ColUser, ColSession, ColIP, ColAppID}
	changeKeys  = []Col{ColUser, ColOperation, ColTarget}
	traceRow    = []string{"MessageTrace"}
)

// witnessRules are applied one after the other, the surest first: a record
// that has a witness is left out of those that follow.
var witnessRules = []witnessRule{
	{
		act: "logon, by id", byID: true, seconds: 300, compare: []Col{ColIP, ColSession, ColAppID},
		why: "The audit log's record of a logon has the id of the sign-in. The audit log states whole seconds and may be behind by minutes.",
		tellers: []teller{
			{source: "auditlog", col: ColOperation, values: auditLogons, keys: []Col{ColUser}},
			{source: "signin", col: ColOperation, values: []string{"Sign-in"}, keys: []Col{ColUser}},
		},
	},
	{
		act: "logon, by session", agree: true, seconds: 5, compare: logonKeys,
		why: "Where ids differ, one user, session, address and application within seconds are one logon. The application keeps apart the tokens that a program asks for at once, the outcome a refusal from the success after it.",
		tellers: []teller{
			{source: "auditlog", col: ColOperation, values: auditLogons, keys: logonKeys},
			{source: "signin", col: ColOperation, values: []string{"Sign-in"}, keys: logonKeys},
		},
	},
	{
		act: "logon, by session, with other outcomes", seconds: 5, compare: logonKeys,
		why: "The audit log may call a success what the sign-in log calls interrupted. Only logons that no agreeing record was found for come this far.",
		tellers: []teller{
			{source: "auditlog", col: ColOperation, values: auditLogons, keys: logonKeys},
			{source: "signin", col: ColOperation, values: []string{"Sign-in"}, keys: logonKeys},
		},
	},
	{
		act: "search", seconds: 10, compare: []Col{ColIP},
		why: "One user looks for one text. Activities are timed by the client, the audit log by the server.",
		tellers: []teller{
			{source: "activities", col: ColOperation, values: []string{"SearchResult"}, keys: []Col{ColUser, ColQuery}},
			{source: "auditlog", col: ColOperation, values: []string{"SearchQueryInitiatedExchange"}, keys: []Col{ColUser, ColQuery}},
			{source: "graphactivity", col: ColOperation, values: []string{"Microsoft Graph Activity"}, keys: []Col{ColUser, ColQuery}},
		},
	},
	{
		act: "inbox rule made", seconds: 10, compare: []Col{ColIP},
		why: "Activities do not name the rule. Nobody makes two within seconds, and of two each source tells of both.",
		tellers: []teller{
			{source: "activities", col: ColOperation, values: []string{"CreateRule"}, keys: []Col{ColUser}},
			{source: "auditlog", col: ColOperation, values: []string{"New-InboxRule"}, keys: []Col{ColUser}},
		},
	},
	{
		act: "directory change", seconds: 5, compare: []Col{ColIP},
		why: "The audit log repeats the directory's records in whole seconds: consents, permissions, devices, passwords. The operation ends in a full stop there and the object is the same.",
		tellers: []teller{
			{source: "auditlog", col: ColRecordType, values: []string{"AzureActiveDirectory"}, keys: changeKeys},
			{source: "directoryaudit", col: ColRecordType, values: nil, keys: changeKeys},
		},
	},
	{
		act: "mail sent", seconds: 3600,
		why: "A message id is given once, and the sender's mailbox holds the act. Transport may hold a message back; later rows are a delivery anew.",
		tellers: []teller{
			{source: "auditlog", col: ColOperation, values: []string{"Send", "SendAs", "SendOnBehalf"}, keys: []Col{ColMessageID, ColMailbox}},
			{source: "activities", col: ColOperation, values: []string{opSent}, keys: []Col{ColMessageID, ColMailbox}},
			{source: "messagetrace", col: ColOperation, values: traceRow, keys: []Col{ColMessageID, ColSender}, each: true},
			{source: "defender", col: ColOperation, values: []string{opEmail}, keys: []Col{ColMessageID, ColSender}, each: true},
		},
	},
	{
		act: "mail received", seconds: 3600,
		why: "One message in one mailbox; trace and Defender have a row for each recipient. Rows that tell of a sending are with that.",
		tellers: []teller{
			{source: "activities", col: ColOperation, values: []string{opDelivered}, keys: []Col{ColMessageID, ColMailbox}},
			{source: "messagetrace", col: ColOperation, values: traceRow, keys: []Col{ColMessageID, ColRecipients}},
			{source: "defender", col: ColOperation, values: []string{opEmail}, keys: []Col{ColMessageID, ColRecipients}},
		},
	},
}

// An Act is what several records tell of. Its time is that of its first row,
// which also has, of all acts but those of mail, what only its other witnesses
// tell.
type Act struct {
	Rows    []int   // in the order of the timeline
	Outcome Outcome // the most specific one that a witness states
}

// SameAs is the first row that tells of the same act; a row that has no
// witness, or is the first, names itself.
func (t *Timeline) SameAs(row int) int {
	if first := t.sameAs.at(row); first != 0 {
		return int(first) - 1
	}
	return row
}

// IsAct reports whether a row is the first of those that tell of its act:
// whoever counts acts counts these.
func (t *Timeline) IsAct(row int) bool { return t.sameAs.at(row) == 0 }

// Act is the act that a row tells of, with all its witnesses.
func (t *Timeline) Act(row int) Act {
	var a Act
	for row = t.SameAs(row); ; row = int(t.nextWitness.at(row)) - 1 {
		a.Rows = append(a.Rows, row)
		// Outcomes are declared from the least to the most specific.
		a.Outcome = max(a.Outcome, t.Outcome(row))
		if t.nextWitness.at(row) == 0 {
			return a
		}
	}
}

// A witnessIndex is the rows that share their act with others, in the order of
// their origins.
type witnessIndex struct {
	once sync.Once
	rows []uint32
}

// Witnesses adds to records all others that tell of their acts, in the order of
// origins and each once.
func (t *Timeline) Witnesses(records []Origin) []Origin {
	all := records
	for _, o := range records {
		for _, row := range t.toldBy(o) {
			all = append(all, t.Origin(row))
		}
	}
	if len(all) > len(records) {
		slices.SortFunc(all, Origin.Compare)
		all = slices.Compact(all)
	}
	return all
}

// toldBy are the rows of the act that a record tells of; none if it is its
// act's only witness.
func (t *Timeline) toldBy(o Origin) []int {
	w := &t.witnesses
	w.once.Do(func() {
		for row := range t.n {
			if t.sameAs.at(row) != 0 || t.nextWitness.at(row) != 0 {
				w.rows = append(w.rows, uint32(row))
			}
		}
		slices.SortFunc(w.rows, func(x, y uint32) int {
			return cmp.Or(t.Origin(int(x)).Compare(t.Origin(int(y))), cmp.Compare(x, y))
		})
	})
	i := sort.Search(len(w.rows), func(i int) bool { return t.Origin(int(w.rows[i])).Compare(o) >= 0 })
	if i == len(w.rows) || t.Origin(int(w.rows[i])) != o {
		return nil
	}
	return t.Act(int(w.rows[i])).Rows
}
