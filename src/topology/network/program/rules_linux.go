package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"syscall"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// Rules are those of this program in the packet filter of the network it is in; they lie in one table, and go with it.
type Rules struct {
	table  *nftables.Table
	mutex  sync.Mutex
	chains map[string][]*nftables.Chain
	count  int
}

const tableName = "rampart_faults"

func newRules() *Rules {
	return &Rules{
		table:  &nftables.Table{Name: tableName, Family: nftables.TableFamilyINet},
		chains: map[string][]*nftables.Chain{},
	}
}

// A rule is what a packet must be, and what becomes of it.
type rule []expr.Any

// start clears what an earlier program left here, tries everything the kernel must be able to do, and redirects the ports.
func (rules *Rules) start(ports []int, to int) error {
	if err := rules.clear(); err != nil {
		return fmt.Errorf("the packet filter cannot be changed: %w", err)
	}
	conn, err := nftables.New()
	if err != nil {
		return err
	}
	conn.AddTable(rules.table)
	if err := conn.Flush(); err != nil {
		return fmt.Errorf("the packet filter cannot be changed: %w", err)
	}
	trial := Fault{Name: "\x00trial", From: []string{"192.0.2.1"}, Ports: []int{1}}
	for what, change := range map[string]func(*Fault){
		"drop packets":                      func(fault *Fault) { fault.Cut = "blackhole" },
		"lose a share of packets":           func(fault *Fault) { fault.Loss = 0.5 },
		"reset connections (Linux 5.9 can)": func(fault *Fault) { fault.Cut = "reset" },
	} {
		fault := trial
		change(&fault)
		if err := errors.Join(rules.put(fault), rules.lift(fault.Name)); err != nil {
			return fmt.Errorf("the packet filter cannot %s: %w", what, err)
		}
	}
	if len(ports) == 0 {
		return nil
	}
	chain := conn.AddChain(&nftables.Chain{
		Name: "redirect", Table: rules.table, Type: nftables.ChainTypeNAT,
		Hooknum: nftables.ChainHookPrerouting, Priority: nftables.ChainPriorityNATDest,
	})
	for _, port := range ports {
		exprs := join(fromElsewhere, protocol(unix.IPPROTO_TCP), thePort(port, true, expr.CmpOpEq), rule{
			&expr.Immediate{Register: 1, Data: binaryutil.BigEndian.PutUint16(uint16(to))},
			&expr.Redir{RegisterProtoMin: 1, RegisterProtoMax: 1},
		})
		conn.AddRule(&nftables.Rule{Table: rules.table, Chain: chain, Exprs: exprs})
	}
	if err := conn.Flush(); err != nil {
		return fmt.Errorf("the packet filter cannot redirect connections: %w", err)
	}
	return nil
}

// clear takes all of it back.
func (rules *Rules) clear() error {
	conn, err := nftables.New()
	if err != nil {
		return err
	}
	conn.DelTable(rules.table)
	if err := conn.Flush(); err != nil && !errors.Is(err, syscall.ENOENT) {
		return err
	}
	return nil
}

// put has packets of a fault dropped or answered with a reset, in both directions; what is lost is lost on the way to the replica.
func (rules *Rules) put(fault Fault) error {
	rules.mutex.Lock()
	defer rules.mutex.Unlock()
	conn, err := nftables.New()
	if err != nil {
		return err
	}
	rules.count++
	chain := func(name string, hook *nftables.ChainHook) *nftables.Chain {
		return conn.AddChain(&nftables.Chain{
			Name: fmt.Sprintf("%s_%d", name, rules.count), Table: rules.table, Type: nftables.ChainTypeFilter,
			Hooknum: hook, Priority: nftables.ChainPriorityRaw,
		})
	}
	add := func(chain *nftables.Chain, isIn bool, ends []rule) {
		for _, end := range ends {
			for _, match := range matches(fault, isIn) {
				conn.AddRule(&nftables.Rule{Table: rules.table, Chain: chain, Exprs: join(match, end)})
			}
		}
	}
	in := chain("in", nftables.ChainHookPrerouting)
	chains := []*nftables.Chain{in}
	add(in, true, ends(fault, true))
	if fault.Cut != "" {
		out := chain("out", nftables.ChainHookOutput)
		chains = append(chains, out)
		add(out, false, ends(fault, false))
	}
	if err := conn.Flush(); err != nil {
		return err
	}
	rules.chains[fault.Name] = append(rules.chains[fault.Name], chains...)
	return nil
}

