package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rampart.dev/compose/internal/env"
)

func TestAClusterFormsShrinksGrowsAndKeepsWhatWasStored(t *testing.T) {
	w := newNetwork(t)
	a, b, c := w.start(1), w.start(2), w.start(3)
	until(t, 3, a, b, c)
	put(t, b, "/kv/x/y?z", "1")

	stop := make(chan struct{})
	failed := make(chan string, 1000)
	var writers sync.WaitGroup
	for _, n := range []*node{a, b, c} {
		writers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if code, text := ask(t, "PUT", n.url+"/kv/busy", strconv.Itoa(i)); code != 200 {
					failed <- fmt.Sprint(n.self.Name, ": ", code, " ", text)
				}
			}
		})
	}
	put(t, c, "/ideal", "1")
	until(t, 1, a, b, c)
	put(t, c, "/ideal", "3")
	until(t, 3, a, b, c)
	put(t, c, "/ideal", "1")
	until(t, 1, a, b, c)
	close(stop)
	writers.Wait()
	close(failed)
	for each := range failed {
		t.Error(each)
	}
	for _, n := range []*node{a, b, c} {
		put(t, n, "/kv/from", n.self.Name)
		if code, text := ask(t, "GET", n.url+"/kv/from", ""); code != 200 || text != n.self.Name {
			t.Errorf("%s: %d %q", n.self.Name, code, text)
		}
	}

	put(t, b, "/ideal", "3") // hosts that left are taken again
	until(t, 3, a, b, c)
	if code, text := ask(t, "GET", c.url+"/kv/x/y?consistency=serializable", ""); code != 200 || text != "1" {
		t.Errorf("after all of it: %d %q", code, text)
	}
	c.stop()
	b.stop()
	a.stop()
	if left, _ := filepath.Glob(filepath.Join(w.data, "*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestAVolunteerTakesThePlaceOfALeaderThatDied(t *testing.T) {
	w := newNetwork(t)
	nodes := map[string]*node{}
	for i := 1; i <= 4; i++ {
		n := w.start(i)
		nodes[n.self.Name] = n
	}
	var all []*node
	for _, n := range nodes {
		all = append(all, n)
	}
	before := until(t, 3, all...)
	dead := nodes[before.Leader]
	dead.crash()
	delete(nodes, before.Leader)
	var alive []*node
	for _, n := range nodes {
		alive = append(alive, n)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		after := until(t, 3, alive...)
		if !strings.Contains(strings.Join(after.Members, " ")+" ", dead.self.Name+" ") {
			if after.Term <= before.Term {
				t.Errorf("term %d after %d", after.Term, before.Term)
			}
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%s is still a member: %+v", dead.self.Name, after)
		}
	}
	put(t, alive[0], "/kv/after", "1")
	dead.done.Unlock()
}

func TestASeedThatComesBackJoinsInsteadOfFoundingAgain(t *testing.T) {
	w := newNetwork(t)
	a, b, c := w.start(1), w.start(2), w.start(3)
	before := until(t, 3, a, b, c)
	put(t, b, "/kv/k", "kept")
	a.stop()
	until(t, 2, b, c)
	a = w.start(1)
	after := until(t, 3, a, b, c)
	if after.Cluster != before.Cluster {
		t.Errorf("cluster %s, was %s", after.Cluster, before.Cluster)
	}
	if code, text := ask(t, "GET", a.url+"/kv/k", ""); code != 200 || text != "kept" {
		t.Errorf("%d %q", code, text)
	}
}

func TestAFrontExplainsWhatItCannotDo(t *testing.T) {
	w := newNetwork(t)
	lonely := w.start(2) // no seed is there
	if code, text := ask(t, "GET", lonely.url+"/kv/x", ""); code != 503 || !strings.Contains(text, "no cluster is known yet") {
		t.Errorf("%d %q", code, text)
	}
	if code, _ := ask(t, "GET", lonely.url+"/readyz", ""); code != 503 {
		t.Errorf("ready without a cluster: %d", code)
	}
	founder := w.start(1, "IDEAL=1")
	until(t, 1, founder, lonely)
	for _, test := range []struct {
		method, path, body string
		code               int
		want               string
	}{
		{"GET", "/kv/none", "", 404, "no such key"},
		{"POST", "/kv/x", "", 405, "got, put and deleted"},
		{"GET", "/kv/x?consistency=eventual", "", 400, `linearizable or serializable, got "eventual"`},
		{"PUT", "/kv/big", strings.Repeat("x", maxValueBytes+1), 413, "at most 1048576 bytes"},
		{"PUT", "/ideal", "0", 400, `from 1 to 7, got "0"`},
		{"DELETE", "/ideal", "", 405, "got and put"},
		{"GET", "/", "", 404, "/kv/<key>"},
		{"DELETE", "/kv/x", "", 204, ""},
	} {
		if code, text := ask(t, test.method, lonely.url+test.path, test.body); code != test.code || !strings.Contains(text, test.want) {
			t.Errorf("%s %s: %d %q, want %d %q", test.method, test.path, code, text, test.code, test.want)
		}
	}
	_, text := ask(t, "GET", founder.url+"/status", "")
	var said status
	if err := json.Unmarshal([]byte(text), &said); err != nil || !said.IsLeader || said.Role != "member" || said.Ideal != 1 {
		t.Errorf("%s %v", text, err)
	}
}

func TestDataOfAKilledProcessIsRemovedByTheNext(t *testing.T) {
	parent := t.TempDir()
	dead, mine := filepath.Join(parent, dataPrefix+"4194304-1"), filepath.Join(parent, fmt.Sprint(dataPrefix, os.Getpid(), "-1"))
	for _, dir := range []string{dead, mine} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := newDataDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	left, _ := filepath.Glob(filepath.Join(parent, "*"))
	if len(left) != 2 || left[0] == dead || left[1] == dead {
		t.Errorf("made %s, and there are %q", dir, left)
	}
}

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	reader := env.NewReader(func(name string) (string, bool) {
		value, set := map[string]string{
			"IDEAL": "9", "ELECTION_TIMEOUT": "100ms", "PEER_ADDR": "node:2380", "SEEDS": "a:1,:8080",
		}[name]
		return value, set
	})
	readConfig(reader)
	err := reader.Err()
	for _, want := range []string{
		`IDEAL must be at most 7, got "9"`,
		`ELECTION_TIMEOUT must be whole milliseconds, from 5 times HEARTBEAT to 50s, got "100ms" (example: 1s)`,
		`PEER_ADDR must be an IP address and a port, or a port alone, got "node:2380"`,
		`SEEDS must be a list of host:port, got "a:1,:8080"`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
