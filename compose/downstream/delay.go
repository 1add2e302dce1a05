package main

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// The shapes that a delay can have.
const (
	fixed       = "fixed"
	uniform     = "uniform"
	exponential = "exponential"
	lognormal   = "lognormal"
	bimodal     = "bimodal"
)

// delay is the distribution of the time that requests wait for something that is not us.
type delay struct {
	shape     string
	typical   time.Duration // fixed: the value; uniform, exponential: the mean; lognormal: the median; bimodal: the fast mode
	jitter    time.Duration
	sigma     float64
	slow      time.Duration
	slowShare float64
}

// draw returns the delay of one request.
func (d delay) draw(random *rand.Rand) time.Duration {
	switch d.shape {
	case uniform:
		return scale(1, d.typical) + scale(2*random.Float64()-1, d.jitter)
	case exponential:
		return scale(random.ExpFloat64(), d.typical)
	case lognormal:
		return scale(math.Exp(d.sigma*random.NormFloat64()), d.typical)
	case bimodal:
		if random.Float64() < d.slowShare {
			return d.slow
		}
	}
	return d.typical
}

func scale(factor float64, d time.Duration) time.Duration {
	return time.Duration(factor * float64(d))
}

// stall makes the whole process stand still for a while, again and again, as a slow disk, a full pipe or a neighbour on
// the same machine would. It is a function of the time since start and has no state.
type stall struct{ every, length time.Duration }

// remaining returns how long the stall that covers the moment at still lasts, or 0. The first one ends at every.
func (s stall) remaining(at time.Duration) time.Duration {
	if s.every == 0 {
		return 0
	}
	untilEnd := s.every - at%s.every
	if untilEnd > s.length {
		return 0
	}
	return untilEnd
}

// sleep waits for d, or less if the client goes away; it reports whether the client is still there.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
