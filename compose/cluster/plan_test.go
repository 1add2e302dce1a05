package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

const grace = 5 * time.Second

// world is a cluster as plan sees it, with peers a, b, c ... whose member has the ID 1, 2, 3 ...
type world struct {
	members []memberState
	known   registry
}

func urlOf(name string) string { return "http://" + name + ":2380" }

func newWorld(ideal int) *world {
	return &world{known: registry{
		peers: map[string]registration{}, nominated: map[string]nomination{}, ideal: ideal, idealKnown: true,
	}}
}

// volunteer registers peers, one after the other.
func (w *world) volunteer(names ...string) *world {
	for _, name := range names {
		w.known.peers[name] = registration{Name: name, Instance: name + "-1", PeerURL: urlOf(name), created: int64(len(w.known.peers) + 1)}
	}
	return w
}

// voter makes peers members, those first who are named first.
func (w *world) voter(names ...string) *world {
	w.volunteer(names...)
	for _, name := range names {
		id := uint64(name[0]-'a') + 1
		w.known.nominated[name] = nomination{Name: name, Instance: name + "-1", ID: id, Token: "t", revision: int64(len(w.members) + 1)}
		w.members = append(w.members, memberState{id: id, name: name, peerURL: urlOf(name)})
	}
	return w
}

// change alters the member of a peer.
func (w *world) change(name string, do func(*memberState)) *world {
	for i := range w.members {
		if w.members[i].peerURL == urlOf(name) {
			do(&w.members[i])
		}
	}
	return w
}

func (w *world) silent(name string, for_ time.Duration) *world {
	delete(w.known.peers, name)
	return w.change(name, func(m *memberState) { m.silent = for_ })
}

func (w *world) leaving(name string, for_ time.Duration) *world {
	delete(w.known.nominated, name)
	return w.change(name, func(m *memberState) { m.leaving = for_ })
}

func (w *world) learner(name string) *world {
	return w.voter(name).change(name, func(m *memberState) { m.isLearner = true })
}

func (w *world) backAnew(name string) *world {
	r := w.known.peers[name]
	r.Instance = name + "-2"
	w.known.peers[name] = r
	return w
}

func TestTheLeaderTakesOneStepAtATime(t *testing.T) {
	for name, test := range map[string]struct {
		world *world // led by a
		want  string
	}{
		"at the ideal size":                         {newWorld(3).voter("a", "b", "c").volunteer("d"), "nothing"},
		"too few, and nobody volunteers":            {newWorld(3).voter("a", "b"), "nothing"},
		"too few: who came first is nominated":      {newWorld(3).voter("a").volunteer("d", "c"), "nominate d"},
		"a learner is promoted before anybody else": {newWorld(3).voter("a").learner("b").volunteer("c"), "promote b 2"},
		"and given up when its peer is gone":        {newWorld(3).voter("a").learner("b").silent("b", grace).volunteer("c"), "remove b 2"},
		"too many: who came last is told to leave":  {newWorld(1).voter("a", "c", "b"), "unnominate b 2"},
		"rather a silent one":                       {newWorld(2).voter("a", "b", "c").silent("b", time.Second), "unnominate b 2"},
		"never ourselves":                           {newWorld(1).voter("c", "b", "a"), "unnominate b 2"},
		"one who leaves is given time":              {newWorld(2).voter("a", "b", "c").leaving("c", time.Second), "nothing"},
		"and then taken out":                        {newWorld(2).voter("a", "b", "c").leaving("c", grace), "remove c 3"},
		"nobody comes while one leaves":             {newWorld(3).voter("a", "b", "c").leaving("c", 0).volunteer("d"), "nothing"},
		"a silent one is given time":                {newWorld(3).voter("a", "b", "c").silent("c", time.Second).volunteer("d"), "nothing"},
		"and then makes room for a volunteer":       {newWorld(3).voter("a", "b", "c").silent("c", grace).volunteer("d"), "remove c 3"},
		"but stays where nobody volunteers":         {newWorld(3).voter("a", "b", "c").silent("c", grace), "nothing"},
		"who comes back without data is taken out":  {newWorld(3).voter("a", "b", "c").backAnew("c"), "remove c 3"},
		"we do not take out ourselves":              {newWorld(3).voter("a", "b", "c").backAnew("a").silent("a", grace).volunteer("d"), "nothing"},
		"a nomination without a member is forgotten": {
			func() *world {
				w := newWorld(3).voter("a", "b", "c")
				w.members = w.members[:2]
				delete(w.known.peers, "c")
				return w
			}(),
			"forget c 3",
		},
	} {
		got := plan(1, test.world.members, test.world.known, grace)
		text := string(got.kind)
		if got.name != "" {
			text += " " + got.name
		}
		if got.id != 0 {
			text += fmt.Sprint(" ", got.id)
		}
		if text != test.want {
			t.Errorf("%s: %s, want %s", name, text, test.want)
		}
	}
}

// TestAnyClusterComesToItsIdealSize carries plans out in a model of the cluster, from random states and with peers that
// die and come back, and looks that each step is allowed and that it ends.
func TestAnyClusterComesToItsIdealSize(t *testing.T) {
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(1 + random.IntN(5)).voter("a")
		names := []string{"b", "c", "d", "e", "f", "g"}
		random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		w.voter(names[:random.IntN(3)]...).volunteer(names[3:]...)
		next := uint64(100)
		for steps := 0; ; steps++ {
			if steps == 60 {
				t.Fatalf("seed %d: no end, ideal %d, %+v", seed, w.known.ideal, w.members)
			}
			if steps < 10 && random.IntN(3) == 0 && len(w.members) > 2 {
				w.silent(w.members[1+random.IntN(len(w.members)-1)].peerURL[len("http://"):][:1], grace)
			}
			did := plan(1, w.members, w.known, grace)
			if did.kind == nothing {
				break
			}
			carryOutInModel(t, w, did, &next)
		}
		voters := 0
		for _, m := range w.members {
			if !m.isLearner {
				voters++
			}
		}
		if voters != w.known.ideal && len(volunteers(w.members, w.known)) > 0 {
			t.Errorf("seed %d: ends with %d voters of %d, and volunteers", seed, voters, w.known.ideal)
		}
	}
}

func carryOutInModel(t *testing.T, w *world, did action, next *uint64) {
	t.Helper()
	drop := func(id uint64) {
		if id == 1 {
			t.Fatal("the leader took out itself")
		}
		for i, m := range w.members {
			if m.id == id {
				w.members = append(w.members[:i:i], w.members[i+1:]...)
				return
			}
		}
	}
	switch did.kind {
	case nominate:
		*next++
		r := w.known.peers[did.name]
		w.members = append(w.members, memberState{id: *next, name: did.name, peerURL: r.PeerURL, isLearner: true})
		w.known.nominated[did.name] = nomination{Name: did.name, Instance: r.Instance, ID: *next, revision: int64(*next)}
	case promote:
		w.change(did.name, func(m *memberState) { m.isLearner = false })
	case remove:
		drop(did.id)
		delete(w.known.nominated, did.name)
	case unnominate:
		delete(w.known.nominated, did.name)
		w.change(did.name, func(m *memberState) { m.leaving = grace })
	case forget:
		delete(w.known.nominated, did.name)
	}
}
