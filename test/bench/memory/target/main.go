// The target of the memory benchmark: answers each request at once, knows nothing of HTTP beyond the end of a head, and
// keeps nothing, so that neither it nor the machine is what the benchmark ends up measuring.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
)

var answer = []byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(connection)
	}
}

// Requests have no body, so an empty line is the end of one.
func serve(connection net.Conn) {
	defer connection.Close()
	for lines := bufio.NewReader(connection); ; {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return
		}
		if string(line) != "\r\n" {
			continue
		}
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}
