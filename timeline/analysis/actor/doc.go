// Package actor says which acts belong together as one actor's: it links
// suspicious logons by place and session, attributes what was done in those
// sessions, and gathers what was read, searched, written and removed. An actor
// is no person: two people behind one network are one actor, and every
// attribution states what it rests on. It judges no act by itself.
package actor
