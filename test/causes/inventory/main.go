// Command inventory counts what is in stock: many read, some write, and a write takes its time under the lock.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"net/http/pprof"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

type stock struct {
	sync.RWMutex
	pieces map[string]int
}

func (s *stock) Count(article string) int {
	s.RLock()
	defer s.RUnlock()
	return s.pieces[article]
}

func (s *stock) Reserve(article string) int {
	s.Lock()
	defer s.Unlock()
	s.pieces[article]--
	writeThrough()
	return s.pieces[article]
}

// writeThrough stands for the other side of a replication that must confirm.
func writeThrough() { time.Sleep(10 * time.Millisecond) }

func main() {
	s := &stock{pieces: map[string]int{"chair": 1 << 20}}
	var requests atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/stock/chair", func(w http.ResponseWriter, _ *http.Request) {
		count := s.Count
		if requests.Add(1)%5 == 0 {
			count = s.Reserve
		}
		_ = json.NewEncoder(w).Encode(map[string]int{"pieces": count("chair")})
	})
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	log.Printf("inventory: %v", http.ListenAndServe(os.Args[1], mux))
}
