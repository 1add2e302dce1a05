// Package fares says what a seat costs.
package fares

import (
	"hash/fnv"
	"io"
	"os"
	"time"
)

var checksMore = os.Getenv("EXTRA") == "cpu"

// Of is the fare of a seat, in cents.
func Of(row string, number int) int {
	cents := 2000 + len(row)*10
	for _, season := range []string{"spring", "summer", "autumn", "winter"} {
		cents += int(weight(season, row) % 97)
	}
	return cents + discount(number)
}

func weight(season, row string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, season)
	_, _ = io.WriteString(h, row)
	return h.Sum32()
}

func discount(number int) int {
	if checksMore {
		spin(20 * time.Microsecond)
	}
	return -(number % 50)
}

func spin(long time.Duration) {
	for start := time.Now(); time.Since(start) < long; {
	}
}
