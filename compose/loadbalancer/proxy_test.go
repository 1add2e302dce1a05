package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rampart.dev/compose/internal/env"
)

// balancer starts a load balancer with the settings and the downstreams given.
func balancer(t *testing.T, settings map[string]string, addrs ...string) (*httptest.Server, *control) {
	t.Helper()
	reader := env.NewReader(func(name string) (string, bool) { value, set := settings[name]; return value, set })
	cfg := readConfig(reader)
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	control := newControl(cfg, prometheus.NewRegistry())
	for _, addr := range addrs {
		control.pool.register(addr, addr)
	}
	server := httptest.NewServer(control)
	t.Cleanup(server.Close)
	return server, control
}

func upstream(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// nobody is an address that refuses connections.
func nobody(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func do(t *testing.T, method, url, body string) (status int, text string) {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, url, reader)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

func TestARequestArrivesAsItWasSent(t *testing.T) {
	lb, _ := balancer(t, nil, upstream(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, strings.Join([]string{r.Method, r.RequestURI, r.Host, r.Header.Get("X-Forwarded-For"),
			r.Header.Get("Accept-Encoding"), string(body)}, " "))
	}))
	req, _ := http.NewRequest("PUT", lb.URL+"/a//b/../c?x=1;y=%zz", strings.NewReader("hello"))
	req.Host = "shop.example"
	req.Header.Set("Accept-Encoding", "identity")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, _ := io.ReadAll(res.Body)
	if want := "PUT /a//b/../c?x=1;y=%zz shop.example 127.0.0.1 identity hello"; string(got) != want || res.StatusCode != http.StatusTeapot {
		t.Errorf("%d %q, want %d %q", res.StatusCode, got, http.StatusTeapot, want)
	}
}

func TestARefusedConnectionIsRetriedElsewhereWithTheWholeBody(t *testing.T) {
	alive := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	})
	dead := nobody(t)
	lb, control := balancer(t, nil, alive, dead)
	body := strings.Repeat("0123456789", 100_000)
	for range 10 {
		control.pool.register(dead, dead) // a heartbeat brings it back, so that every other request meets it
		if status, text := do(t, "POST", lb.URL, body); status != http.StatusOK || text != body {
			t.Fatalf("%d with %d bytes, want 200 with %d", status, len(text), len(body))
		}
	}
}

func TestARequestThatWasSentIsNotSentTwice(t *testing.T) {
	var got atomic.Int32
	breaks := func(w http.ResponseWriter, r *http.Request) {
		got.Add(1)
		io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}
	lb, _ := balancer(t, nil, upstream(t, breaks), upstream(t, breaks))
	status, text := do(t, "POST", lb.URL, "order")
	if status != http.StatusBadGateway || !strings.Contains(text, "the downstream failed: ") {
		t.Errorf("%d %q", status, text)
	}
	if got.Load() != 1 {
		t.Errorf("the order was sent %d times", got.Load())
	}
}

func TestWithoutADownstreamTheAnswerIs503WithAReason(t *testing.T) {
	lb, control := balancer(t, nil)
	if status, text := do(t, "GET", lb.URL, ""); status != http.StatusServiceUnavailable || !strings.Contains(text, "no downstream is registered") {
		t.Errorf("%d %q", status, text)
	}
	dead := nobody(t)
	control.pool.register(dead, dead)
	if status, text := do(t, "GET", lb.URL, ""); status != http.StatusServiceUnavailable || !strings.Contains(text, "none of 1 downstreams takes a connection") || !strings.Contains(text, "refused") {
		t.Errorf("%d %q", status, text)
	}
}

func TestASlowDownstreamIsGivenUpAfterUpstreamTimeout(t *testing.T) {
	release := make(chan bool)
	defer close(release)
	lb, _ := balancer(t, map[string]string{"UPSTREAM_TIMEOUT": "50ms"},
		upstream(t, func(http.ResponseWriter, *http.Request) { <-release }))
	if status, text := do(t, "GET", lb.URL, ""); status != http.StatusBadGateway || !strings.Contains(text, "timeout awaiting response headers") {
		t.Errorf("%d %q", status, text)
	}
}

func TestAnswersAreNotHeldBack(t *testing.T) {
	next := make(chan bool)
	lb, _ := balancer(t, nil, upstream(t, func(w http.ResponseWriter, r *http.Request) {
		for _, line := range []string{"first\n", "second\n"} {
			io.WriteString(w, line)
			w.(http.Flusher).Flush()
			<-next
		}
	}))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", lb.URL, nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for _, want := range []string{"first\n", "second\n"} {
		if got, err := lines.ReadString('\n'); got != want {
			t.Fatalf("got %q, %v before the downstream went on, want %q", got, err, want)
		}
		next <- true
	}
}

func TestConnectionsAreKeptForTheNextRequest(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	lb, _ := balancer(t, nil, server.Listener.Addr().String())
	for range 20 {
		do(t, "GET", lb.URL, "")
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("20 requests, one after the other, took %d connections", n)
	}
}

func TestWithoutKeepAliveEachRequestHasAConnectionOfItsOwn(t *testing.T) {
	for setting, want := range map[string]int{"on": 1, "off": 5} {
		clients := map[string]bool{}
		lb, _ := balancer(t, map[string]string{"KEEP_ALIVE": setting}, upstream(t, func(_ http.ResponseWriter, r *http.Request) {
			clients[r.RemoteAddr] = true
		}))
		for range 5 {
			do(t, "GET", lb.URL, "")
		}
		if len(clients) != want {
			t.Errorf("KEEP_ALIVE=%s: %d connections for 5 requests, want %d", setting, len(clients), want)
		}
	}
}
