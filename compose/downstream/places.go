package main

import "context"

// places is a semaphore made of a channel, as many services have one: a request sends to take a place, and receives to
// leave it. None at all means that there is no limit.
type places chan struct{}

func newPlaces(n int) places {
	if n == 0 {
		return nil
	}
	return make(places, n)
}

// take waits for a place and reports whether the client is still there.
func (p places) take(ctx context.Context) bool {
	if p == nil {
		return true
	}
	select {
	case p <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p places) leave() {
	if p != nil {
		<-p
	}
}
