package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// Inside is the network of one replica, in which this program runs beside it.
type Inside struct {
	stage *Stage
	rules *Rules
	ports []int
}

// start has connections to these ports come through here from now on; those that are open are ended, to be opened again.
func (inside *Inside) start() error {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{})
	if err != nil {
		return err
	}
	inside.stage.partyOf = func(client *net.TCPConn) string { return addrPort(client.RemoteAddr()).Addr().String() }
	go inside.stage.serve(listener, func(client *net.TCPConn) (*Link, error) {
		to, err := meantFor(client)
		if err != nil {
			return nil, err
		}
		dial := func() (net.Conn, error) { return net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(to)) }
		return &Link{port: int(to.Port()), dial: dial}, nil
	})
	port := listener.Addr().(*net.TCPAddr).Port
	if err := inside.rules.start(inside.ports, port); err != nil {
		return err
	}
	if len(inside.ports) == 0 {
		return nil
	}
	return endOpen(func(socket Socket) bool { return slices.Contains(inside.ports, int(socket.own.Port())) })
}

func meantFor(client *net.TCPConn) (netip.AddrPort, error) {
	raw, err := client.SyscallConn()
	if err != nil {
		return netip.AddrPort{}, err
	}
	var to netip.AddrPort
	var failed error
	isIPv6 := !addrPort(client.LocalAddr()).Addr().Is4()
	if err := raw.Control(func(descriptor uintptr) { to, failed = originalDestination(descriptor, isIPv6) }); err != nil {
		return netip.AddrPort{}, err
	}
	return to, failed
}

// put has a fault in force. What is about packets is done by the kernel, what is about bytes and requests by what passes here.
func (inside *Inside) put(fault Fault) error {
	bytes := fault
	bytes.Cut, bytes.Loss = "", 0
	if bytes.LatencyUs > 0 || bytes.BytesPerSecond > 0 || bytes.isHTTP() {
		if err := inside.stage.put(bytes); err != nil {
			return err
		}
	}
	if fault.Cut == "" && fault.Loss == 0 {
		return nil
	}
	if fault.Cut == "reset" {
		// Before the rules, which would keep the other side from being told.
		if err := endOpen(func(socket Socket) bool {
			return fault.meets("", int(socket.own.Port()), socket.remote.Addr().String())
		}); err != nil {
			return err
		}
	}
	return inside.rules.put(fault)
}

func (inside *Inside) lift(name string) error {
	inside.stage.faults.lift(name)
	return inside.rules.lift(name)
}

// endOpen resets the connections of this network that are chosen; those within the replica are left alone.
func endOpen(isChosen func(Socket) bool) error {
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		found, err := sockets(family, 1<<stateEstablished)
		if err != nil {
			return fmt.Errorf("the kernel does not tell which connections are open: %w", err)
		}
		for _, socket := range found {
			if socket.remote.Addr() == socket.own.Addr() || socket.remote.Addr().IsLoopback() || !isChosen(socket) {
				continue
			}
			// One that has just ended by itself is as good.
			if err := destroy(socket); err != nil && !errors.Is(err, unix.ENOENT) {
				return fmt.Errorf("the kernel does not end connections that are open (CONFIG_INET_DIAG_DESTROY): %w", err)
			}
		}
	}
	return nil
}
