package main

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func poolOf(addrs ...string) *pool {
	p := newPool(3, prometheus.NewCounter(prometheus.CounterOpts{Name: "evictions"}))
	for _, addr := range addrs {
		p.register(addr, addr)
	}
	return p
}

// turns picks n times and counts who was picked.
func turns(p *pool, n int) map[string]int {
	counts := map[string]int{}
	for range n {
		if d := p.pick(nil); d != nil {
			counts[d.addr]++
		}
	}
	return counts
}

func expectTurns(t *testing.T, p *pool, want map[string]int) {
	t.Helper()
	total := 0
	for _, n := range want {
		total += n
	}
	got := turns(p, total)
	for addr, n := range want {
		if got[addr] != n {
			t.Fatalf("got turns %v, want %v", got, want)
		}
	}
}

func TestDownstreamsAreChosenInTurn(t *testing.T) {
	expectTurns(t, poolOf("a:1", "b:1", "c:1"), map[string]int{"a:1": 100, "b:1": 100, "c:1": 100})
	if d := poolOf().pick(nil); d != nil {
		t.Errorf("an empty pool gave %v", d)
	}
}

func TestARequestIsNeverHandedToOneItTried(t *testing.T) {
	p := poolOf("a:1", "b:1")
	var tried []*downstream
	for range 2 {
		tried = append(tried, p.pick(tried))
	}
	if tried[0] == tried[1] || p.pick(tried) != nil {
		t.Errorf("tried %v, then %v", tried, p.pick(tried))
	}
}

func TestARestingDownstreamGetsNothingAndTheOthersShareEvenly(t *testing.T) {
	p := poolOf("a:1", "b:1", "c:1")
	p.rest(p.members["a:1"])
	expectTurns(t, p, map[string]int{"b:1": 50, "c:1": 50})
	if p.renew("a:1") != 0 {
		t.Error("a heartbeat of a resting downstream was enough, although its address may have changed")
	}
	p.register("a:1", "a:1")
	expectTurns(t, p, map[string]int{"a:1": 50, "b:1": 50, "c:1": 50})
}

func TestWhenAllRestAllAreTried(t *testing.T) {
	p := poolOf("a:1", "b:1")
	p.rest(p.members["a:1"])
	p.rest(p.members["b:1"])
	expectTurns(t, p, map[string]int{"a:1": 10, "b:1": 10})
}

func TestOnlySilenceEvicts(t *testing.T) {
	p := poolOf("beats:1", "answers:1", "silent:1")
	for missed := range 3 {
		if evicted := p.sweep(); evicted != nil {
			t.Fatalf("%v evicted after %d missed heartbeats of 3 allowed", evicted, missed)
		}
		p.renew("beats:1")
		p.members["answers:1"].heard()
	}
	evicted := p.sweep()
	if len(evicted) != 1 || evicted[0] != "silent:1" || p.size() != 2 {
		t.Errorf("evicted %v, %d left", evicted, p.size())
	}
	if n := testutil.ToFloat64(p.evictions); n != 1 {
		t.Errorf("%v evictions counted", n)
	}
	expectTurns(t, p, map[string]int{"beats:1": 10, "answers:1": 10})
	if p.renew("silent:1") != 0 {
		t.Error("an evicted downstream was renewed instead of registered")
	}
}

func TestLeavingEndsTheTurnsAtOnce(t *testing.T) {
	p := poolOf("a:1", "b:1")
	if !p.remove("a:1") || p.remove("a:1") {
		t.Error("remove does not tell whether there was something to remove")
	}
	expectTurns(t, p, map[string]int{"b:1": 10})
}

func TestEachDownstreamKeepsTheNumberItRegisteredWith(t *testing.T) {
	p := poolOf("a:1", "b:1")
	p.rest(p.members["a:1"])
	if number, added := p.register("a:1", "a:2"); number != 1 || added {
		t.Errorf("back from a rest: number %d, new %v", number, added)
	}
	if number := p.renew("b:1"); number != 2 {
		t.Errorf("the second has number %d", number)
	}
	p.remove("a:1")
	if number, added := p.register("a:1", "a:1"); number != 3 || !added {
		t.Errorf("after leaving: number %d, new %v", number, added)
	}
}
