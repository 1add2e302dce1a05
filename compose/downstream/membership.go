package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"rampart.dev/compose/internal/registration"
)

const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 2 * time.Second
	// A late heartbeat is still a sign of life, so one may take much longer than the interval between two.
	heartbeatTimeout = 5 * time.Second
	leaveTimeout     = 2 * time.Second
	// lameDuck is how long we go on serving after we left: requests may be on their way that were sent before the load
	// balancer knew.
	lameDuck = 250 * time.Millisecond
)

// membership keeps this instance registered with the load balancer. It has a client and a connection of its own, so that
// heartbeats never queue behind requests, at least not in this process.
type membership struct {
	url    string
	self   string // host:port under which the load balancer reaches us
	client *http.Client
	number atomic.Int64 // as the how many-th we registered, 0 before we did
}

func newMembership(loadBalancer, self string) *membership {
	return &membership{
		url:    "http://" + loadBalancer + registration.Path,
		self:   self,
		client: &http.Client{Transport: &http.Transport{IdleConnTimeout: time.Minute}},
	}
}

// isFirst reports whether no other downstream registered before.
func (m *membership) isFirst() bool { return m.number.Load() == 1 }

// keep registers and renews until ctx ends. It tries again, ever less eagerly, while the load balancer is not there, and
// logs only when something changes.
func (m *membership) keep(ctx context.Context) {
	registered, backoff := false, firstBackoff
	complained := false
	for {
		interval, err := m.renew(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			if !registered {
				slog.Info("registered", "loadbalancer", m.url, "as", m.self, "heartbeat", interval.String())
			}
			registered, complained, backoff = true, false, firstBackoff
		default:
			if !complained {
				slog.Warn("not registered, trying again", "loadbalancer", m.url, "error", err)
			}
			registered, complained = false, true
			interval, backoff = backoff, min(2*backoff, maxBackoff)
		}
		if !sleep(ctx, interval) {
			return
		}
	}
}

// renew sends one heartbeat and returns how long to wait until the next.
func (m *membership) renew(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, heartbeatTimeout)
	defer cancel()
	body, err := m.send(ctx, http.MethodPost)
	if err != nil {
		return 0, err
	}
	var reply registration.Reply
	if err := json.Unmarshal(body, &reply); err != nil {
		return 0, fmt.Errorf("the load balancer's reply %q: %w", body, err)
	}
	if reply.Heartbeat <= 0 {
		return 0, fmt.Errorf("the load balancer's reply %q names no heartbeat interval", body)
	}
	m.number.Store(int64(reply.Number))
	return time.Duration(reply.Heartbeat), nil
}

// leave tells the load balancer to send no more, and waits for what is on its way.
func (m *membership) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	if _, err := m.send(ctx, http.MethodDelete); err != nil {
		slog.Warn("could not leave the load balancer", "loadbalancer", m.url, "error", err)
		return
	}
	time.Sleep(lameDuck)
}

func (m *membership) send(ctx context.Context, method string) ([]byte, error) {
	message := registration.JSON(registration.Request{Addr: m.self})
	req, err := http.NewRequestWithContext(ctx, method, m.url, bytes.NewReader(message))
	if err != nil {
		return nil, err
	}
	res, err := m.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 300 {
		return nil, fmt.Errorf("%s: %s", res.Status, strings.TrimSpace(string(body)))
	}
	return body, nil
}
