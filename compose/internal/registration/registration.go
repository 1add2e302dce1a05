// Package registration is what the load balancer and its downstreams say to each other.
//
//	POST   /register  {"addr":"host:port"}  registers or renews; answers {"heartbeat":"1s","number":1}
//	DELETE /register  {"addr":"host:port"}  leaves
package registration

import (
	"encoding/json"
	"time"
)

// Path is where the load balancer takes registrations.
const Path = "/register"

// Request names the downstream that registers, renews or leaves.
type Request struct {
	Addr string `json:"addr"`
}

// Reply tells a downstream how often the load balancer wants to hear from it, and as the how many-th it registered.
type Reply struct {
	Heartbeat Duration `json:"heartbeat"`
	Number    int      `json:"number"`
}

// Duration is a time.Duration that reads as "1s" in JSON, not as 1000000000.
type Duration time.Duration

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// JSON encodes a message; both kinds always can be.
func JSON(message any) []byte {
	data, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	return data
}
