package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestADownstreamRegistersRenewsAndLeaves(t *testing.T) {
	lb, control := balancer(t, map[string]string{"HEARTBEAT_INTERVAL": "250ms"})
	for range 2 {
		status, text := do(t, "POST", lb.URL+"/register", `{"addr":"127.0.0.1:9"}`)
		if status != http.StatusOK || text != `{"heartbeat":"250ms","number":1}` {
			t.Fatalf("register: %d %q", status, text)
		}
	}
	if n := control.pool.size(); n != 1 {
		t.Errorf("%d registered, want 1", n)
	}
	if status, text := do(t, "DELETE", lb.URL+"/register", `{"addr":"127.0.0.1:9"}`); status != http.StatusNoContent {
		t.Errorf("leave: %d %q", status, text)
	}
	if n := control.pool.size(); n != 0 {
		t.Errorf("%d registered after leaving", n)
	}
}

func TestTheNameIsResolvedOnceAndAgainAfterARest(t *testing.T) {
	lb, control := balancer(t, nil)
	lookups := 0
	control.resolve = func(_ context.Context, host string) ([]string, error) {
		lookups++
		if host != "replica" {
			return nil, errors.New("no such host")
		}
		return []string{"10.0.0.7"}, nil
	}
	for range 3 {
		do(t, "POST", lb.URL+"/register", `{"addr":"replica:8080"}`)
	}
	d := control.pool.pick(nil)
	if lookups != 1 || d.addr != "replica:8080" || d.dial != "10.0.0.7:8080" {
		t.Errorf("%d lookups, %q is dialled at %q", lookups, d.addr, d.dial)
	}
	control.pool.rest(d)
	do(t, "POST", lb.URL+"/register", `{"addr":"replica:8080"}`)
	if lookups != 2 {
		t.Errorf("%d lookups after a rest, want 2", lookups)
	}
	if status, text := do(t, "POST", lb.URL+"/register", `{"addr":"other:8080"}`); status != http.StatusUnprocessableEntity || !strings.Contains(text, "no such host") {
		t.Errorf("%d %q", status, text)
	}
}

func TestARegistrationThatMakesNoSenseIsExplained(t *testing.T) {
	lb, _ := balancer(t, nil)
	for body, want := range map[string]string{
		`hello`:                `expected JSON such as {"addr":"10.0.0.2:8080"}`,
		`{"addr":"localhost"}`: `addr must be host:port, got "localhost"`,
		`{}`:                   `addr must be host:port, got ""`,
	} {
		if status, text := do(t, "POST", lb.URL+"/register", body); status != http.StatusBadRequest || !strings.Contains(text, want) {
			t.Errorf("%s: %d %q", body, status, text)
		}
	}
}

func TestReadyTellsHowManyOfHowMany(t *testing.T) {
	lb, control := balancer(t, nil)
	expect := func(query string, status int, text string) {
		t.Helper()
		if gotStatus, got := do(t, "GET", lb.URL+"/readyz"+query, ""); gotStatus != status || !strings.HasPrefix(got, text) {
			t.Errorf("/readyz%s: %d %q, want %d %q", query, gotStatus, got, status, text)
		}
	}
	expect("", 503, "0 of 1 downstreams registered")
	control.pool.register("a:1", "a:1")
	control.pool.register("b:1", "b:1")
	expect("", 200, "2 of 1 downstreams registered")
	expect("?downstreams=2", 200, "2 of 2 downstreams registered")
	expect("?downstreams=3", 503, "2 of 3 downstreams registered")
	expect("?downstreams=many", 400, "downstreams must be a whole number")
}

func TestOnlyTheDocumentedPairsOfMethodAndPathAreControl(t *testing.T) {
	lb, _ := balancer(t, nil, upstream(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "downstream saw "+r.Method+" "+r.URL.Path)
	}))
	for _, request := range []string{"GET /register", "POST /healthz", "PUT /readyz", "GET /register/", "GET /metrics"} {
		method, path, _ := strings.Cut(request, " ")
		if _, text := do(t, method, lb.URL+path, ""); text != "downstream saw "+request {
			t.Errorf("%s: %q", request, text)
		}
	}
	if _, text := do(t, "GET", lb.URL+"/healthz", ""); text != "ok\n" {
		t.Errorf("GET /healthz: %q", text)
	}
}

func TestSilentDownstreamsAreEvictedOnTheHeartbeatClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &control{pool: poolOf("a:1"), heartbeat: time.Second}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go c.sweep(ctx)
		time.Sleep(3500 * time.Millisecond)
		if c.pool.size() != 1 {
			t.Error("evicted before it missed 3 heartbeats")
		}
		time.Sleep(time.Second)
		if c.pool.size() != 0 {
			t.Error("not evicted after it missed 3 heartbeats")
		}
	})
}
