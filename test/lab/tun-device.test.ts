import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const RELAY = join(import.meta.dirname, '../../containers/link-relay/main.ts');

/** A relay in a network of its own; what is printed once it says that it is ready, and what `then` prints. */
const INSIDE = `
ip link set lo up
mkfifo "$1/questions" "$1/answers"
"$2" "$3" --device hold0 < "$1/questions" > "$1/answers" &
exec 3> "$1/questions" 4< "$1/answers"
read -r ready <&4
echo "$ready"
ip route add 192.0.2.0/24 dev hold0
ip -oneline link show hold0
`;

/** The real one, behind a device that is there for a while before anybody brings it up: as on a busy machine. */
const SLOW_SOCAT = `#!/bin/sh
ip tuntap add dev hold0 mode tun
sleep 0.4
exec "$SOCAT" "$@"
`;

describe('a relay that says it is ready', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-tun-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has its device up, however long that takes', () => {
    const SOCAT = execFileSync('sh', ['-c', 'command -v socat'], { encoding: 'utf8' }).trim();
    writeFileSync(join(folder, 'socat'), SLOW_SOCAT);
    chmodSync(join(folder, 'socat'), 0o755);
    const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const printed = execFileSync('unshare', [...asRoot, '--net', 'sh', '-e', '-c', INSIDE, 'relay', folder, process.execPath, RELAY], {
      encoding: 'utf8',
      env: { ...process.env, SOCAT, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    expect(printed).toMatch(/^\{"ready":true\}\n.*<[^>]*\bUP\b[^>]*>/);
  });
});
