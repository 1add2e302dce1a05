package main

import (
	"hash/fnv"
	"math/rand/v2"
	"sync/atomic"
)

// sequence gives each request a source of randomness of its own: the n-th request of a process always draws the same
// numbers, however requests overlap, and no lock is needed, which would show in the profiles that we exist to offer.
//
// The start is SEED and the instance's name. Without the name all replicas would draw the same, and as they take turns
// one slow request would always be followed by as many slow ones as there are other replicas.
type sequence struct {
	seed uint64
	n    atomic.Uint64
}

func newSequence(seed uint64, instance string) *sequence {
	hash := fnv.New64a()
	hash.Write([]byte(instance))
	return &sequence{seed: mix(seed) ^ hash.Sum64()}
}

func (s *sequence) next() *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, mix(s.n.Add(1))))
}

// mix is the output function of SplitMix64: neighbouring numbers in, unrelated numbers out.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
