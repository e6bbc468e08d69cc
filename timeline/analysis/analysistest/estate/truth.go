package estate

import "time"

// Truth is what happened, in the shape of the truth of the simulated cases.
type Truth struct {
	Users            []User                `json:"users"`
	Compromised      bool                  `json:"compromised"`
	Actors           []Actor               `json:"actors"`
	HostileRecords   []Hostile             `json:"hostile_records"`
	MessagesAccessed map[string][]Accessed `json:"messages_accessed"`
	Containment      []Containment         `json:"containment"`
	Doors            []Door                `json:"doors"`
	FraudMessages    []Fraud               `json:"fraud_messages"`
	// PatientZero are the deliveries of the lure.
	PatientZero       []Lure       `json:"patient_zero"`
	BenignConfounders []Confounder `json:"benign_confounders"`
	Files             []File       `json:"files"`
}

// A User is an account of the tenant.
type User struct {
	UPN      string `json:"upn"`
	Display  string `json:"display"`
	Role     string `json:"role"`
	Kind     string `json:"kind"`
	ObjectID string `json:"object_id"`
	HomeIP   string `json:"home_ip"`
}

// An Actor is an intruder or an insider.
type Actor struct {
	Name      string       `json:"name"`
	Kind      string       `json:"kind"` // external or insider
	Mailboxes []string     `json:"mailboxes"`
	Accounts  []string     `json:"accounts"`
	IPs       []ActorIP    `json:"ips"`
	Sessions  []ActorToken `json:"sessions"`
	First     time.Time    `json:"first"`
	Last      time.Time    `json:"last"`
	Records   int          `json:"records"`
}

// An ActorIP is an address that an actor used.
type ActorIP struct {
	IP      string `json:"ip"`
	Country string `json:"country"`
	Kind    string `json:"kind"`
	Records int    `json:"records"`
}

// An ActorToken is a session that an actor used.
type ActorToken struct {
	ID string `json:"id"`
}

// A Ref is a file and the 0-based number of a record in it.
type Ref [2]any

// Hostile is a record of what an actor did or caused.
type Hostile struct {
	File    string    `json:"file"`
	Ordinal int       `json:"ordinal"`
	T       time.Time `json:"t"`
	Role    string    `json:"role"` // actor, effect, delivery or state
	Actor   string    `json:"actor"`
	Mailbox string    `json:"mailbox"`
	Kind    string    `json:"kind"`
	Dup     bool      `json:"dup"`
}

// Accessed is a message that is proved to have been accessed.
type Accessed struct {
	IMID    string `json:"imid"`
	Subject string `json:"subject"`
	Refs    []Ref  `json:"refs"`
}

// Containment is a measure against an actor.
type Containment struct {
	T         time.Time `json:"t"`
	Mailbox   string    `json:"mailbox"`
	What      string    `json:"what"`
	By        string    `json:"by"`
	Effective bool      `json:"effective"`
	Refs      []Ref     `json:"refs"`
}

// A Door is the owner's own act that let an actor in.
type Door struct {
	What    string    `json:"what"`
	Mailbox string    `json:"mailbox"`
	T       time.Time `json:"t"`
	Refs    []Ref     `json:"refs"`
}

// A Lure is a message that was to open the door.
type Lure struct {
	Mailbox string `json:"mailbox"`
	IMID    string `json:"imid"`
}

// Fraud is a message of an actor.
type Fraud struct {
	IMID    string   `json:"imid"`
	Subject string   `json:"subject"`
	From    string   `json:"from"`
	To      []string `json:"to"`
	Actor   string   `json:"actor"`
	Kind    string   `json:"kind"`
	Refs    []Ref    `json:"refs"`
}

// A Confounder is an innocent thing that looks bad.
type Confounder struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Note  string   `json:"note"`
}

// A File is an export.
type File struct {
	Path    string `json:"path"`
	Family  string `json:"family"`
	Records int    `json:"records"`
}
