// Command warm keeps answers in a cache of so many entries, which fills at the beginning and then stays as it is.
package main

import (
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const entries = 1500

type cache struct {
	mu     sync.Mutex
	answer map[int][]byte
	asked  int
}

func (c *cache) get() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	key := c.asked % entries
	if known, ok := c.answer[key]; ok {
		return known
	}
	c.answer[key] = make([]byte, 16<<10)
	return c.answer[key]
}

func main() {
	c := &cache{answer: map[int][]byte{}}
	http.HandleFunc("/cached", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(c.get()[:256]) })
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("WARM"), nil))
}
