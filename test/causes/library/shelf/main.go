// Command shelf reads books from a database through a pool that is large enough, and guards its counters with a mutex that nobody waits for.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	_ "causes.example/internal/linesql"
)

type shelf struct {
	db   *sql.DB
	mu   sync.Mutex
	lent map[string]int
}

func (s *shelf) lend(w http.ResponseWriter, r *http.Request) {
	var book string
	if err := s.db.QueryRowContext(r.Context(), "select book").Scan(&book); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.mu.Lock()
	s.lent[book]++
	times := s.lent[book]
	s.mu.Unlock()
	fmt.Fprintln(w, book, times)
}

func main() {
	db, err := sql.Open("linesql", os.Getenv("STORE"))
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(40)
	db.SetMaxIdleConns(40)
	prometheus.MustRegister(collectors.NewDBStatsCollector(db, "books"))
	s := &shelf{db: db, lent: map[string]int{}}
	http.HandleFunc("/lend", s.lend)
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("SHELF"), nil))
}
