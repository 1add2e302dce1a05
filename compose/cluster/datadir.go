package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const dataPrefix = "rampart-cluster-"

// newDataDir makes a directory for the data of one membership in parent, or where the system has temporary files. It
// first removes those whose process was killed before it could do so.
func newDataDir(parent string) (string, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	left, err := filepath.Glob(filepath.Join(parent, dataPrefix+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		owner, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), dataPrefix), "-")
		if pid, err := strconv.Atoi(owner); err == nil && pid > 0 && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir) // another peer may be at it
		}
	}
	return os.MkdirTemp(parent, fmt.Sprintf("%s%d-", dataPrefix, os.Getpid()))
}
