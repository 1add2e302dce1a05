// Package env reads settings from environment variables and collects every mistake, so that someone who got three
// of them wrong learns of all three from one start instead of one a start.
//
// An empty value counts as unset: compose files pass "${NAME:-}" for what the reader left out.
package env

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Lookup has the shape of os.LookupEnv; tests pass a map.
type Lookup func(name string) (value string, set bool)

// Reader reads settings one by one. After the last one, Err tells whether all of them could be used.
type Reader struct {
	lookup   Lookup
	mistakes []string
}

// NewReader returns a Reader over lookup.
func NewReader(lookup Lookup) *Reader { return &Reader{lookup: lookup} }

// Err is nil, or an error that lists every mistake on a line of its own.
func (r *Reader) Err() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	noun := "mistakes"
	if len(r.mistakes) == 1 {
		noun = "mistake"
	}
	return fmt.Errorf("%d %s in the environment\n  %s", len(r.mistakes), noun, strings.Join(r.mistakes, "\n  "))
}

// Reject records a mistake that only the caller can see, such as one setting that contradicts another. expected
// continues the sentence "NAME ...".
func (r *Reader) Reject(name, expected, example string) {
	value, _ := r.lookup(name)
	r.mistakes = append(r.mistakes, fmt.Sprintf("%s %s, got %q (example: %s)", name, expected, value, example))
}

// Set reports whether name has a value.
func (r *Reader) Set(name string) bool {
	value, _ := r.lookup(name)
	return value != ""
}

// read is the one path that all typed settings share: default when unset, rejection when parse or check refuses.
func read[T any](r *Reader, name string, def T, expected, example string, parse func(string) (T, error), ok func(T) bool) T {
	value, _ := r.lookup(name)
	if value == "" {
		return def
	}
	parsed, err := parse(value)
	if err != nil || !ok(parsed) {
		r.Reject(name, "must be "+expected, example)
		return def
	}
	return parsed
}

// Duration reads a duration of 0 or more in Go syntax.
func (r *Reader) Duration(name string, def time.Duration) time.Duration {
	return read(r, name, def, "a duration of 0 or more", "5ms", time.ParseDuration,
		func(d time.Duration) bool { return d >= 0 })
}

// PositiveDuration reads a duration above 0 in Go syntax.
func (r *Reader) PositiveDuration(name string, def time.Duration) time.Duration {
	return read(r, name, def, "a duration above 0", "1s", time.ParseDuration,
		func(d time.Duration) bool { return d > 0 })
}

// Int reads a whole number that is at least min.
func (r *Reader) Int(name string, def, min int) int {
	return read(r, name, def, fmt.Sprintf("a whole number of %d or more", min), strconv.Itoa(max(min, 100)), strconv.Atoi,
		func(n int) bool { return n >= min })
}

// Seed reads any number that fits 64 bits.
func (r *Reader) Seed(name string, def uint64) uint64 {
	parse := func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) }
	return read(r, name, def, "a whole number of 0 or more", "42", parse, func(uint64) bool { return true })
}

// Share reads a part of all, from 0 (none) to 1 (all).
func (r *Reader) Share(name string, def float64) float64 {
	return read(r, name, def, "a share from 0 to 1", "0.01", parseFloat,
		func(f float64) bool { return f >= 0 && f <= 1 })
}

// PositiveFloat reads a number above 0 and at most max.
func (r *Reader) PositiveFloat(name string, def, max float64) float64 {
	return read(r, name, def, fmt.Sprintf("a number above 0, at most %v", max), "0.5", parseFloat,
		func(f float64) bool { return f > 0 && f <= max })
}

// Size reads a number of bytes such as 512B, 64KiB, 2MiB or 1GiB.
func (r *Reader) Size(name string, def int64) int64 {
	return read(r, name, def, "a size in B, KiB, MiB or GiB", "64KiB", ParseSize,
		func(n int64) bool { return n >= 0 })
}

// Choice reads one word of options.
func (r *Reader) Choice(name, def string, options ...string) string {
	return read(r, name, def, "one of "+strings.Join(options, ", "), options[0], keep,
		func(s string) bool { return slices.Contains(options, s) })
}

// Addr reads host:port; the host may be empty.
func (r *Reader) Addr(name, def string) string {
	return read(r, name, def, "host:port", "127.0.0.1:8080", keep, validAddr)
}

// Addrs reads host:port,host:port; no host may be empty. There is no default.
func (r *Reader) Addrs(name string) []string {
	parse := func(s string) ([]string, error) { return strings.Split(s, ","), nil }
	return read(r, name, nil, "a list of host:port", "10.0.0.2:8080,10.0.0.3:8080", parse, func(addrs []string) bool {
		return !slices.ContainsFunc(addrs, func(addr string) bool { return !validAddr(addr) || strings.HasPrefix(addr, ":") })
	})
}

// Text reads any text.
func (r *Reader) Text(name, def string) string {
	return read(r, name, def, "a text", "text", keep, func(string) bool { return true })
}

// Host reads a host name or an IP address, without a port.
func (r *Reader) Host(name, def string) string {
	return read(r, name, def, "a host name or an IP address without a port", "127.0.0.2", keep, func(s string) bool {
		return net.ParseIP(s) != nil || !strings.ContainsAny(s, ":/ ")
	})
}

func keep(s string) (string, error) { return s, nil }

func parseFloat(s string) (float64, error) { return strconv.ParseFloat(s, 64) }

func validAddr(s string) bool {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}
