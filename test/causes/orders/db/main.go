// Command db stands for a database: it answers each line after the time a query takes.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"time"
)

func main() {
	listen := flag.String("listen", ":5432", "address to listen on")
	query := flag.Duration("query", 20*time.Millisecond, "time of one query")
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(client, *query)
	}
}

func serve(client net.Conn, query time.Duration) {
	defer client.Close()
	lines := bufio.NewScanner(client)
	for lines.Scan() {
		time.Sleep(query)
		if _, err := fmt.Fprintf(client, "row of %q\n", lines.Text()); err != nil {
			return
		}
	}
}
