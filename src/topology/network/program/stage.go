package main

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Stage is where faults are put in force: the connections that pass, and what is in force.
type Stage struct {
	faults   *Faults
	requests *Requests
	notes    func(string)
	// partyOf names who opened a connection; nil where nobody needs to be told apart.
	partyOf func(client *net.TCPConn) string
	mutex   sync.Mutex
	links   map[*Link]struct{}
}

func newStage(notes func(string)) *Stage {
	return &Stage{faults: newFaults(), requests: newRequests(), notes: notes, links: map[*Link]struct{}{}}
}

// serve accepts connections to a replica until the listener is closed; `dial` opens the one that goes on.
func (stage *Stage) serve(listener *net.TCPListener, accepted func(*net.TCPConn) (*Link, error)) {
	for {
		client, err := listener.AcceptTCP()
		if err != nil {
			if isClosed(err) {
				return
			}
			// Too many open files: those that are open go on, and some will end.
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go stage.accept(client, accepted)
	}
}

func (stage *Stage) accept(client *net.TCPConn, accepted func(*net.TCPConn) (*Link, error)) {
	link, err := accepted(client)
	if err != nil {
		_ = client.SetLinger(0)
		client.Close()
		return
	}
	link.client = client
	link.faults = stage.faults
	link.notes = stage.notes
	link.taken = stage.requests.take
	link.swapped = make(chan net.Conn)
	link.done = make(chan struct{})
	link.downEnded = make(chan struct{})
	link.party = sync.OnceValue(func() string { return stage.party(client) })
	if stage.partyOf != nil {
		// Later its socket may be gone, and with it who it was.
		go link.party()
	}
	stage.mutex.Lock()
	stage.links[link] = struct{}{}
	stage.mutex.Unlock()
	link.run()
	stage.mutex.Lock()
	delete(stage.links, link)
	stage.mutex.Unlock()
}

func (stage *Stage) party(client *net.TCPConn) string {
	if stage.partyOf == nil {
		return ""
	}
	return stage.partyOf(client)
}

// put has a fault in force; an error where all that passes there is something it cannot be done to.
func (stage *Stage) put(fault Fault) error {
	met := stage.met(&fault)
	if fault.isHTTP() {
		if why := opaque(met); why != "" {
			return fmt.Errorf("connections that are open carry %s", why)
		}
	}
	inForce := stage.faults.put(fault)
	if fault.Cut == "reset" {
		for _, link := range met {
			link.close(true)
		}
	}
	_ = inForce
	return nil
}

func (stage *Stage) met(fault *Fault) []*Link {
	stage.mutex.Lock()
	links := make([]*Link, 0, len(stage.links))
	for link := range stage.links {
		links = append(links, link)
	}
	stage.mutex.Unlock()
	var met []*Link
	for _, link := range links {
		party := ""
		if fault.From != nil {
			party = link.party()
		}
		if fault.meets(link.to, link.port, party) {
			met = append(met, link)
		}
	}
	return met
}

// opaque names what connections carry, where none of them carries HTTP/1.1 and some carry what cannot be looked into.
func opaque(links []*Link) string {
	why := ""
	for _, link := range links {
		switch speaks := link.speaks.Load(); speaks {
		case speaksHTTP:
			return ""
		case speaksTLS, speaksHTTP2, speaksOther:
			why = speech(speaks)
		}
	}
	return why
}

func addrPort(address net.Addr) netip.AddrPort {
	tcp, ok := address.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	at := tcp.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}
