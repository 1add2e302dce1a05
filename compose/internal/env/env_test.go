package env

import (
	"strings"
	"testing"
	"time"
)

func from(values map[string]string) *Reader {
	return NewReader(func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	})
}

func TestUnsetAndEmptyValuesTakeTheDefault(t *testing.T) {
	r := from(map[string]string{"DELAY": ""})
	if got := r.Duration("DELAY", 5*time.Millisecond); got != 5*time.Millisecond {
		t.Errorf("an empty DELAY gave %v, want the default", got)
	}
	if got := r.Int("MAX_CONNS", 7, 0); got != 7 {
		t.Errorf("an unset MAX_CONNS gave %d, want the default", got)
	}
	if r.Set("DELAY") {
		t.Error("an empty value counts as set")
	}
	if err := r.Err(); err != nil {
		t.Errorf("defaults were rejected: %v", err)
	}
}

func TestValuesAreRead(t *testing.T) {
	r := from(map[string]string{
		"DELAY": "250us", "SEED": "18446744073709551615", "SHARE": "0.25", "SIZE": "2MiB",
		"MODE": "uniform", "ADDR": ":6060", "HOST": "127.0.0.2", "SIGMA": "1.5",
	})
	check := func(name string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	check("DELAY", r.Duration("DELAY", 0), 250*time.Microsecond)
	check("SEED", r.Seed("SEED", 1), ^uint64(0))
	check("SHARE", r.Share("SHARE", 0), 0.25)
	check("SIZE", r.Size("SIZE", 0), int64(2<<20))
	check("MODE", r.Choice("MODE", "fixed", "fixed", "uniform"), "uniform")
	check("ADDR", r.Addr("ADDR", ""), ":6060")
	check("HOST", r.Host("HOST", ""), "127.0.0.2")
	if addrs := from(map[string]string{"SEEDS": "a:1,10.0.0.2:80"}).Addrs("SEEDS"); len(addrs) != 2 || addrs[1] != "10.0.0.2:80" {
		t.Errorf("SEEDS = %q", addrs)
	}
	check("SIGMA", r.PositiveFloat("SIGMA", 0.5, 5), 1.5)
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestEveryMistakeIsReportedWithNameValueExpectationAndExample(t *testing.T) {
	r := from(map[string]string{
		"DELAY": "5", "EVERY": "0s", "CONNS": "-1", "SHARE": "NaN", "SIZE": "64kB",
		"MODE": "normal", "ADDR": "8080", "HOST": "127.0.0.2:80", "SEED": "x", "SIGMA": "9",
	})
	r.Duration("DELAY", 0)
	r.PositiveDuration("EVERY", 0)
	r.Int("CONNS", 0, 0)
	r.Share("SHARE", 0)
	r.Size("SIZE", 0)
	r.Choice("MODE", "fixed", "fixed", "uniform")
	r.Addr("ADDR", "")
	r.Host("HOST", "")
	r.Seed("SEED", 0)
	r.PositiveFloat("SIGMA", 1, 5)
	want := strings.TrimSpace(`
10 mistakes in the environment
  DELAY must be a duration of 0 or more, got "5" (example: 5ms)
  EVERY must be a duration above 0, got "0s" (example: 1s)
  CONNS must be a whole number of 0 or more, got "-1" (example: 100)
  SHARE must be a share from 0 to 1, got "NaN" (example: 0.01)
  SIZE must be a size in B, KiB, MiB or GiB, got "64kB" (example: 64KiB)
  MODE must be one of fixed, uniform, got "normal" (example: fixed)
  ADDR must be host:port, got "8080" (example: 127.0.0.1:8080)
  HOST must be a host name or an IP address without a port, got "127.0.0.2:80" (example: 127.0.0.2)
  SEED must be a whole number of 0 or more, got "x" (example: 42)
  SIGMA must be a number above 0, at most 5, got "9" (example: 0.5)`)
	if err := r.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "100": 100, "512B": 512, "64KiB": 64 << 10, "3 MiB": 3 << 20, "1GiB": 1 << 30} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "KiB", "1.5KiB", "64kB", "64 kib", "9999999999GiB"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", text, got)
		}
	}
}
