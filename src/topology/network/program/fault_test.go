package main

import (
	"testing"
	"time"
)

func TestShareIsExactAndEven(t *testing.T) {
	for _, each := range []struct {
		share float64
		of    int64
		want  int64
	}{{0.1, 1000, 100}, {0.25, 20, 5}, {1, 7, 7}, {1.0 / 3, 3_000_000, 999_999}, {0.3, 10, 3}} {
		chooser := Chooser{share: each.share}
		var taken, sinceLast, longest int64
		for range each.of {
			sinceLast++
			if chooser.next() {
				taken++
				longest = max(longest, sinceLast)
				sinceLast = 0
			}
		}
		if taken != each.want {
			t.Errorf("%v of %d took %d, want %d", each.share, each.of, taken, each.want)
		}
		if limit := int64(1/each.share) + 1; longest > limit {
			t.Errorf("%v left out %d in a row, want at most %d", each.share, longest, limit)
		}
	}
}

func TestPacerLetsThroughItsRate(t *testing.T) {
	pacer := Pacer{bytesPerSecond: 1000}
	now := time.Now()
	for range 9 {
		pacer.due(now, 100)
	}
	if took := pacer.due(now, 100).Sub(now); took != time.Second {
		t.Errorf("1000 bytes took %v, want 1s", took)
	}
	later := now.Add(time.Minute)
	if took := pacer.due(later, 100).Sub(later); took != 100*time.Millisecond {
		t.Errorf("after a pause 100 bytes took %v, want 100ms: nothing is saved up", took)
	}
}

func TestJitterLiesAroundLatency(t *testing.T) {
	inForce := newInForce(Fault{LatencyUs: 50_000, JitterUs: 10_000})
	for _, each := range []struct{ drawn, want float64 }{{0, 40}, {0.5, 50}, {1, 60}} {
		inForce.jitter = func() float64 { return each.drawn }
		if ms := float64(inForce.delay().Microseconds()) / 1000; ms != each.want {
			t.Errorf("drawn %v: %v ms, want %v", each.drawn, ms, each.want)
		}
	}
}

func TestFaultMeets(t *testing.T) {
	for _, each := range []struct {
		name  string
		fault Fault
		want  bool
	}{
		{"everybody at every port", Fault{To: "b-1"}, true},
		{"another replica", Fault{To: "b-2"}, false},
		{"the port", Fault{To: "b-1", Ports: []int{9090, 8080}}, true},
		{"another port", Fault{To: "b-1", Ports: []int{9090}}, false},
		{"a port left out", Fault{To: "b-1", Except: []int{8080}}, false},
		{"the party", Fault{To: "b-1", From: []string{"a-1"}}, true},
		{"another party", Fault{To: "b-1", From: []string{"c-1"}}, false},
		{"nobody", Fault{To: "b-1", From: []string{}}, false},
	} {
		if got := each.fault.meets("b-1", 8080, "a-1"); got != each.want {
			t.Errorf("%s: %v, want %v", each.name, got, each.want)
		}
	}
}

func TestSpeech(t *testing.T) {
	for first, want := range map[string]int32{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n":            speaksHTTP,
		"OPTIONS * HTTP/1.1\r\n":                       speaksHTTP,
		"POST http://a/b HTTP/1.0\r\n":                 speaksHTTP,
		"VERSION-CONTROL /a?b=c HTTP/1.1\n":            speaksHTTP,
		"GET /a-line-that-goes-on":                     speaksHTTP,
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":             speaksHTTP2,
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03": speaksTLS,
		"GET / HTTP/2.0\r\n":                           speaksOther,
		"PING\r\n":                                     speaksOther,
		"EHLO mail.example\r\n":                        speaksOther,
		"":                                             speaksOther,
	} {
		if got := speaksWhat([]byte(first)); got != want {
			t.Errorf("%q: %d, want %d", first, got, want)
		}
	}
}

func TestReplicaInEnvironment(t *testing.T) {
	environment := []byte("A=1\x00RAMPART_REPLICA=api-2\x00RAMPART_OWNER=7:9\x00")
	if got := replicaIn(environment, "RAMPART_REPLICA", "RAMPART_OWNER=7:9"); got != "api-2" {
		t.Errorf("got %q", got)
	}
	if got := replicaIn(environment, "RAMPART_REPLICA", "RAMPART_OWNER=7:8"); got != "" {
		t.Errorf("of another run: %q", got)
	}
}
