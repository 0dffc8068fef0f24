// A TCP echo server and its client: what a Node tutorial prints.
const net = require('net');

if (process.argv[2] === 'server') {
  const server = net.createServer((socket) => {
    socket.on('data', (data) => socket.write(data));
    socket.on('end', () => { socket.end(); server.close(); });
  });
  server.listen(8080, '127.0.0.1');
} else {
  const socket = net.connect(8080, '127.0.0.1', () => socket.write('hello from node'));
  socket.on('data', (data) => { console.log(data.toString()); socket.end(); });
}
