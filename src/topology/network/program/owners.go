package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Owners finds the replica that holds a socket, by a variable that all processes of a replica were started with.
type Owners struct {
	// variable is the one that names the replica, among processes that have the mark.
	variable, mark string
	mutex          sync.Mutex
	// replicas by process; empty for what is none.
	known   map[int]string
	scanned time.Time
}

// What is looked through for new processes is not looked through again so soon.
const rescan = 50 * time.Millisecond

// of names the replica that opened a connection from `own`; empty for everybody else.
func (owners *Owners) of(own, remote netip.AddrPort) string {
	inode, err := socketInode(own, remote)
	if err != nil || inode == 0 {
		return ""
	}
	owners.mutex.Lock()
	defer owners.mutex.Unlock()
	wanted := fmt.Sprintf("socket:[%d]", inode)
	if found := owners.holder(wanted); found != "" {
		return found
	}
	if time.Since(owners.scanned) < rescan {
		return ""
	}
	owners.scan()
	return owners.holder(wanted)
}

func (owners *Owners) holder(wanted string) string {
	for process, replica := range owners.known {
		if replica == "" {
			continue
		}
		folder := filepath.Join("/proc", strconv.Itoa(process), "fd")
		entries, err := os.ReadDir(folder)
		if err != nil {
			delete(owners.known, process)
			continue
		}
		for _, entry := range entries {
			if link, err := os.Readlink(filepath.Join(folder, entry.Name())); err == nil && link == wanted {
				return replica
			}
		}
	}
	return ""
}

// scan looks through the processes of the machine; numbers are given again, so all are read anew.
func (owners *Owners) scan() {
	owners.known = map[int]string{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		process, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		environment, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "environ"))
		if err == nil {
			if replica := replicaIn(environment, owners.variable, owners.mark); replica != "" {
				owners.known[process] = replica
			}
		}
	}
	owners.scanned = time.Now()
}

// replicaIn is the value of the variable where the environment also has the mark, `NAME=value`.
func replicaIn(environment []byte, variable, mark string) string {
	isOurs, replica := false, ""
	for _, each := range bytes.Split(environment, []byte{0}) {
		name, value, _ := bytes.Cut(each, []byte{'='})
		isOurs = isOurs || string(each) == mark
		if string(name) == variable {
			replica = string(value)
		}
	}
	if !isOurs {
		return ""
	}
	return replica
}
