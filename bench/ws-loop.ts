/* The plainest generator there is: the `ws` package, a timer for each connection, latency from the send. Prints one line of JSON. */
import { WebSocket } from 'ws';
import { Distribution } from '../harness/measure/distribution.ts';

const [port = 0, connections = 1, perSecond = 1, seconds = 1, bytes = 32] = process.argv.slice(2).map(Number);
const everyMs = (connections * 1000) / perSecond;
const latency = new Distribution();
const payload = 'x'.repeat(bytes);
let sent = 0;

await Promise.all(
  Array.from({ length: connections }, async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const sentAtMs: number[] = [];
    socket.on('message', () => latency.record(1000 * (performance.now() - (sentAtMs.shift() ?? 0))));
    const timer = setInterval(() => {
      sentAtMs.push(performance.now());
      socket.send(payload);
      sent += 1;
    }, everyMs);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    clearInterval(timer);
    socket.close();
    await new Promise((resolve) => socket.once('close', resolve));
  }),
);
process.stdout.write(
  `${JSON.stringify({ sent, echoed: latency.count, p50Ms: latency.percentile(50) / 1000, p99Ms: latency.percentile(99) / 1000 })}\n`,
);
