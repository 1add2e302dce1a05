// Command encoder compresses a document for each request.
package main

import (
	"bytes"
	"compress/gzip"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/pprof"
	"os"
	"sync"
)

var document = randomDocument(150 << 10)

func randomDocument(size int) []byte {
	source := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, size)
	for i := range text {
		text[i] = "abcdefgh rstu\n"[source.IntN(14)]
	}
	return text
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func compress(w http.ResponseWriter, _ *http.Request) {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	zip := gzip.NewWriter(buffer)
	if _, err := zip.Write(document); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = zip.Close()
	_, _ = w.Write(buffer.Bytes()[:64])
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/compress", compress)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	log.Fatal(http.ListenAndServe(os.Getenv("ENCODER_ADDR"), mux))
}
