package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// The kernel's questions and answers about sockets (linux/inet_diag.h, linux/sock_diag.h).
const (
	sockDiagByFamily = 20
	sockDestroy      = 21
	stateEstablished = 1
	stateListen      = 10
	requestBytes     = 56
	answerBytes      = 72
)

// Socket is a TCP socket of this network.
type Socket struct {
	state       uint8
	family      uint8
	own, remote netip.AddrPort
	inode       uint32
	// id names it to the kernel.
	id [48]byte
}

// sockets lists those of one address family that are in one of these states, a bit each.
func sockets(family uint8, states uint32) ([]Socket, error) {
	return diagnose(netlink.Request|netlink.Dump, sockDiagByFamily, request(family, states, [48]byte{}))
}

// socketInode finds the socket of this network that has these two addresses.
func socketInode(own, remote netip.AddrPort) (uint32, error) {
	family := uint8(unix.AF_INET)
	if own.Addr().Is6() {
		family = unix.AF_INET6
	}
	found, err := diagnose(netlink.Request, sockDiagByFamily, request(family, 0xffffffff, socketID(own, remote)))
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, fmt.Errorf("no socket %s to %s", own, remote)
	}
	return found[0].inode, nil
}

// destroy ends a connection at once; its other side is told by a reset.
func destroy(socket Socket) error {
	_, err := diagnose(netlink.Request|netlink.Acknowledge, sockDestroy, request(socket.family, 1<<socket.state, socket.id))
	return err
}

func socketID(own, remote netip.AddrPort) (id [48]byte) {
	binary.BigEndian.PutUint16(id[0:], own.Port())
	binary.BigEndian.PutUint16(id[2:], remote.Port())
	copy(id[4:20], own.Addr().AsSlice())
	copy(id[20:36], remote.Addr().AsSlice())
	// INET_DIAG_NOCOOKIE
	binary.NativeEndian.PutUint64(id[40:], ^uint64(0))
	return id
}

func request(family uint8, states uint32, id [48]byte) []byte {
	data := make([]byte, requestBytes)
	data[0] = family
	data[1] = unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(data[4:], states)
	copy(data[8:], id[:])
	return data
}

func diagnose(flags netlink.HeaderFlags, kind netlink.HeaderType, data []byte) ([]Socket, error) {
	conn, err := netlink.Dial(unix.NETLINK_SOCK_DIAG, nil)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	messages, err := conn.Execute(netlink.Message{Header: netlink.Header{Type: kind, Flags: flags}, Data: data})
	if err != nil {
		return nil, err
	}
	var found []Socket
	for _, message := range messages {
		if len(message.Data) >= answerBytes {
			found = append(found, parseSocket(message.Data))
		}
	}
	return found, nil
}

func parseSocket(data []byte) Socket {
	socket := Socket{family: data[0], state: data[1], inode: binary.NativeEndian.Uint32(data[68:])}
	copy(socket.id[:], data[4:52])
	width := 4
	if socket.family == unix.AF_INET6 {
		width = 16
	}
	own, _ := netip.AddrFromSlice(data[8 : 8+width])
	remote, _ := netip.AddrFromSlice(data[24 : 24+width])
	socket.own = netip.AddrPortFrom(own.Unmap(), binary.BigEndian.Uint16(data[4:]))
	socket.remote = netip.AddrPortFrom(remote.Unmap(), binary.BigEndian.Uint16(data[6:]))
	return socket
}

// originalDestination is where a redirected connection was meant to go.
func originalDestination(descriptor uintptr, isIPv6 bool) (netip.AddrPort, error) {
	var raw unix.RawSockaddrInet6
	length := uint32(unsafe.Sizeof(raw))
	level, option := uintptr(unix.SOL_IP), uintptr(80) // SO_ORIGINAL_DST, linux/netfilter_ipv4.h
	if isIPv6 {
		level = unix.SOL_IPV6
	}
	_, _, number := unix.Syscall6(unix.SYS_GETSOCKOPT, descriptor, level, option,
		uintptr(unsafe.Pointer(&raw)), uintptr(unsafe.Pointer(&length)), 0)
	if number != 0 {
		return netip.AddrPort{}, number
	}
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&raw.Port))[:])
	if isIPv6 {
		return netip.AddrPortFrom(netip.AddrFrom16(raw.Addr), port), nil
	}
	four := (*unix.RawSockaddrInet4)(unsafe.Pointer(&raw))
	return netip.AddrPortFrom(netip.AddrFrom4(four.Addr), port), nil
}
