package main

import "sync"

// kept is a map that only grows, as a cache does that forgets nothing.
type kept struct {
	mu      sync.Mutex
	entries map[int][]byte
}

func (k *kept) keep(bytes int64) {
	if bytes == 0 {
		return
	}
	entry := make([]byte, bytes)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.entries == nil {
		k.entries = map[int][]byte{}
	}
	k.entries[len(k.entries)] = entry
}
