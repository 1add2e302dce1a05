package env

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Only the binary units are known: kB and KiB differ by 2.4 %, and a reader should never have to guess which was meant.
var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10},
	{"MiB", 1 << 20},
	{"GiB", 1 << 30},
	{"B", 1}, // after the others, whose names end in B as well
}

// ParseSize turns 512B, 64KiB, 2MiB, 1GiB or a bare number of bytes into bytes.
func ParseSize(s string) (int64, error) {
	digits, unit := s, int64(1)
	for _, u := range sizeUnits {
		if number, found := strings.CutSuffix(s, u.suffix); found {
			digits, unit = strings.TrimSpace(number), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a size", s)
	}
	if n > math.MaxInt64/unit {
		return 0, fmt.Errorf("%q is more than an int64 can count", s)
	}
	return n * unit, nil
}
