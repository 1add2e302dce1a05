// Command books keeps accounts in one file-like journal that one caller writes at a time.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"net/http/pprof"
	"runtime"
	"sync"
	"time"
)

type journal struct {
	mu      sync.Mutex
	balance map[string]int64
}

// Post books one amount; the write must be on disk before the next may begin.
func (j *journal) Post(account string, cents int64) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.balance[account] += cents
	syncToDisk()
	return j.balance[account]
}

func syncToDisk() { time.Sleep(3 * time.Millisecond) }

func main() {
	addr := flag.String("addr", ":7070", "")
	admin := flag.String("admin", ":7071", "")
	flag.Parse()
	runtime.SetMutexProfileFraction(20)
	books := &journal{balance: map[string]int64{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /accounts/{name}/entries", func(w http.ResponseWriter, r *http.Request) {
		var entry struct{ Cents int64 }
		if err := json.NewDecoder(r.Body).Decode(&entry); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]int64{"balance": books.Post(r.PathValue("name"), entry.Cents)})
	})
	debug := http.NewServeMux()
	debug.HandleFunc("/internal/pprof/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/internal/pprof/profile" {
			pprof.Profile(w, r)
			return
		}
		pprof.Handler(r.URL.Path[len("/internal/pprof/"):]).ServeHTTP(w, r)
	})
	debug.HandleFunc("/live", func(http.ResponseWriter, *http.Request) {})
	go func() { log.Fatal(http.ListenAndServe(*admin, debug)) }()
	log.Fatal(http.ListenAndServe(*addr, mux))
}
