package main

import (
	"time"

	"rampart.dev/compose/internal/env"
	"rampart.dev/compose/internal/process"
)

// config is read from these variables, next to those of process.Common (LISTEN_ADDR, SHUTDOWN_TIMEOUT) and admin.Config
// (PPROF_ADDR, BLOCK_PROFILE_RATE, MUTEX_PROFILE_FRACTION). Durations are in Go syntax, sizes in B, KiB, MiB or GiB.
//
// Who we are:
//
//	LOADBALANCER_ADDR   (none)     where to register, as host:port; without it the service stands alone
//	ADVERTISE_HOST      host name  host under which the load balancer reaches us; the port is that of LISTEN_ADDR
//	SEED                1          start of all randomness, see sequence
//
// What a request costs. Each step is skipped at 0, and they run in this order:
//
//	OVERLOAD_AT         0          requests at a time from which on the next are answered 503 at once; 0 is no limit
//	CONCURRENCY         0          requests that are served at a time; the next wait for a place; 0 is no limit
//	ALLOC_BYTES         0          garbage made for each request, in objects of 512 B that live until it is answered
//	CPU_BURN            0          CPU time of one request, as a fixed amount of work, see burner
//	LOCK_HOLD           0          time for which a request holds the one mutex that all requests share
//	SYSCALL_BLOCK       0          time for which a request blocks its operating-system thread (Linux only)
//	DELAY               5ms        time for which a request waits as if for a database, see delay
//	DELAY_DISTRIBUTION  fixed      how DELAY varies: fixed, uniform, exponential, lognormal or bimodal
//	DELAY_JITTER        0          uniform: DELAY plus or minus this
//	DELAY_SIGMA         0.5        lognormal: standard deviation of the logarithm; DELAY is the median
//	DELAY_SLOW          10 DELAY   bimodal: the delay of the slow ones
//	DELAY_SLOW_SHARE    0.01       bimodal: their share
//	FIRST_DELAY         0          time for which it waits beside that, in the downstream that registered first
//	KEEP_BYTES          0          memory of each request that is kept for ever
//	RESPONSE_BYTES      2KiB       size of the body of an answer
//	ERROR_SHARE         0          share of requests that are answered 500, after the same work
//	LEAK_SHARE          0          share of requests that leave a goroutine behind for ever, see leak
//
// What the process does beside:
//
//	RETAIN_BYTES        0          live heap full of pointers, so that each GC cycle has something to mark
//	STALL_EVERY         0          how often the whole process stalls: no request moves on
//	STALL_FOR           0          for how long
//
// Sleeps shorter than 1 ms (DELAY, LOCK_HOLD) may take up to 1 ms in a process that has nothing else to do: the
// runtime's poller waits in whole milliseconds.
type config struct {
	process.Common
	loadBalancer string
	advertise    string
	seed         uint64

	overloadAt    int
	concurrency   int
	allocBytes    int64
	cpuBurn       time.Duration
	lockHold      time.Duration
	syscallBlock  time.Duration
	delay         delay
	firstDelay    time.Duration
	keepBytes     int64
	responseBytes int64
	errorShare    float64
	leakShare     float64

	retainBytes int64
	stall       stall
}

func readConfig(r *env.Reader) config {
	cfg := config{
		Common:        process.ReadCommon(r),
		advertise:     r.Host("ADVERTISE_HOST", ""),
		seed:          r.Seed("SEED", 1),
		overloadAt:    r.Int("OVERLOAD_AT", 0, 0),
		concurrency:   r.Int("CONCURRENCY", 0, 0),
		allocBytes:    r.Size("ALLOC_BYTES", 0),
		cpuBurn:       r.Duration("CPU_BURN", 0),
		lockHold:      r.Duration("LOCK_HOLD", 0),
		syscallBlock:  r.Duration("SYSCALL_BLOCK", 0),
		delay:         readDelay(r),
		firstDelay:    r.Duration("FIRST_DELAY", 0),
		keepBytes:     r.Size("KEEP_BYTES", 0),
		responseBytes: r.Size("RESPONSE_BYTES", 2<<10),
		errorShare:    r.Share("ERROR_SHARE", 0),
		leakShare:     r.Share("LEAK_SHARE", 0),
		retainBytes:   r.Size("RETAIN_BYTES", 0),
		stall:         stall{every: r.Duration("STALL_EVERY", 0), length: r.Duration("STALL_FOR", 0)},
	}
	if r.Set("LOADBALANCER_ADDR") {
		cfg.loadBalancer = r.Addr("LOADBALANCER_ADDR", "")
	}
	if cfg.syscallBlock > 0 && !canBlockThread {
		r.Reject("SYSCALL_BLOCK", "must be 0 on this operating system, only Linux can do it", "0s")
	}
	if cfg.firstDelay > 0 && cfg.loadBalancer == "" {
		r.Reject("LOADBALANCER_ADDR", "must be set because FIRST_DELAY is", "loadbalancer:8080")
	}
	switch s := cfg.stall; {
	case s.every == 0 && s.length > 0:
		r.Reject("STALL_EVERY", "must be set because STALL_FOR is", "10s")
	case s.every > 0 && s.length == 0:
		r.Reject("STALL_FOR", "must be set because STALL_EVERY is", "200ms")
	case s.every > 0 && s.length >= s.every:
		r.Reject("STALL_FOR", "must be less than STALL_EVERY, which is "+s.every.String(), (s.every / 10).String())
	}
	return cfg
}

// readDelay also refuses parameters that the distribution does not use: someone who sets one expects an effect.
func readDelay(r *env.Reader) delay {
	d := delay{
		typical:   r.Duration("DELAY", 5*time.Millisecond),
		shape:     r.Choice("DELAY_DISTRIBUTION", fixed, fixed, uniform, exponential, lognormal, bimodal),
		jitter:    r.Duration("DELAY_JITTER", 0),
		sigma:     r.PositiveFloat("DELAY_SIGMA", 0.5, 5),
		slowShare: r.Share("DELAY_SLOW_SHARE", 0.01),
	}
	d.slow = r.Duration("DELAY_SLOW", 10*d.typical)
	for _, parameter := range []struct{ name, of string }{
		{"DELAY_JITTER", uniform},
		{"DELAY_SIGMA", lognormal},
		{"DELAY_SLOW", bimodal},
		{"DELAY_SLOW_SHARE", bimodal},
	} {
		if r.Set(parameter.name) && d.shape != parameter.of {
			r.Reject(parameter.name, "has an effect only with DELAY_DISTRIBUTION="+parameter.of+", not with "+d.shape,
				"DELAY_DISTRIBUTION="+parameter.of)
		}
	}
	if d.jitter > d.typical {
		r.Reject("DELAY_JITTER", "must be at most DELAY, which is "+d.typical.String(), (d.typical / 2).String())
	}
	return d
}
