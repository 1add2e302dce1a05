package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"rampart.dev/compose/internal/env"
)

// node is a peer in this process, on a loopback address of its own.
type node struct {
	*peer
	url  string
	stop func() // as by a signal
}

// network hands out loopback addresses, the first of which is the seed.
type network struct {
	t      *testing.T
	prefix string
	data   string
}

func newNetwork(t *testing.T) *network {
	if runtime.GOOS != "linux" {
		t.Skip("peers need loopback addresses of their own, which Linux has")
	}
	t.Parallel() // they mostly wait
	return &network{t, fmt.Sprintf("127.%d.%d.", 10+rand.IntN(200), rand.IntN(256)), t.TempDir()}
}

// start starts peer n; settings are NAME=value.
func (w *network) start(n int, settings ...string) *node {
	w.t.Helper()
	host := w.prefix + strconv.Itoa(n)
	values := map[string]string{
		"ADVERTISE_HOST": host, "LISTEN_ADDR": host + ":8080", "PEER_ADDR": host + ":2380", "CLIENT_ADDR": host + ":2379",
		"SEEDS": w.prefix + "1:8080", "DATA_DIR": w.data, "FOUND_AFTER": "200ms", "STRICT_RECONFIG": "off", "GRACE": "1s",
		"HEARTBEAT": "50ms", "ELECTION_TIMEOUT": "500ms",
	}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		values[name] = value
	}
	cfg := configOf(w.t, values)
	self, err := ourselves(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	peer := newPeer(cfg, self, zap.NewNop())
	server := httptest.NewUnstartedServer(newFront(peer, func(next http.Handler) http.Handler { return next }))
	server.Listener.Close()
	if server.Listener, err = net.Listen("tcp", cfg.ListenAddr); err != nil {
		w.t.Fatal(err)
	}
	server.Start()
	ctx, cancel := context.WithCancel(context.Background())
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		peer.keep(ctx)
	}()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		<-kept
		peer.stop()
		server.Close()
		peer.close()
	}
	w.t.Cleanup(stop)
	return &node{peer, "http://" + cfg.ListenAddr, stop}
}

// crash ends a peer as SIGKILL would: nobody is told.
func (n *node) crash() {
	n.done.Lock() // no step from now on
	if m := n.local.Load(); m != nil {
		m.etcd.Server.HardStop()
		for _, each := range m.etcd.Peers {
			each.Listener.Close()
		}
		for _, each := range m.etcd.Clients {
			each.Close()
		}
	}
}

func configOf(t *testing.T, values map[string]string) config {
	t.Helper()
	reader := env.NewReader(func(name string) (string, bool) { value, set := values[name]; return value, set })
	cfg := readConfig(reader)
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// until waits for all nodes to say that there are so many members with one leader, and returns what the first one says.
func until(t *testing.T, members int, nodes ...*node) status {
	t.Helper()
	var said []status
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		said = nil
		agreed := true
		for _, n := range nodes {
			one := n.status()
			said = append(said, one)
			agreed = agreed && len(one.Members) == members && len(one.Learners) == 0 && one.Leader != "" && one.Leader == said[0].Leader
		}
		if agreed {
			return said[0]
		}
	}
	t.Fatalf("no cluster of %d: %+v", members, said)
	return status{}
}

func put(t *testing.T, n *node, path, value string) {
	t.Helper()
	if code, text := ask(t, "PUT", n.url+path, value); code != http.StatusOK {
		t.Fatalf("PUT %s at %s: %d %s", path, n.self.Name, code, text)
	}
}
