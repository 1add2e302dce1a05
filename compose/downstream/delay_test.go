package main

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"
)

// sample draws as many requests would, and sorts.
func sample(d delay, n int) []time.Duration {
	random := newSequence(7, "test")
	values := make([]time.Duration, n)
	for i := range values {
		values[i] = d.draw(random.next())
	}
	slices.Sort(values)
	return values
}

func mean(values []time.Duration) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64(v)
	}
	return sum / float64(len(values))
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*math.Abs(want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestDelaysHaveTheirDistribution(t *testing.T) {
	const n, typical = 200_000, 10 * time.Millisecond

	values := sample(delay{shape: fixed, typical: typical}, n)
	if values[0] != typical || values[n-1] != typical {
		t.Errorf("fixed: from %v to %v", values[0], values[n-1])
	}

	values = sample(delay{shape: uniform, typical: typical, jitter: 4 * time.Millisecond}, n)
	near(t, "uniform mean", mean(values), float64(typical), 0.01)
	near(t, "uniform minimum", float64(values[0]), float64(6*time.Millisecond), 0.01)
	near(t, "uniform first quartile", float64(values[n/4]), float64(8*time.Millisecond), 0.01)
	near(t, "uniform maximum", float64(values[n-1]), float64(14*time.Millisecond), 0.01)

	values = sample(delay{shape: exponential, typical: typical}, n)
	near(t, "exponential mean", mean(values), float64(typical), 0.01)
	near(t, "exponential median", float64(values[n/2]), math.Ln2*float64(typical), 0.01)
	near(t, "exponential p99", float64(values[n*99/100]), math.Log(100)*float64(typical), 0.03)

	values = sample(delay{shape: lognormal, typical: typical, sigma: 0.8}, n)
	near(t, "lognormal median", float64(values[n/2]), float64(typical), 0.01)
	near(t, "lognormal p99", float64(values[n*99/100]), math.Exp(0.8*2.3263)*float64(typical), 0.03)

	values = sample(delay{shape: bimodal, typical: typical, slow: time.Second, slowShare: 0.05}, n)
	slow := n - slices.Index(values, time.Second)
	near(t, "bimodal slow share", float64(slow)/n, 0.05, 0.03)
	if values[0] != typical || values[n-slow-1] != typical {
		t.Error("bimodal: a third value")
	}
}

func TestRandomnessIsAFunctionOfSeedInstanceAndRequestNumber(t *testing.T) {
	draws := func(seed uint64, instance string) (values [3]uint64) {
		s := newSequence(seed, instance)
		for i := range values {
			values[i] = s.next().Uint64()
		}
		return values
	}
	first := draws(1, "a:1")
	if again := draws(1, "a:1"); again != first {
		t.Errorf("the same process drew %v, then %v", first, again)
	}
	if first[0] == first[1] {
		t.Error("two requests drew the same")
	}
	if draws(2, "a:1") == first || draws(1, "b:1") == first {
		t.Error("another seed or another replica drew the same")
	}
}

func TestAStallHoldsTheEndOfEachPeriod(t *testing.T) {
	s := stall{every: 10 * time.Second, length: 500 * time.Millisecond}
	for at, want := range map[time.Duration]time.Duration{
		0:                        0,
		9 * time.Second:          0,
		9500 * time.Millisecond:  500 * time.Millisecond,
		9900 * time.Millisecond:  100 * time.Millisecond,
		10 * time.Second:         0,
		29700 * time.Millisecond: 300 * time.Millisecond,
	} {
		if got := s.remaining(at); got != want {
			t.Errorf("at %v a stall remains for %v, want %v", at, got, want)
		}
	}
	if got := (stall{}).remaining(time.Hour); got != 0 {
		t.Errorf("without stalls, one remains for %v", got)
	}
}

func TestSleepEndsWhenTheClientGoes(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if sleep(ctx, time.Hour) {
		t.Error("slept for a client that is gone")
	}
	if !sleep(ctx, 0) {
		t.Error("no sleep at all was interrupted")
	}
}
