package main

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// memberState is a member as the leader sees it.
type memberState struct {
	id        uint64
	name      string
	peerURL   string
	isLearner bool
	// silent is how long its registration has been missing, leaving how long its nomination has; 0 where they are there.
	silent, leaving time.Duration
}

// actionKind is what the leader can do to come nearer to the ideal.
type actionKind string

const (
	nothing    actionKind = "nothing"
	nominate   actionKind = "nominate"   // a volunteer becomes a learner
	promote    actionKind = "promote"    // a learner becomes a voter, if it has caught up
	unnominate actionKind = "unnominate" // a member is told to leave
	remove     actionKind = "remove"     // a member that cannot leave by itself is taken out
	forget     actionKind = "forget"     // a nomination that led to nothing is taken back
)

// action is one step; id is that of the member, 0 where it has none.
type action struct {
	kind actionKind
	name string
	id   uint64
	why  string
}

// plan gives the next step, one at a time: each changes who has to agree to the one after it.
//
// A new member is a learner first, which has no vote: a voter that has yet to copy the log would have to be waited for.
// Somebody who is gone is taken out before another comes in for the same reason: of four voters, one of them dead, three
// have to agree, of three only two.
func plan(self uint64, members []memberState, known registry, grace time.Duration) action {
	for _, rule := range []func(uint64, []memberState, registry, time.Duration) action{
		removeReplaced, removeLeft, finishLearner, shrink, replaceSilent, grow, forgetStale,
	} {
		if next := rule(self, members, known, grace); next.kind != nothing {
			return next
		}
	}
	return action{kind: nothing}
}

// removeReplaced takes out a member whose host is back as a new instance: its data is gone, and its vote with it.
func removeReplaced(self uint64, members []memberState, known registry, _ time.Duration) action {
	for _, m := range members {
		n, nominated := nominationOf(m.id, known)
		back, registered := peerAt(m.peerURL, known)
		if m.id != self && nominated && registered && back.Instance != n.Instance {
			return action{remove, back.Name, m.id, "its host is back without its data"}
		}
	}
	return action{kind: nothing}
}

// removeLeft takes out who was told to leave and has not.
func removeLeft(self uint64, members []memberState, known registry, grace time.Duration) action {
	for _, m := range members {
		if _, nominated := nominationOf(m.id, known); m.id != self && !nominated && m.leaving >= grace {
			return action{remove, m.name, m.id, "it was told to leave and did not"}
		}
	}
	return action{kind: nothing}
}

// finishLearner promotes a learner, or gives up one that never came. There is at most one: etcd allows no more.
func finishLearner(_ uint64, members []memberState, known registry, grace time.Duration) action {
	for _, m := range members {
		switch n, nominated := nominationOf(m.id, known); {
		case !m.isLearner || !nominated:
		case m.silent >= grace:
			return action{remove, n.Name, m.id, "it was nominated and did not come"}
		default:
			return action{promote, n.Name, m.id, "it has caught up"} // or else etcd refuses
		}
	}
	return action{kind: nothing}
}

// shrink tells one member more than ideal to leave: a silent one, else the one that came last, and never ourselves.
func shrink(self uint64, members []memberState, known registry, _ time.Duration) action {
	var staying []memberState
	for _, m := range members {
		if _, nominated := nominationOf(m.id, known); nominated && !m.isLearner {
			staying = append(staying, m)
		}
	}
	if len(staying) <= known.ideal {
		return action{kind: nothing}
	}
	staying = slices.DeleteFunc(staying, func(m memberState) bool { return m.id == self })
	last := slices.MaxFunc(staying, func(a, b memberState) int {
		x, _ := nominationOf(a.id, known)
		y, _ := nominationOf(b.id, known)
		return cmp.Or(cmp.Compare(a.silent, b.silent), cmp.Compare(x.revision, y.revision))
	})
	n, _ := nominationOf(last.id, known)
	return action{unnominate, n.Name, last.id, "there are more members than ideal"}
}

// replaceSilent takes out a member that has been silent for too long, where somebody can take its place. Where nobody
// can it stays: it may only be cut off, and come back with its data.
func replaceSilent(self uint64, members []memberState, known registry, grace time.Duration) action {
	if len(volunteers(members, known)) == 0 {
		return action{kind: nothing}
	}
	for _, m := range members {
		if n, nominated := nominationOf(m.id, known); m.id != self && nominated && m.silent >= grace {
			return action{remove, n.Name, m.id, "it is silent and a volunteer is there"}
		}
	}
	return action{kind: nothing}
}

// grow nominates who has volunteered longest, once everybody who is to leave has left and every learner votes.
func grow(_ uint64, members []memberState, known registry, _ time.Duration) action {
	waiting := volunteers(members, known)
	unsettled := func(m memberState) bool {
		_, nominated := nominationOf(m.id, known)
		return !nominated || m.isLearner
	}
	if len(members) >= known.ideal || len(waiting) == 0 || slices.ContainsFunc(members, unsettled) {
		return action{kind: nothing}
	}
	return action{nominate, waiting[0].Name, 0, "there are fewer members than ideal"}
}

// forgetStale takes back the nomination of who is no member any more.
func forgetStale(_ uint64, members []memberState, known registry, _ time.Duration) action {
	for _, name := range slices.Sorted(maps.Keys(known.nominated)) {
		n := known.nominated[name]
		if !slices.ContainsFunc(members, func(m memberState) bool { return m.id == n.ID }) {
			return action{forget, name, n.ID, "it is no member any more"}
		}
	}
	return action{kind: nothing}
}

// volunteers are the registered who are no members, those first who came first.
func volunteers(members []memberState, known registry) []registration {
	var waiting []registration
	for _, r := range known.peers {
		if !slices.ContainsFunc(members, func(m memberState) bool { return m.peerURL == r.PeerURL }) {
			waiting = append(waiting, r)
		}
	}
	slices.SortFunc(waiting, func(a, b registration) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.Name, b.Name))
	})
	return waiting
}

func nominationOf(id uint64, known registry) (nomination, bool) {
	for _, n := range known.nominated {
		if n.ID == id {
			return n, true
		}
	}
	return nomination{}, false
}

func peerAt(url string, known registry) (registration, bool) {
	for _, r := range known.peers {
		if r.PeerURL == url {
			return r, true
		}
	}
	return registration{}, false
}
