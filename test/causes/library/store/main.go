// Command store stands for a database whose queries take 5 ms.
package main

import (
	"bufio"
	"io"
	"log"
	"net"
	"os"
	"time"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer client.Close()
			for queries := bufio.NewScanner(client); queries.Scan(); {
				time.Sleep(5 * time.Millisecond)
				_, _ = io.WriteString(client, "a book\n")
			}
		}()
	}
}
