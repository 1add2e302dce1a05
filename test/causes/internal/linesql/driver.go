// Package linesql is a database/sql driver for a server that answers each line with a line.
package linesql

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

func init() { sql.Register("linesql", lineDriver{}) }

type lineDriver struct{}

// Open takes host:port.
func (lineDriver) Open(address string) (driver.Conn, error) {
	socket, err := net.DialTimeout("tcp", address, 2*time.Second)
	if err != nil {
		return nil, err
	}
	return &conn{socket: socket, answers: bufio.NewReader(socket)}, nil
}

type conn struct {
	socket  net.Conn
	answers *bufio.Reader
}

func (c *conn) Prepare(query string) (driver.Stmt, error) { return &stmt{c, query}, nil }
func (c *conn) Close() error                              { return c.socket.Close() }
func (c *conn) Begin() (driver.Tx, error)                 { return nil, errors.New("linesql: no transactions") }

func (c *conn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	values := make([]driver.Value, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	return c.roundTrip(query, values)
}

func (c *conn) roundTrip(query string, args []driver.Value) (driver.Rows, error) {
	line := query
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			line += " " + text
		}
	}
	if _, err := io.WriteString(c.socket, line+"\n"); err != nil {
		return nil, driver.ErrBadConn
	}
	answer, err := c.answers.ReadString('\n')
	if err != nil {
		return nil, driver.ErrBadConn
	}
	return &rows{value: strings.TrimSpace(answer)}, nil
}

type stmt struct {
	conn  *conn
	query string
}

func (s *stmt) Close() error  { return nil }
func (s *stmt) NumInput() int { return -1 }
func (s *stmt) Exec([]driver.Value) (driver.Result, error) {
	return nil, errors.New("linesql: read only")
}
func (s *stmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.conn.roundTrip(s.query, args)
}

type rows struct {
	value string
	done  bool
}

func (r *rows) Columns() []string { return []string{"value"} }
func (r *rows) Close() error      { return nil }
func (r *rows) Next(into []driver.Value) error {
	if r.done {
		return io.EOF
	}
	r.done = true
	into[0] = r.value
	return nil
}
