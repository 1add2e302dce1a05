// Command suggest proposes words from what has been asked before, by comparing with all of it.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type history struct {
	mu      sync.RWMutex
	queries []string
}

func (h *history) remember(query string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queries = append(h.queries, query)
}

func (h *history) closest(query string) string {
	h.mu.RLock()
	seen := h.queries
	h.mu.RUnlock()
	best, least := "", 1<<30
	for _, each := range seen {
		if d := distance(query, each); d < least {
			best, least = each, d
		}
	}
	return best
}

// distance is that of Levenshtein.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

func main() {
	h := &history{}
	var n int
	var mu sync.Mutex
	http.HandleFunc("/suggest", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		n++
		query := "a question of a customer about the article " + strconv.Itoa(n*7919%100_003)
		mu.Unlock()
		fmt.Fprintln(w, h.closest(query))
		h.remember(query)
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("SUGGEST"), nil))
}
