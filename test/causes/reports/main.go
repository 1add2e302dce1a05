// Command reports renders a report for each request out of a large tree of bookings, from far too many small pieces.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type booking struct {
	account *string
	next    *booking
	cents   int64
}

type row struct {
	title *string
	cells []*int64
}

func loadBookings(n int) *booking {
	var head *booking
	for i := range n {
		account := fmt.Sprint("account ", i%100)
		head = &booking{&account, head, int64(i)}
	}
	return head
}

func renderRows(from *booking, rows int) []*row {
	report := make([]*row, 0, rows)
	for range rows {
		title := *from.account + " "
		r := &row{title: &title, cells: make([]*int64, 0, 12)}
		for range 12 {
			cents := from.cents
			r.cells = append(r.cells, &cents)
		}
		report = append(report, r)
		from = from.next
	}
	return report
}

func main() {
	bookings := loadBookings(1_500_000)
	http.HandleFunc("/report", func(w http.ResponseWriter, _ *http.Request) {
		var sum int64
		for _, r := range renderRows(bookings, 6000) {
			for _, cell := range r.cells {
				sum += *cell
			}
		}
		fmt.Fprintln(w, "sum", sum)
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(os.Getenv("REPORTS"), nil))
}
