package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// clusterPath is where peers tell each other, without etcd, where the cluster is.
const clusterPath = "/cluster"

// askTimeout is short: a seed that does not answer at once is asked again soon.
const askTimeout = 500 * time.Millisecond

// whereabouts is what a peer knows of the cluster; without a token it knows of none.
type whereabouts struct {
	// Instance is the peer that says so, so that a seed knows itself under whatever name it is asked.
	Instance string   `json:"instance"`
	Token    string   `json:"token,omitempty"`
	Clients  []string `json:"clients,omitempty"` // client URLs of members
}

// seeds are the addresses that we were given.
type seeds struct {
	addrs    []string
	instance string
	client   *http.Client
}

func newSeeds(addrs []string, instance string) *seeds {
	return &seeds{addrs: addrs, instance: instance, client: &http.Client{
		Timeout:   askTimeout,
		Transport: &http.Transport{DisableKeepAlives: true}, // a name may mean another address the next time
	}}
}

// ask asks all seeds at once what they know. isFirst tells whether the first of them is ourselves.
func (s *seeds) ask(ctx context.Context) (answers []whereabouts, isFirst bool) {
	answers = make([]whereabouts, len(s.addrs))
	var all sync.WaitGroup
	for i, addr := range s.addrs {
		all.Go(func() { answers[i], _ = s.send(ctx, http.MethodGet, addr, nil) })
	}
	all.Wait()
	return answers, len(s.addrs) == 0 || answers[0].Instance == s.instance
}

// tell tells the first seed where the cluster is, so that it never founds a second one when it comes back. It reports a
// cluster of another token there.
func (s *seeds) tell(ctx context.Context, known whereabouts) error {
	if len(s.addrs) == 0 || known.Token == "" {
		return nil
	}
	answer, err := s.send(ctx, http.MethodPost, s.addrs[0], known)
	if err == nil && answer.Token != "" && answer.Token != known.Token {
		return fmt.Errorf("seed %s is in cluster %s, and we are in %s", s.addrs[0], answer.Token, known.Token)
	}
	return nil // a seed that is away is told when it is back
}

func (s *seeds) send(ctx context.Context, method, addr string, body any) (answer whereabouts, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return answer, err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+addr+clusterPath, bytes.NewReader(text))
	if err != nil {
		return answer, err
	}
	res, err := s.client.Do(req)
	if err != nil {
		return answer, err
	}
	defer res.Body.Close()
	err = json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(&answer)
	return answer, err
}

// heard is where the cluster is, as we were told or know ourselves; for all goroutines. Once a cluster is known it stays
// known: a peer that forgot it when nobody answers might found a second one.
type heard struct {
	mu    sync.Mutex
	known whereabouts
}

func (h *heard) get() whereabouts {
	h.mu.Lock()
	defer h.mu.Unlock()
	return whereabouts{Instance: h.known.Instance, Token: h.known.Token, Clients: slices.Clone(h.known.Clients)}
}

// learn takes what is said of the cluster, unless we know of another one; it returns what we know then.
func (h *heard) learn(said whereabouts) whereabouts {
	h.mu.Lock()
	if said.Token != "" && len(said.Clients) > 0 && (h.known.Token == "" || h.known.Token == said.Token) {
		h.known.Token, h.known.Clients = said.Token, slices.Clone(said.Clients)
	}
	h.mu.Unlock()
	return h.get()
}
