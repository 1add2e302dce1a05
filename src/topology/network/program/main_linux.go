// Command network puts faults in force on connections: before replicas that are processes of this machine, or beside one in its own network.
// It is told what to do by lines of JSON, answers each, and takes everything back when there is nobody to tell it any more.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
)

// Order is one line that it is told.
type Order struct {
	ID int `json:"id"`
	// Do is "before", "inside", "check", "put" or "lift".
	Do string `json:"do"`
	// Fronts stand before replicas.
	Fronts []Front `json:"fronts,omitempty"`
	// Variable and Mark tell the processes of replicas apart; without them nobody is.
	Variable string `json:"variable,omitempty"`
	Mark     string `json:"mark,omitempty"`
	// Ports pass through here.
	Ports  []int   `json:"ports,omitempty"`
	Faults []Fault `json:"faults,omitempty"`
	Name   string  `json:"name,omitempty"`
}

// Answer is one line that it says: to an order, or a note without one.
type Answer struct {
	ID    int    `json:"id,omitempty"`
	Error string `json:"error,omitempty"`
	Note  string `json:"note,omitempty"`
}

// Program is all of it, in one of its two places.
type Program struct {
	stage  *Stage
	fronts *Fronts
	inside *Inside
}

func main() {
	// It works beside what is measured: its own memory is kept small.
	debug.SetGCPercent(50)
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	var mutex sync.Mutex
	encoder := json.NewEncoder(os.Stdout)
	say := func(answer Answer) {
		mutex.Lock()
		defer mutex.Unlock()
		_ = encoder.Encode(answer)
	}
	program := &Program{stage: newStage(func(note string) { say(Answer{Note: note}) })}
	go func() {
		<-terminated
		program.end()
		os.Exit(0)
	}()
	orders := bufio.NewReader(os.Stdin)
	for {
		line, err := orders.ReadBytes('\n')
		if err != nil {
			program.end()
			if !errors.Is(err, io.EOF) {
				os.Exit(1)
			}
			return
		}
		var order Order
		answer := Answer{}
		if err := json.Unmarshal(line, &order); err != nil {
			answer.Error = err.Error()
		} else if err := program.do(order); err != nil {
			answer.Error = err.Error()
		}
		answer.ID = order.ID
		say(answer)
	}
}

func (program *Program) do(order Order) error {
	switch order.Do {
	case "before":
		return program.before(order)
	case "inside":
		program.inside = &Inside{stage: program.stage, rules: newRules(), ports: order.Ports}
		return program.inside.start()
	case "check":
		if program.fronts != nil {
			return program.fronts.check()
		}
		return nil
	case "put":
		for _, fault := range order.Faults {
			if err := program.put(fault); err != nil {
				return errors.Join(err, program.lift(fault.Name))
			}
		}
		return nil
	case "lift":
		return program.lift(order.Name)
	}
	return fmt.Errorf("no order: %q", order.Do)
}

func (program *Program) before(order Order) error {
	if order.Mark != "" {
		owners := &Owners{variable: order.Variable, mark: order.Mark}
		program.stage.partyOf = func(client *net.TCPConn) string {
			return owners.of(addrPort(client.RemoteAddr()), addrPort(client.LocalAddr()))
		}
		if err := canTell(); err != nil {
			return err
		}
	}
	program.fronts = &Fronts{
		stage:   program.stage,
		fronts:  order.Fronts,
		open:    map[netip.AddrPort]*net.TCPListener{},
		trouble: map[netip.AddrPort]error{},
	}
	return program.fronts.listenEverywhere()
}

// canTell tries on a connection of its own whether the kernel tells whose a connection is.
func canTell() error {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	conn, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := socketInode(addrPort(conn.LocalAddr()), addrPort(conn.RemoteAddr())); err != nil {
		return fmt.Errorf("the kernel does not tell whose a connection is: %w", err)
	}
	return nil
}

func (program *Program) put(fault Fault) error {
	if program.inside != nil {
		return program.inside.put(fault)
	}
	return program.stage.put(fault)
}

func (program *Program) lift(name string) error {
	if program.inside != nil {
		return program.inside.lift(name)
	}
	program.stage.faults.lift(name)
	return nil
}

func (program *Program) end() {
	if program.inside != nil {
		_ = program.inside.rules.clear()
	}
}