// lift takes back what was put under this name.
func (rules *Rules) lift(name string) error {
	rules.mutex.Lock()
	defer rules.mutex.Unlock()
	conn, err := nftables.New()
	if err != nil {
		return err
	}
	for _, chain := range rules.chains[name] {
		conn.FlushChain(chain)
		conn.DelChain(chain)
	}
	if len(rules.chains[name]) > 0 {
		if err := conn.Flush(); err != nil {
			return err
		}
	}
	delete(rules.chains, name)
	return nil
}

var (
	drop = rule{&expr.Verdict{Kind: expr.VerdictDrop}}
	// What goes from the replica to itself is no network.
	fromElsewhere = notLoopback(expr.MetaKeyIIFNAME)
	toElsewhere   = notLoopback(expr.MetaKeyOIFNAME)
)

// ends are what becomes of packets.
func ends(fault Fault, isIn bool) []rule {
	switch {
	case fault.Cut == "blackhole":
		return []rule{drop}
	case fault.Cut == "reset":
		return []rule{join(protocol(unix.IPPROTO_TCP), noHandshake, rule{&expr.Reject{Type: unix.NFT_REJECT_TCP_RST}})}
	case fault.Loss > 0 && isIn:
		return []rule{join(rule{
			&expr.Numgen{Register: 1, Modulus: million, Type: unix.NFT_NG_RANDOM},
			&expr.Byteorder{SourceRegister: 1, DestRegister: 1, Op: expr.ByteorderHton, Len: 4, Size: 4},
			&expr.Cmp{Op: expr.CmpOpLt, Register: 1, Data: binary.BigEndian.AppendUint32(nil, uint32(fault.Loss*million+0.5))},
		}, drop)}
	}
	return nil
}

const million = 1_000_000

// A connection is opened, and reset with the first packet after that; the resets themselves must pass.
var noHandshake = rule{
	&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 13, Len: 1},
	&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 1, Mask: []byte{0x06}, Xor: []byte{0}},
	&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{0}},
}

// matches are the packets that a fault meets, on their way in or out: one for each party and port.
func matches(fault Fault, isIn bool) []rule {
	side := toElsewhere
	if isIn {
		side = fromElsewhere
	}
	parties := []rule{{}}
	if fault.From != nil {
		parties = nil
		for _, each := range fault.From {
			if address, err := netip.ParseAddr(each); err == nil {
				parties = append(parties, theParty(address.Unmap(), isIn))
			}
		}
	}
	var found []rule
	for _, party := range parties {
		for _, port := range portMatches(fault, isIn) {
			found = append(found, join(side, party, port))
		}
	}
	return found
}

func portMatches(fault Fault, isIn bool) []rule {
	if len(fault.Ports) == 0 && len(fault.Except) == 0 {
		return []rule{{}}
	}
	var found []rule
	for _, each := range []byte{unix.IPPROTO_TCP, unix.IPPROTO_UDP} {
		for _, port := range fault.Ports {
			found = append(found, join(protocol(each), thePort(port, isIn, expr.CmpOpEq)))
		}
		if len(fault.Ports) == 0 {
			others := protocol(each)
			for _, port := range fault.Except {
				others = join(others, thePort(port, isIn, expr.CmpOpNeq))
			}
			found = append(found, others)
		}
	}
	return found
}

func theParty(address netip.Addr, isIn bool) rule {
	family, source, destination, length := byte(unix.NFPROTO_IPV4), uint32(12), uint32(16), uint32(4)
	if address.Is6() {
		family, source, destination, length = unix.NFPROTO_IPV6, 8, 24, 16
	}
	offset := destination
	if isIn {
		offset = source
	}
	return rule{
		&expr.Meta{Key: expr.MetaKeyNFPROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{family}},
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: length},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: address.AsSlice()},
	}
}

// thePort is that of the replica, where packets on their way in go to and those on their way out come from.
func thePort(port int, isIn bool, is expr.CmpOp) rule {
	offset := uint32(0)
	if isIn {
		offset = 2
	}
	return rule{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: offset, Len: 2},
		&expr.Cmp{Op: is, Register: 1, Data: binary.BigEndian.AppendUint16(nil, uint16(port))},
	}
}

func protocol(number byte) rule {
	return rule{
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: []byte{number}},
	}
}

func notLoopback(key expr.MetaKey) rule {
	name := append([]byte("lo"), bytes.Repeat([]byte{0}, unix.IFNAMSIZ-2)...)
	return rule{&expr.Meta{Key: key, Register: 1}, &expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: name}}
}

func join(parts ...rule) rule {
	var joined rule
	for _, part := range parts {
		joined = append(joined, part...)
	}
	return joined
}
