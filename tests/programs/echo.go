// A TCP echo server and its client: what a Go tutorial prints.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	if os.Args[1] == "server" {
		listener, err := net.Listen("tcp", "127.0.0.1:8080")
		must(err)
		connection, err := listener.Accept()
		must(err)
		_, err = io.Copy(struct{ io.Writer }{connection}, struct{ io.Reader }{connection})
		must(err)
		must(connection.Close())
		return
	}
	connection, err := net.Dial("tcp", "127.0.0.1:8080")
	must(err)
	reader := bufio.NewReader(connection)
	for _, line := range []string{"one\n", "two\n", "three\n"} {
		_, err = io.WriteString(connection, line)
		must(err)
		back, err := reader.ReadString('\n')
		must(err)
		if back != line {
			panic(back)
		}
		fmt.Print(back)
	}
	must(connection.Close())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
