package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Front is an address that stands before a replica of this machine.
type Front struct {
	To      string `json:"to"`
	Address string `json:"address"`
	At      string `json:"at"`
	// Ports that it is known to have; others are found when it listens on them.
	Ports []int `json:"ports"`
}

// Fronts listen where their replicas listen, and nowhere else: what is refused there is refused here.
type Fronts struct {
	stage   *Stage
	fronts  []Front
	mutex   sync.Mutex
	open    map[netip.AddrPort]*net.TCPListener
	trouble map[netip.AddrPort]error
}

// How often it is looked for what replicas listen on.
const mirror = 10 * time.Millisecond

func isClosed(err error) bool { return errors.Is(err, net.ErrClosed) }

// listenEverywhere looks once and goes on looking; an error where the kernel does not tell who listens.
func (fronts *Fronts) listenEverywhere() error {
	if err := fronts.look(); err != nil {
		return err
	}
	go func() {
		for range time.Tick(mirror) {
			_ = fronts.look()
		}
	}()
	return nil
}

func (fronts *Fronts) look() error {
	listening, err := sockets(unix.AF_INET, 1<<stateListen)
	if err != nil {
		return fmt.Errorf("the kernel does not tell which sockets listen: %w", err)
	}
	fronts.mutex.Lock()
	defer fronts.mutex.Unlock()
	wanted := map[netip.AddrPort]netip.AddrPort{}
	for _, front := range fronts.fronts {
		address, at := netip.MustParseAddr(front.Address), netip.MustParseAddr(front.At)
		for _, socket := range listening {
			if socket.own.Addr() == address {
				wanted[netip.AddrPortFrom(at, socket.own.Port())] = socket.own
				fronts.listen(front, at, socket.own)
			}
		}
	}
	for at, listener := range fronts.open {
		if _, is := wanted[at]; !is {
			listener.Close()
			delete(fronts.open, at)
		}
	}
	return nil
}

func (fronts *Fronts) listen(front Front, at netip.Addr, to netip.AddrPort) {
	here := netip.AddrPortFrom(at, to.Port())
	if _, is := fronts.open[here]; is {
		return
	}
	listener, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(here))
	if err != nil {
		fronts.trouble[here] = err
		return
	}
	delete(fronts.trouble, here)
	fronts.open[here] = listener
	go fronts.stage.serve(listener, func(*net.TCPConn) (*Link, error) {
		dial := func() (net.Conn, error) { return net.DialTCP("tcp4", nil, net.TCPAddrFromAddrPort(to)) }
		return &Link{to: front.To, port: int(to.Port()), dial: dial}, nil
	})
}

// check says what keeps a front from standing before its replica.
func (fronts *Fronts) check() error {
	if err := fronts.look(); err != nil {
		return err
	}
	var listening []Socket
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		found, _ := sockets(family, 1<<stateListen)
		listening = append(listening, found...)
	}
	fronts.mutex.Lock()
	defer fronts.mutex.Unlock()
	var troubles []error
	for at, err := range fronts.trouble {
		troubles = append(troubles, fmt.Errorf("%s: %w", at, err))
	}
	for _, front := range fronts.fronts {
		for _, port := range front.Ports {
			if _, is := fronts.open[netip.AddrPortFrom(netip.MustParseAddr(front.At), uint16(port))]; is {
				continue
			}
			everywhere := func(socket Socket) bool {
				return int(socket.own.Port()) == port && socket.own.Addr().IsUnspecified()
			}
			if slices.ContainsFunc(listening, everywhere) {
				troubles = append(troubles, fmt.Errorf("%s listens on port %d of all addresses, so nothing can stand before it", front.To, port))
			}
		}
	}
	return errors.Join(troubles...)
}
