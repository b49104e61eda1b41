/*
 * The surroundings of a proxy that runs somebody's own config, inside the proxy's host: a DNS server that knows every name, a relay that leads IPv6 and unix
 * sockets to the origin, and a sink for syslog.
 *
 *   node main.ts --settings '{"originAddress":"10.1.0.2","originPort":9000,"names":{"api":"198.18.0.1"},"dnsPort":53, ...}'
 *
 * Prints a line when all listen, and ends when standard input does.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { serveDns } from './dns-server.ts';
import { DnsZone } from './dns-zone.ts';
import type { WorldReady, WorldSettings } from './settings.ts';
import { SyslogSink } from './syslog-sink.ts';
import { relayPort, relayUnix } from './tcp-relay.ts';

const { values } = parseArgs({ options: { settings: { type: 'string', default: '{}' } } });
const settings = JSON.parse(values.settings) as WorldSettings;
const target = { host: settings.originAddress, port: settings.originPort };
const sink = new SyslogSink(settings.logFile);
const ended = once(process.stdin.resume(), 'close');
process.once('SIGTERM', end);
try {
  const [dns, relay, syslog] = await Promise.all([
    serveDns(settings.dnsPort, new DnsZone(settings.names)),
    relayPort(settings.relayPort, target),
    sink.listen(settings.syslogPort),
    ...settings.unixOrigins.map((path) => relayUnix(path, target)),
    ...(settings.syslogSocket === null ? [] : [sink.listenUnix(settings.syslogSocket)]),
  ]);
  const ready: WorldReady = { ready: true, dnsPort: dns, relayPort: relay, syslogPort: syslog };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} catch (error) {
  process.stderr.write(`world: ${error instanceof Error ? error.message : String(error)}\n`);
  sink.stop();
  process.exit(1);
}
await ended;
end();

function end(): void {
  sink.stop();
  process.exit(0);
}
