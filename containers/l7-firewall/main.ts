/*
 * A firewall that ends TCP and reads HTTP on the way: it relays every connection to the next host, and its rules strip, rewrite, refuse or
 * swallow. It says nothing in its log of what it changed: such devices do not.
 *
 *   node main.ts --config strip-upgrade.json
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { relay } from './relay.ts';
import { parseConfig } from './rules.ts';

const { values } = parseArgs({ options: { config: { type: 'string', default: '' }, check: { type: 'boolean', default: false } } });
const config = readConfig(values.config);
if (!values.check) listen();

function readConfig(file: string): ReturnType<typeof parseConfig> {
  try {
    return parseConfig(readFileSync(file, 'utf8'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function listen(): void {
  const write = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  // A FIN of one side is passed on as a FIN, and no more than that.
  const server = createServer({ allowHalfOpen: true }, (client) => relay(client, config, write));
  server.listen(config.listen, () => write({ at: Date.now(), event: 'listening', port: config.listen }));
  process.once('SIGTERM', () => process.exit(0));
}
