package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rampart.dev/compose/internal/process"
)

// registrar stands in for a load balancer; calls receives "METHOD body" of each request.
func registrar(t *testing.T, reply func() (int, string)) (addr string, calls chan string) {
	t.Helper()
	calls = make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		status, text := reply()
		w.WriteHeader(status)
		io.WriteString(w, text)
		calls <- r.Method + " " + r.URL.Path + " " + string(body)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), calls
}

func beats20ms() (int, string) { return 200, `{"heartbeat":"20ms"}` }

func TestHeartbeatsFollowTheIntervalThatTheLoadBalancerNames(t *testing.T) {
	addr, calls := registrar(t, beats20ms)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	start := time.Now()
	go newMembership(addr, "me:8080").keep(ctx)
	for range 5 {
		if got := <-calls; got != `POST /register {"addr":"me:8080"}` {
			t.Fatalf("the load balancer got %s", got)
		}
	}
	if took := time.Since(start); took < 80*time.Millisecond || took > 2*time.Second {
		t.Errorf("5 heartbeats took %v, want about 80 ms", took)
	}
}

func TestRegistrationIsTriedUntilTheLoadBalancerIsThere(t *testing.T) {
	left := 2
	addr, calls := registrar(t, func() (int, string) {
		if left--; left >= 0 {
			return 503, "not yet"
		}
		return beats20ms()
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	start := time.Now()
	go newMembership(addr, "me:8080").keep(ctx)
	for range 3 {
		<-calls
	}
	if took := time.Since(start); took < firstBackoff*3 {
		t.Errorf("three attempts within %v: no backoff", took)
	}
}

func TestARefusalTellsWhatTheLoadBalancerSaid(t *testing.T) {
	addr, _ := registrar(t, func() (int, string) { return 422, "cannot resolve the host" })
	if _, err := newMembership(addr, "me:8080").renew(context.Background()); err == nil || !strings.Contains(err.Error(), "422 Unprocessable Entity: cannot resolve the host") {
		t.Errorf("got %v", err)
	}
	addr, _ = registrar(t, func() (int, string) { return 200, "{}" })
	if _, err := newMembership(addr, "me:8080").renew(context.Background()); err == nil || !strings.Contains(err.Error(), "names no heartbeat interval") {
		t.Errorf("got %v", err)
	}
}

func TestAServiceRegistersServesAndLeavesBeforeItStops(t *testing.T) {
	addr, calls := registrar(t, beats20ms)
	cfg, err := configOf(map[string]string{
		"LISTEN_ADDR": "127.0.0.1:0", "PPROF_ADDR": "127.0.0.1:0", "ADVERTISE_HOST": "127.0.0.1", "LOADBALANCER_ADDR": addr,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx, cfg) }()

	_, self, _ := strings.Cut(strings.TrimSuffix(<-calls, `"}`), `"addr":"`)
	res, err := http.Get("http://" + self + "/orders/7")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := res.Header.Get("X-Served-By"); got != self {
		t.Errorf("%q answered, want %q", got, self)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	last := ""
	for len(calls) > 0 {
		last = <-calls
	}
	if want := `DELETE /register {"addr":"` + self + `"}`; last != want {
		t.Errorf("the last word was %s, want %s", last, want)
	}
	if _, err := net.Dial("tcp", self); err == nil {
		t.Error("still listening after the end")
	}
}

func TestATakenPortEndsTheService(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := run(context.Background(), config{Common: process.Common{ListenAddr: taken.Addr().String()}}); err == nil {
		t.Error("started on a port that is taken")
	}
}

func TestTheLoadBalancerTellsWhoRegisteredFirst(t *testing.T) {
	number := 1
	addr, _ := registrar(t, func() (int, string) { return 200, fmt.Sprintf(`{"heartbeat":"1s","number":%d}`, number) })
	m := newMembership(addr, "me:8080")
	if m.isFirst() {
		t.Error("first before it registered")
	}
	for ; number <= 2; number++ {
		if _, err := m.renew(context.Background()); err != nil || m.isFirst() != (number == 1) {
			t.Errorf("number %d: first is %v, %v", number, m.isFirst(), err)
		}
	}
}
