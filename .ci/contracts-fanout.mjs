// Behind the contract proxies, in front of many sandboxes: each test has its own. A call's key
// says which one it is for (`sandbox-io@4301`) and goes on without that. Prints its own port.
import { createServer, request } from 'node:http';

const KEY = 'ocp-apim-subscription-key';

const server = createServer((call, answer) => {
  const [key, port] = (call.headers[KEY] ?? '').split('@');
  const headers = { ...call.headers, [KEY]: key, host: `localhost:${port}` };
  const onward = request({ host: '127.0.0.1', port, method: call.method, path: call.url, headers }, (given) => {
    answer.writeHead(given.statusCode, given.rawHeaders);
    given.pipe(answer);
    given.on('error', () => answer.destroy());
  });
  onward.on('error', () => answer.destroy());
  answer.on('close', () => onward.destroy());
  call.pipe(onward);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
