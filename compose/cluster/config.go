package main

import (
	"net"
	"time"

	"rampart.dev/compose/internal/env"
	"rampart.dev/compose/internal/process"
)

// config is read from these variables, next to those of process.Common (LISTEN_ADDR, SHUTDOWN_TIMEOUT) and admin.Config
// (PPROF_ADDR, BLOCK_PROFILE_RATE, MUTEX_PROFILE_FRACTION).
//
// Who we are, and whom we ask:
//
//	ADVERTISE_HOST      host name  host under which the others reach us; the ports are those of the addresses below
//	PEER_ADDR           :2380      where raft listens, while we are a member
//	CLIENT_ADDR         :2379      where etcd's own API listens, while we are a member: etcdctl and the other peers use it
//	SEEDS               (none)     LISTEN_ADDR of peers to ask for the cluster, as host:port,host:port; the first of them
//	                               founds it when nobody knows one. Without it we found one of our own
//	FOUND_AFTER         500ms      how long the first seed listens for a cluster before it founds one
//
// The cluster; what the founder says holds for all:
//
//	IDEAL               3          members that the cluster is to have, until PUT /ideal says otherwise
//	GRACE               5s         how long a member may be silent before a volunteer takes its place
//	CONTROL_INTERVAL    100ms      how often the leader looks whether anything is to do, and the others whether they are meant
//
// Raft:
//
//	HEARTBEAT           100ms      how often the leader tells its followers that it is there; above the round trip
//	ELECTION_TIMEOUT    1s         silence after which a follower stands for election; 5 to 10 heartbeats or more
//	STRICT_RECONFIG     on         off adds and removes members without etcd's own check that enough others have been connected
//	                               for 5 s: a cluster grows faster, and may lose its majority to a member that flaps
//
// Requests and room:
//
//	REQUEST_TIMEOUT     2s         how long the store may take for a request before it is answered 504
//	DATA_DIR            temporary  where each membership has its data, in a directory of its own that is removed at its end
//	QUOTA_BYTES         256MiB     size of the store from which on writes are refused
//	HISTORY             1m         how long old values of keys are kept
//	LOG_LEVEL           info       of etcd's own lines: debug, info, warn or error
type config struct {
	process.Common
	advertise  string
	peerAddr   string
	clientAddr string
	seeds      []string
	foundAfter time.Duration

	ideal    int
	grace    time.Duration
	interval time.Duration

	heartbeat time.Duration
	election  time.Duration
	strict    bool

	requestTimeout time.Duration
	dataDir        string
	quotaBytes     int64
	history        time.Duration
	logLevel       string
}

// maxIdeal is more than anybody should want: each write waits for more than half of them.
const maxIdeal = 7

func readConfig(r *env.Reader) config {
	cfg := config{
		Common:         process.ReadCommon(r),
		advertise:      r.Host("ADVERTISE_HOST", ""),
		peerAddr:       r.Addr("PEER_ADDR", ":2380"),
		clientAddr:     r.Addr("CLIENT_ADDR", ":2379"),
		seeds:          r.Addrs("SEEDS"),
		foundAfter:     r.PositiveDuration("FOUND_AFTER", 500*time.Millisecond),
		ideal:          r.Int("IDEAL", 3, 1),
		grace:          r.PositiveDuration("GRACE", 5*time.Second),
		interval:       r.PositiveDuration("CONTROL_INTERVAL", 100*time.Millisecond),
		heartbeat:      r.PositiveDuration("HEARTBEAT", 100*time.Millisecond),
		election:       r.PositiveDuration("ELECTION_TIMEOUT", time.Second),
		strict:         r.Choice("STRICT_RECONFIG", "on", "on", "off") == "on",
		requestTimeout: r.PositiveDuration("REQUEST_TIMEOUT", 2*time.Second),
		dataDir:        r.Text("DATA_DIR", ""),
		quotaBytes:     r.Size("QUOTA_BYTES", 256<<20),
		history:        r.PositiveDuration("HISTORY", time.Minute),
		logLevel:       r.Choice("LOG_LEVEL", "info", "debug", "info", "warn", "error"),
	}
	if cfg.ideal > maxIdeal {
		r.Reject("IDEAL", "must be at most 7", "3")
	}
	if cfg.heartbeat%time.Millisecond != 0 {
		r.Reject("HEARTBEAT", "must be whole milliseconds", "100ms")
	}
	if cfg.election%time.Millisecond != 0 || cfg.election < 5*cfg.heartbeat || cfg.election > 50*time.Second {
		r.Reject("ELECTION_TIMEOUT", "must be whole milliseconds, from 5 times HEARTBEAT to 50s", (10 * cfg.heartbeat).String())
	}
	// A listener of etcd takes an IP address or nothing.
	for name, addr := range map[string]string{"PEER_ADDR": cfg.peerAddr, "CLIENT_ADDR": cfg.clientAddr} {
		if host, _, err := net.SplitHostPort(addr); err == nil && host != "" && net.ParseIP(host) == nil {
			r.Reject(name, "must be an IP address and a port, or a port alone", ":2380")
		}
	}
	return cfg
}
