import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { relay, type Relayed } from '../../../../containers/l7-firewall/relay.ts';
import type { Rule } from '../../../../containers/l7-firewall/rules.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends a request through a firewall to a server that answers 101 and echoes; gives what came back and what was logged. */
async function through(rules: readonly Rule[]): Promise<{ answer: string; seen: string; logged: Relayed }> {
  let seen = '';
  const origin = await listening(
    createServer((socket) => {
      socket.on('data', (data) => {
        seen += data.toString();
        socket.write(seen.length === data.length ? 'HTTP/1.1 101 Switching Protocols\r\n\r\n' : data);
      });
      socket.on('end', () => socket.end());
    }),
  );
  let done: (line: Relayed) => void = () => undefined;
  const logged = new Promise<Relayed>((resolve) => {
    done = resolve;
  });
  const config = { listen: 0, next: { host: '127.0.0.1', port: origin }, rules };
  const port = await listening(createServer({ allowHalfOpen: true }, (client) => relay(client, config, (line) => done(line))));
  const client = connect(port, '127.0.0.1');
  let answer = '';
  client.on('data', (data) => {
    answer += data.toString();
    if (answer.endsWith('\r\n\r\n')) client.end(answer.includes(' 101 ') ? 'hello' : '');
  });
  client.write('GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');
  return { logged: await logged, answer, seen };
}

it('a firewall without rules relays both ways, passes the FIN on and logs how it went', async () => {
  const { answer, seen, logged } = await through([]);
  expect(answer).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
  expect(seen).toBe('GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\nhello');
  expect(logged).toMatchObject({ method: 'GET', url: '/socket', status: 101, serverStatus: 101, endedBy: 'client', error: null });
});

it('a refused request never reaches the next host, and the log says who answered', async () => {
  const { answer, seen, logged } = await through([{ do: 'refuse', direction: 'to-origin', text: 'websocket', status: 403 }]);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(seen).toBe('');
  expect(logged).toMatchObject({ status: 403, serverStatus: null, endedBy: 'proxy' });
});

it('a rule that strips says nothing of it in the log', async () => {
  const { seen, logged } = await through([{ do: 'strip-header', direction: 'to-origin', header: 'Upgrade' }]);
  expect(seen).toBe('GET /socket HTTP/1.1\r\n\r\nhello');
  expect(JSON.stringify(logged)).not.toContain('strip');
});
