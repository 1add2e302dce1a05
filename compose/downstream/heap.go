package main

import (
	"math/rand/v2"
	"unsafe"
)

// object is one piece of the retained heap: half pointers, half data, like much of what services keep.
type object struct {
	links [4]*object
	data  [32]byte
}

// retain builds a live heap of about the given size whose objects point at each other at random. The GC has to load each
// one from a place in memory that it could not foresee, which is what makes marking expensive; one large buffer of the
// same size would cost it nothing, as it holds no pointers.
func retain(bytes int64, random *rand.Rand) []*object {
	const perObject = int64(unsafe.Sizeof(object{}) + unsafe.Sizeof((*object)(nil)))
	objects := make([]*object, bytes/perObject)
	for i := range objects {
		objects[i] = new(object)
	}
	for _, o := range objects {
		for i := range o.links {
			o.links[i] = objects[random.IntN(len(objects))]
		}
	}
	return objects
}

// chunkBytes is the size of one allocation of a request. Small objects are what most services allocate; anything above
// 32 KiB would take the runtime's other path, straight to the heap's lock.
const chunkBytes = 512

// allocate returns that many bytes in small pieces. The caller holds them while it serves the request.
func allocate(bytes int64) [][]byte {
	chunks := make([][]byte, 0, (bytes+chunkBytes-1)/chunkBytes)
	for ; bytes > 0; bytes -= chunkBytes {
		chunks = append(chunks, make([]byte, min(bytes, chunkBytes)))
	}
	return chunks
}
