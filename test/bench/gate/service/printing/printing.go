// Package printing makes tickets.
package printing

import (
	"encoding/json"
	"io"
	"os"
)

var draftsFirst = os.Getenv("EXTRA") == "allocation"

// Ticket is what a customer gets.
type Ticket struct {
	Seat  int
	Row   string
	Cents int
	Terms []string
}

var draft []byte

// Write prints it.
func Write(w io.Writer, t Ticket) error {
	t.Terms = terms(t)
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func terms(t Ticket) []string {
	if draftsFirst {
		draft = make([]byte, 4096)
	}
	list := make([]string, 0, 4)
	for range 4 {
		list = append(list, t.Row+" may be changed until noon of the day")
	}
	return list
}
