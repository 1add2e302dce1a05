package main

import (
	"time"

	"rampart.dev/compose/internal/env"
	"rampart.dev/compose/internal/process"
)

// config is read from these variables, next to those of process.Common (LISTEN_ADDR, SHUTDOWN_TIMEOUT) and admin.Config
// (PPROF_ADDR, BLOCK_PROFILE_RATE, MUTEX_PROFILE_FRACTION):
//
//	HEARTBEAT_INTERVAL       1s   how often each downstream is asked to renew its registration
//	EVICT_AFTER              5    heartbeats in a row that a downstream may miss before it is forgotten
//	MAX_IDLE_CONNS_PER_HOST  100  idle connections kept to each downstream; Go's own default is 2, and what comes back
//	                              beyond it is closed, so that a busy proxy dials for nearly each request
//	MAX_IDLE_CONNS           0    idle connections kept to all downstreams together; 0 is no limit
//	MAX_CONNS_PER_HOST       0    connections to each downstream, busy ones included; requests queue for one; 0 is no limit
//	KEEP_ALIVE               on   off closes each connection behind its answer, so that each request dials
//	IDLE_CONN_TIMEOUT        90s  how long a connection may idle before it is closed; 0 is forever
//	DIAL_TIMEOUT             1s   how long to wait for a connection before another downstream is tried
//	UPSTREAM_TIMEOUT         30s  how long a downstream may take to the first byte of its answer; 0 is forever
//	RETRY_5XX                0    how often a request without a body is sent again, to the next downstream and at once, when
//	                              it was answered 500 or above
//
// Why 5 missed heartbeats, when 3 is the common choice: under the overload that this load balancer is built to be put
// under, heartbeats queue behind requests on both sides, and evicting a downstream that is only slow hands its load to
// the others, which then are next. Waiting costs little here, because eviction is not what protects requests: a downstream
// that refuses a connection rests from that moment until it is heard from again. See pool.
type config struct {
	process.Common
	heartbeat       time.Duration
	evictAfter      int
	upstreamTimeout time.Duration
	dialTimeout     time.Duration
	idleConnTimeout time.Duration
	maxIdleConns    int
	maxIdlePerHost  int
	maxConnsPerHost int
	keepAlive       bool
	retry5xx        int
	retryTimeout    int
	retryBudget     *float64 // nil is no limit
}

func readConfig(r *env.Reader) config {
	cfg := config{
		Common:          process.ReadCommon(r),
		heartbeat:       r.PositiveDuration("HEARTBEAT_INTERVAL", time.Second),
		evictAfter:      r.Int("EVICT_AFTER", 5, 1),
		upstreamTimeout: r.Duration("UPSTREAM_TIMEOUT", 30*time.Second),
		dialTimeout:     r.PositiveDuration("DIAL_TIMEOUT", time.Second),
		idleConnTimeout: r.Duration("IDLE_CONN_TIMEOUT", 90*time.Second),
		maxIdleConns:    r.Int("MAX_IDLE_CONNS", 0, 0),
		maxIdlePerHost:  r.Int("MAX_IDLE_CONNS_PER_HOST", 100, 1),
		maxConnsPerHost: r.Int("MAX_CONNS_PER_HOST", 0, 0),
		keepAlive:       r.Choice("KEEP_ALIVE", "on", "on", "off") == "on",
		retry5xx:        r.Int("RETRY_5XX", 0, 0),
		retryTimeout:    r.Int("RETRY_TIMEOUT", 0, 0),
	}
	if r.Set("RETRY_BUDGET") {
		share := r.Share("RETRY_BUDGET", 0)
		cfg.retryBudget = &share
	}
	if cfg.retryTimeout > 0 && cfg.upstreamTimeout == 0 {
		r.Reject("UPSTREAM_TIMEOUT", "must be above 0 because RETRY_TIMEOUT is set", "100ms")
	}
	return cfg
}
