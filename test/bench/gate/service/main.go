// Command tickets sells seats: it takes one, works out its fare and prints the ticket. EXTRA puts a regression into one of the three.
package main

import (
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"strconv"

	"desk.example/tickets/fares"
	"desk.example/tickets/printing"
	"desk.example/tickets/seats"
)

type desk struct {
	plan *seats.Plan
}

func (d *desk) sell(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		http.Error(w, "no such seat", http.StatusNotFound)
		return
	}
	row := d.plan.Take(number)
	ticket := printing.Ticket{Seat: number, Row: row, Cents: fares.Of(row, number)}
	w.Header().Set("Content-Type", "application/json")
	if err := printing.Write(w, ticket); err != nil {
		log.Print(err)
	}
}

func main() {
	if os.Getenv("LOCK_PROFILES") != "off" {
		runtime.SetMutexProfileFraction(10)
		runtime.SetBlockProfileRate(10_000)
	}
	d := &desk{plan: seats.NewPlan(5000)}
	http.HandleFunc("/seats/{number}", d.sell)
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
