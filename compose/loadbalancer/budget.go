package main

import "sync"

// savedRetries is how many retries a budget saves up at most: enough for a few failures after a quiet time, too few to
// multiply the load of a downstream that is down.
const savedRetries = 10

// retryBudget bounds retries to a share of requests, whatever it is that fails. Without one, retries multiply the load
// just when a downstream is slow, and may keep it slow after the cause has gone.
type retryBudget struct {
	share float64

	mu   sync.Mutex
	left float64
}

// newRetryBudget is nil, which is no limit, without a share.
func newRetryBudget(share *float64) *retryBudget {
	if share == nil {
		return nil
	}
	return &retryBudget{share: *share}
}

// request pays in for one request.
func (b *retryBudget) request() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+b.share, savedRetries)
}

// takeRetry reports whether one more retry may be made.
func (b *retryBudget) takeRetry() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	// Sums of shares such as 0.1 are a little off.
	if b.left < 1-1e-9 {
		return false
	}
	b.left--
	return true
}
